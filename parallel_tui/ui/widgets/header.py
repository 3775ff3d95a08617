"""Header lines: a summary, and the current problems."""

from __future__ import annotations

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


def left_part(snapshot: Snapshot, busy: str, hush: str = "", ready: int = 0) -> Content:
    """Repository, base and counts of sessions, and why nothing is told, if it is not.

    Args:
        snapshot: What is counted.
        busy: What is being done; empty when nothing is.
        hush: Why nothing is told; empty when it is.
        ready: How many sessions can land, as far as a list knows.
    """
    needy = sum(session.needs_somebody for session in snapshot.sessions)
    dot = Content.styled(" · ", "dim")
    work = snapshot.work()
    text = Content.styled(safe(snapshot.repository.name, 40), "bold $text-accent")
    text = Content.assemble(text, "  ", _base(snapshot), dot, plural(len(work), "session"))
    if needy:
        needs = f"{needy} needs you" if needy == 1 else f"{needy} need you"
        text = Content.assemble(text, dot, Content.styled(needs, "bold $text-warning"))
    conflicts = len(conflicting(known(snapshot.overlaps) or ()))
    if conflicts:
        told = Content.styled(plural(conflicts, "conflict"), "bold $text-error")
        text = Content.assemble(text, dot, told)
    if ready:
        text = Content.assemble(text, dot, Content.styled(f"{ready} ready", "$text-success"))
    shared = known(snapshot.coordination)
    open_handoffs = sum(handoff.open for handoff in shared.handoffs) if shared else 0
    if shared and shared.locks:
        text = Content.assemble(text, dot, plural(len(shared.locks), "lock"))
    syncs = sum(each.kind is MessageKind.SYNC for each in shared.messages) if shared else 0
    prompts = len(shared.messages) - syncs if shared else 0
    queued = [
        plural(count, word) for count, word in ((prompts, "prompt"), (syncs, "sync")) if count
    ]
    if queued:
        text = Content.assemble(text, dot, f"{', '.join(queued)} queued")
    if open_handoffs:
        text = Content.assemble(text, dot, plural(open_handoffs, "handoff"))
    if snapshot.paused:
        text = Content.assemble(text, dot, Content.styled("paused", "reverse"))
    if hush:
        text = Content.assemble(text, dot, Content.styled(hush, "reverse"))
    if busy:
        text = Content.assemble(text, dot, Content.styled(safe(busy, 80), "$text-accent"))
    return text


def right_part(snapshot: Snapshot) -> Content:
    """How edits are detected, and the resources of all sessions."""
    used = [known(session.resources) for session in snapshot.sessions]
    cpu = sum(one.cpu for one in used if one)
    memory = sum(one.memory for one in used if one)
    text = f"{_WATCH[snapshot.watch]}  cpu {cpu}%  mem {size(memory)}"
    shown = Content.styled(text, "dim")
    machine = snapshot.machine.machine if snapshot.machine else None
    if machine is None:
        return shown
    tone = "$text-warning" if machine.busy or machine.short else "dim"
    return Content.assemble(
        shown, Content.styled(f"  load {machine.load:.1f}/{machine.cores}", tone)
    )


class HeaderLine(Widget):
    """One line: the state of sessions on the left, resources on the right."""

    snapshot: reactive[Snapshot | None] = reactive(None)
    busy: reactive[str] = reactive("")
    hush: reactive[str] = reactive("")
    ready: reactive[int] = reactive(0)

    def render(self) -> Content:
        """The line; the right part is left out when both do not fit."""
        if self.snapshot is None:
            return Content("")
        left = left_part(self.snapshot, self.busy, self.hush, self.ready)
        right = right_part(self.snapshot)
        gap = self.size.width - left.cell_length - right.cell_length
        if gap < 2:
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
