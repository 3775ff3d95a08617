"""Header lines: a summary, and the current problems."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive, var
from textual.widget import Widget

from parallel_tui.model.fact import Pending, Unknown, known
from parallel_tui.model.overlap.words import conflicting
from parallel_tui.model.sharing.message import MessageKind
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import age, plural, size
from parallel_tui.model.view.snapshot import Health, Level, Snapshot, WatchMode

_WATCH = {
    WatchMode.STARTING: "edits: …",
    WatchMode.TREE: "edits: live",
    WatchMode.ACTIVITY: "edits: on activity",
    WatchMode.OFF: "edits: off",
}


def _base(snapshot: Snapshot) -> Content:
    base = snapshot.base
    if isinstance(base, Pending):
        return Content.styled("…", "dim")
    if isinstance(base, Unknown):
        return Content.styled("base ?", "$text-warning")
    label = safe(base.name, 40)
    if base.upstream is not None:
        label += f" ↑{base.upstream.ahead} ↓{base.upstream.behind}"
    return Content(label)


def left_part(
    snapshot: Snapshot, busy: str, hush: str = "", ready: int = 0, room: int = 0
) -> Content:
    """Repository, base and counts of sessions, and why nothing is told, if it is not.

    Args:
        snapshot: What is counted.
        busy: What is being done; empty when nothing is.
        hush: Why nothing is told; empty when it is.
        ready: How many sessions can land, as far as a list knows.
        room: Cells, for which counts that panes tell as well make way; 0 for no limit.
    """
    needy = sum(session.needs_somebody for session in snapshot.sessions)
    work = snapshot.work()
    name = Content.styled(safe(snapshot.repository.name, 40), "bold $text-accent")
    first = Content.assemble(name, "  ", _base(snapshot))
    parts: list[Content] = [Content(plural(len(work), "session"))]
    if needy:
        needs = f"{needy} needs you" if needy == 1 else f"{needy} need you"
        parts.append(Content.styled(needs, "bold $text-warning"))
    conflicts = len(conflicting(known(snapshot.overlaps) or ()))
    if conflicts:
        parts.append(Content.styled(plural(conflicts, "conflict"), "bold $text-error"))
    if ready:
        parts.append(Content.styled(f"{ready} ready", "$text-success"))
    counts = [Content(each) for each in _shared(snapshot)]
    ours = [Content.styled(each, "reverse") for each in ("paused" if snapshot.paused else "", hush)]
    ours.append(Content.styled(safe(busy, 80), "$text-accent"))
    last = [each for each in ours if each]
    dot = Content.styled(" · ", "dim")

    def line() -> Content:
        return dot.join([first, *parts, *counts, *last])

    # Panes tell these as well; what we do ourselves stands nowhere else.
    while counts and room and line().cell_length > room:
        counts.pop(0)
    return line()


def _shared(snapshot: Snapshot) -> list[str]:
    """Counts of what sessions share, what concerns people most last."""
    shared = known(snapshot.coordination)
    if shared is None:
        return []
    syncs = sum(each.kind is MessageKind.SYNC for each in shared.messages)
    prompts = len(shared.messages) - syncs
    queued = [
        plural(count, word) for count, word in ((prompts, "prompt"), (syncs, "sync")) if count
    ]
    handoffs = sum(handoff.open for handoff in shared.handoffs)
    return [
        *([plural(len(shared.locks), "lock")] if shared.locks else []),
        *([f"{', '.join(queued)} queued"] if queued else []),
        *([plural(handoffs, "handoff")] if handoffs else []),
    ]


def right_part(snapshot: Snapshot, room: int) -> Content:
    """How edits are detected, and the resources of all sessions, as far as there is room.

    Args:
        snapshot: What is told of.
        room: Cells.
    """
    used = [known(session.resources) for session in snapshot.sessions]
    cpu = sum(one.cpu for one in used if one)
    memory = sum(one.memory for one in used if one)
    parts = [
        (_WATCH[snapshot.watch], "dim"),
        (f"cpu {cpu}%", "dim"),
        (f"mem {size(memory)}", "dim"),
    ]
    if snapshot.hosts is not None:
        sharing = snapshot.hosts.sharing
        parts.insert(0, (f"shares {sharing.mode.value} → {safe(sharing.remote, 20)}", "dim"))
    machine = snapshot.machine.machine if snapshot.machine else None
    if machine is not None:
        strained = machine.busy or machine.short
        load = (f"load {machine.load:.1f}/{machine.cores}", "$text-warning" if strained else "dim")
        parts.insert(1 if strained else len(parts), load)
    while parts and cell_len("  ".join(text for text, _ in parts)) > room:
        parts.pop()
    return Content("  ").join([Content.styled(*each) for each in parts])


class HeaderLine(Widget):
    """One line: the state of sessions on the left, resources on the right."""

    snapshot: reactive[Snapshot | None] = reactive(None)
    busy: reactive[str] = reactive("")
    hush: reactive[str] = reactive("")
    ready: reactive[int] = reactive(0)

    def render(self) -> Content:
        """The line; of the right part what fits beside the left one."""
        if self.snapshot is None:
            return Content("")
        left = left_part(self.snapshot, self.busy, self.hush, self.ready, self.size.width)
        right = right_part(self.snapshot, self.size.width - left.cell_length - 2)
        gap = self.size.width - left.cell_length - right.cell_length
        if not right.cell_length:
            return left.truncate(self.size.width, ellipsis=True)
        return Content.assemble(left, " " * gap, right)


class HealthLine(Widget):
    """Sources with problems; takes no room without any."""

    snapshot: var[Snapshot | None] = var[Snapshot | None](None)
    now: var[float] = var(0.0)
    told: reactive[Content] = reactive(Content(), layout=True)
    """Apart from the snapshot: each change lays the whole screen out anew."""

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Show the line only when there are problems."""
        self.display = bool(snapshot and snapshot.health)
        self.told = self._lines()

    def watch_now(self) -> None:
        """Show for how long there have been problems."""
        self.told = self._lines()

    def render(self) -> Content:
        """One line per source."""
        return self.told

    def _lines(self) -> Content:
        lines = []
        for health in self.snapshot.health if self.snapshot else ():
            bad = health.level is Level.ERROR
            style = "bold $text-error" if bad else "dim"
            mark, remedy = "✕" if bad else "·", self._remedy(health)
            span = age(max(0.0, self.now - health.since)) if bad and self.now else "now"
            lasting = "" if span == "now" else f" · for {span}"
            line = f"{mark} {health.source.words}: {safe(health.message, 300)}{remedy}{lasting}"
            lines.append(Content.styled(line, style))
        return Content("\n").join(lines)

    def _remedy(self, health: Health) -> str:
        """The remedy for an unreadable file, and the number of further ones."""
        shared = known(self.snapshot.coordination) if self.snapshot else None
        problems = shared.problems if shared else ()
        first = next((one for one in problems if one.reason == health.message), None)
        if first is None:
            return ""
        more = f" (+{len(problems) - 1} more)" if len(problems) > 1 else ""
        return (f" · {safe(first.remedy, 200)}" if first.remedy else "") + more
