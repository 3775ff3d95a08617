"""Every command of the dashboard, once.

One entry gives the key, the footer, the palette, the help screen and the id under which `keys:` in
the configuration remaps it. A command that cannot run now says why instead of doing nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Final

from textual.binding import Binding
from textual.keys import _character_to_key

from parallel_tui.model.fact import known
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.session.session import Session, SessionState
from parallel_tui.model.session.window import Window
from parallel_tui.model.sharing.coordination import Coordination, Event, Handoff
from parallel_tui.model.sharing.lock import Lock
from parallel_tui.model.view.snapshot import Snapshot

if TYPE_CHECKING:
    from parallel_tui.ui.screens.dashboard import Dashboard

Reason = str | None
"""Why a command cannot run now; `None` when it can."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What a command would act on.

    Attributes:
        snapshot: What is shown; `None` before anything was read.
        session: The selected session.
        window: The selected window while the windows pane has the focus.
        ready: Whether the verbs are there yet.
        busy: What is being done; empty when nothing is.
        pane: Name of the pane with the focus.
        lock: The selected lock while the locks pane has the focus.
        handoff: The selected handoff while the handoffs pane has the focus.
        event: The selected event while the events pane has the focus.
        overlap: The selected pair while the overlaps pane has the focus.
        task: Number of the selected task while the tasks tab has the focus.
    """

    snapshot: Snapshot | None
    session: Session | None
    window: Window | None
    ready: bool
    busy: str
    pane: str = ""
    lock: Lock | None = None
    handoff: Handoff | None = None
    event: Event | None = None
    overlap: Overlap | None = None
    task: int | None = None

    @property
    def coordination(self) -> Coordination:
        """What sessions tell each other; empty before it was read."""
        return (known(self.snapshot.coordination) if self.snapshot else None) or Coordination()


def _always(_: Situation) -> Reason:
    return None


def _ready(now: Situation) -> Reason:
    return None if now.ready else "Still opening the repository."


def _free(now: Situation) -> Reason:
    if now.busy:
        return f"Still busy: {now.busy}."
    return _ready(now)


def _target(now: Situation) -> Reason:
    if now.session is None and now.window is None:
        return "Select a session first."
    return _ready(now)


def _attach(now: Situation) -> Reason:
    if reason := _target(now):
        return reason
    session = now.session
    if now.window is None and session is not None and not session.windows:
        if session.worktree is not None and session.worktree.bare:
            return "A bare repository has no directory to work in."
        if session.state is SessionState.MISSING:
            return "The directory of this session is gone, so no window can open in it."
    return None


def _remove(now: Situation) -> Reason:
    if now.session is None:
        return "Select a session first."
    if now.session.worktree is not None and now.session.worktree.is_main:
        return "The main worktree is never removed."
    return _free(now)


def _sync(now: Situation) -> Reason:
    if now.session is None or now.session.worktree is None:
        return "Select a session with a worktree to bring up to date."
    return _free(now)


def _close(now: Situation) -> Reason:
    if now.window is None and not (now.session and now.session.windows):
        return "The selected session has no window."
    return _free(now)


def _speaker(now: Situation) -> Reason:
    if now.session is None:
        return "Select a session first."
    return _ready(now)


def _unlock(now: Situation) -> Reason:
    if now.lock is None:
        name = now.session.name if now.session else None
        if name is None or all(lock.owner != name for lock in now.coordination.locks):
            return "Select a lock in the Locks pane; the selected session holds none."
    return _speaker(now)


def _acknowledge(now: Situation) -> Reason:
    if now.session is None:
        return _speaker(now)
    name = now.session.name
    if now.event is not None:
        if now.event.unread_by(name):
            return _ready(now)
        return f"{name} has seen this event already, or it is not for {name}."
    if not now.coordination.unread_of([name])[name]:
        return f"{name} has no unread events."
    return _ready(now)


def _open(now: Situation) -> Reason:
    if now.lock is None and now.handoff is None and now.event is None:
        return "Select a lock, a handoff or an event."
    return _ready(now)


def _overlap(now: Situation) -> Reason:
    if now.overlap is None:
        return "Select an overlap first."
    return _ready(now)


def _tick(now: Situation) -> Reason:
    if now.session is None or now.task is None:
        return "Select a task in the Tasks tab."
    return _ready(now)


def _path(now: Situation) -> Reason:
    if now.session is None or now.session.worktree is None:
        return "The selected session has no worktree."
    return None


def _waiting(now: Situation) -> Reason:
    sessions = now.snapshot.sessions if now.snapshot else ()
    if any(session.state is SessionState.WAITING for session in sessions):
        return None
    return "No session waits for you."


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do.

    Attributes:
        id: Stable name, for the configuration.
        keys: Default keys, comma-separated.
        title: A word or two, for footer and palette.
        help: One sentence.
        group: Heading in the help screen.
        act: Does it.
        reason: Why it cannot be done now.
        footer: Whether the footer shows it.
        places: Panes in which its keys mean this; empty for all where they mean nothing else.
    """

    id: str
    keys: str
    title: str
    help: str
    group: str
    act: Callable[[Dashboard], None]
    reason: Callable[[Situation], Reason] = _always
    footer: bool = False
    places: tuple[str, ...] = ()


def _jump(number: int) -> Command:
    return Command(
        f"jump-{number}",
        str(number),
        f"Session {number}",
        f"Select session {number} of the list.",
        "Move",
        lambda dashboard: dashboard.jump(number),
    )


_S, _M, _V, _T = "Sessions", "Move", "View", "Together"

COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        "attach",
        "enter",
        "Attach",
        "Go to the session's window; open one if it has none.",
        _S,
        lambda d: d.verbs.attach(),
        _attach,
        True,
    ),
    Command(
        "spawn",
        "n",
        "New",
        "Start a session: branch, worktree, window and agent.",
        _S,
        lambda d: d.verbs.spawn(),
        _free,
        True,
    ),
    Command(
        "spawn-prompt",
        "N",
        "New with prompt",
        "Start a session, the agent's first prompt first.",
        _S,
        lambda d: d.verbs.spawn(prompt_first=True),
        _free,
    ),
    Command(
        "remove",
        "d",
        "Remove",
        "End the session, after showing all that goes with it.",
        _S,
        lambda d: d.verbs.remove(),
        _remove,
        True,
    ),
    Command(
        "close-window",
        "x",
        "Close window",
        "Close the selected window and what runs in it.",
        _S,
        lambda d: d.verbs.close_window(),
        _close,
    ),
    Command(
        "open-terminal",
        "O",
        "In new terminal",
        "Show the selected session in a new terminal.",
        _S,
        lambda d: d.verbs.open_terminal(),
        _attach,
    ),
    Command(
        "sync",
        "s",
        "Sync",
        "Bring the session up to date with base; shown first.",
        _S,
        lambda d: d.life.sync(),
        _sync,
    ),
    Command(
        "sync-all",
        "S",
        "Sync all",
        "Bring all sessions up to date with base; shown first.",
        _S,
        lambda d: d.life.sync(everyone=True),
        _free,
    ),
    Command(
        "cleanup",
        "c",
        "Clean up",
        "Remove sessions that are merged, each with its proof.",
        _S,
        lambda d: d.life.cleanup(),
        _free,
    ),
    Command(
        "history",
        "H",
        "History",
        "Show what was changed, and undo it.",
        _S,
        lambda d: d.life.history(),
        _free,
    ),
    Command(
        "lock",
        "L",
        "Lock",
        "Lock paths for the selected session.",
        _T,
        lambda d: d.sharing.lock(),
        _speaker,
    ),
    Command(
        "unlock",
        "u",
        "Unlock",
        "Give back the selected lock, or all of the session.",
        _T,
        lambda d: d.sharing.unlock(),
        _unlock,
    ),
    Command(
        "handoff",
        "h",
        "Hand off",
        "Pass work from the selected session to another.",
        _T,
        lambda d: d.sharing.hand_off(),
        _speaker,
    ),
    Command(
        "acknowledge",
        "a",
        "Acknowledge",
        "Mark the selected event, or all events, as seen.",
        _T,
        lambda d: d.sharing.acknowledge(),
        _acknowledge,
    ),
    Command(
        "overlaps",
        "o",
        "Overlaps",
        "Show which sessions conflict: all against all.",
        _V,
        lambda d: d.overlapping.matrix(),
        _ready,
        True,
    ),
    Command(
        "open-overlap",
        "enter",
        "Open",
        "Show both sides of the selected overlap.",
        _V,
        lambda d: d.overlapping.open(),
        _overlap,
        True,
        ("overlaps",),
    ),
    Command(
        "open",
        "enter",
        "Open",
        "Show the selected lock, handoff or event in full.",
        _T,
        lambda d: d.sharing.open(),
        _open,
        True,
        ("locks", "handoffs", "events"),
    ),
    Command(
        "tick",
        "space,enter",
        "Tick",
        "Tick the selected task, or take its tick back.",
        _T,
        lambda d: d.sharing.tick(),
        _tick,
        True,
        ("tasks",),
    ),
    Command(
        "next-waiting",
        "w",
        "Next waiting",
        "Select the next session that waits for you.",
        _M,
        lambda d: d.next_waiting(),
        _waiting,
        True,
    ),
    Command(
        "filter",
        "slash",
        "Filter",
        "Show only sessions that match: name, branch, path, state.",
        _M,
        lambda d: d.open_filter(),
        footer=True,
    ),
    Command(
        "clear-filter",
        "escape",
        "Show all",
        "Clear the filter; else end the zoom.",
        _M,
        lambda d: d.step_back(),
    ),
    Command("next-pane", "tab", "Next pane", "Go to the next pane.", _M, lambda d: d.cycle(1)),
    Command(
        "previous-pane",
        "shift+tab",
        "Previous pane",
        "Go to the pane before.",
        _M,
        lambda d: d.cycle(-1),
    ),
    *(_jump(number) for number in range(1, 10)),
    Command(
        "preview", "v", "Preview", "Show the window's screen.", _V, lambda d: d.show_tab("preview")
    ),
    Command(
        "diff",
        "D",
        "Diff",
        "Show what the session changed against base.",
        _V,
        lambda d: d.show_tab("diff"),
        footer=True,
    ),
    Command(
        "tasks",
        "t",
        "Tasks",
        "Show what the session has to do, and how far all are.",
        _V,
        lambda d: d.show_tasks(),
    ),
    Command(
        "info",
        "i",
        "Info",
        "Show all that is known, and how it is known.",
        _V,
        lambda d: d.show_tab("info"),
    ),
    Command(
        "next-tab",
        "right_square_bracket",
        "Next tab",
        "Go to the next tab of the detail pane.",
        _V,
        lambda d: d.detail.next_tab(),
    ),
    Command(
        "zoom",
        "z",
        "Zoom",
        "Give the whole screen to one pane, or take it back.",
        _V,
        lambda d: d.zoom(),
        footer=True,
    ),
    Command("theme", "T", "Theme", "Go to the next theme.", _V, lambda d: d.next_theme()),
    Command(
        "refresh", "r", "Refresh", "Read everything again.", _V, lambda d: d.verbs.refresh(), _ready
    ),
    Command(
        "copy-path",
        "y",
        "Copy path",
        "Copy the directory of the selected session.",
        _V,
        lambda d: d.copy_path(),
        _path,
    ),
    Command(
        "palette",
        "colon,ctrl+p",
        "Palette",
        "Find a command or a session by name.",
        "Program",
        lambda d: d.app.action_command_palette(),
        footer=True,
    ),
    Command(
        "help",
        "question_mark",
        "Help",
        "Show all keys.",
        "Program",
        lambda d: d.open_help(),
        footer=True,
    ),
    Command(
        "quit",
        "q",
        "Quit",
        "Leave; all sessions keep running.",
        "Program",
        lambda d: d.app.exit(0),
        footer=True,
    ),
)

BY_ID: Final[Mapping[str, Command]] = {command.id: command for command in COMMANDS}


def meant(command: Command, pane: str) -> bool:
    """Whether a command's keys mean it while a pane has the focus.

    A key that means something of its own in a pane means nothing else there.
    """
    if command.places:
        return pane in command.places
    return command.id not in _hidden(pane)


@cache
def _hidden(pane: str) -> frozenset[str]:
    """Commands whose keys mean something else in a pane."""
    own = {key for one in COMMANDS if pane in one.places for key in one.keys.split(",")}
    return frozenset(
        one.id for one in COMMANDS if not one.places and own & set(one.keys.split(","))
    )


def bindings() -> list[Binding]:
    """The commands as bindings of the dashboard, remappable by id."""
    return [
        Binding(
            command.keys,
            f"command('{command.id}')",
            command.title,
            show=command.footer,
            id=command.id,
            tooltip=command.help,
            key_display=_SHOWN.get(command.keys),
        )
        for command in COMMANDS
    ]


_SHOWN: Final = {"enter": "Enter", "space,enter": "Enter"}
"""Keys that read better than Textual's names for them."""


def check_keys(
    keys: Mapping[str, str], others: Iterable[str] = ()
) -> tuple[dict[str, str], list[str]]:
    """Separate a user's remapping into what can be used and what is wrong with the rest.

    Args:
        keys: Keys by command id, as configured.
        others: Further ids that may be remapped.

    Returns:
        The usable remapping, and one warning for each entry that is not used.
    """
    known = {*BY_ID, *others}
    used: dict[str, str] = {}
    warnings: list[str] = []
    for name, key in keys.items():
        if name in known:
            used[name] = key
            continue
        near = get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        warnings.append(f"keys.{name}: there is no such command{hint}")
    owners: dict[str, str] = {}
    for name in list(used):
        for key in _pressed(used[name]):
            if key in owners:
                warnings.append(f"keys.{name}: {key!r} is already given to {owners[key]!r}")
                used.pop(name, None)
            owners.setdefault(key, name)
    for command in COMMANDS:
        if command.id in used:
            continue
        lost = [key for key in _pressed(command.keys) if key in owners]
        if lost:
            warnings.append(
                f"keys.{owners[lost[0]]}: {lost[0]!r} no longer runs {command.id!r}"
                f" (still in the palette)"
            )
    return used, warnings


def _pressed(keys: str) -> list[str]:
    """Key names as Textual has them, for `/` and `slash` are one key."""
    parts = [key.strip() or "," for key in keys.split(",")]
    return [_character_to_key(key) if len(key) == 1 else key for key in parts]
