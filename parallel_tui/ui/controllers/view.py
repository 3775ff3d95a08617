"""Commands that arrange or refresh the view; they need no open repository."""

from __future__ import annotations

from typing import Any, Final

from parallel_tui.ui.cockpit import Cockpit, ScreenLayout, Situation
from parallel_tui.ui.command import MOVE, PROGRAM, VIEW, Command, Reason, ready
from parallel_tui.ui.controllers.work import CommandWork

FOLD: Final = "fold"
"""The command that folds what stands below a heading."""


def _nobody_waits(now: Situation) -> Reason:
    shown = (*((now.snapshot,) if now.snapshot else ()), *now.others)
    if any(session.needs_somebody for each in shown for session in each.sessions):
        return None
    return "No session needs you."


def _no_path(now: Situation) -> Reason:
    if now.session is None or now.session.worktree is None:
        return "The selected session has no worktree."
    return None


def _one_machine(now: Situation) -> Reason:
    shown = (*((now.snapshot,) if now.snapshot else ()), *now.others)
    if any(each.hosts is not None and each.hosts.sessions for each in shown):
        return None
    return "No session of another machine is known: `pdev host share` shares work with others."


def _no_heading(now: Situation) -> Reason:
    return None if now.heading else "There is no heading to fold sessions below."


class ViewCommands:
    """Moves the cursor and the focus, and changes what is shown.

    Args:
        layout: The screen.
    """

    def __init__(self, layout: ScreenLayout) -> None:
        self.layout = layout


class LookCommands:
    """Refreshes the view.

    Args:
        cockpit: The dashboard.
        work: Has things looked at.
    """

    def __init__(self, cockpit: Cockpit, work: CommandWork) -> None:
        self._cockpit = cockpit
        self._work = work

    def refresh(self) -> None:
        """Read everything again."""
        self._work.look_at_everything()
        self._cockpit.tell("Reading everything again.")


def _jump(number: int) -> Command[ViewCommands]:
    return Command(
        f"jump-{number}",
        str(number),
        f"Session {number}",
        f"Select session {number} of the list.",
        MOVE,
        ViewCommands,
        lambda here, _: here.layout.jump(number),
    )


COMMANDS: Final[tuple[Command[Any], ...]] = (
    Command(
        "next-waiting",
        "w",
        "Needs you",
        "Select the next session that needs you, the most urgent first.",
        MOVE,
        ViewCommands,
        lambda here, _: here.layout.next_waiting(),
        _nobody_waits,
        footer=True,
    ),
    Command(
        "filter",
        "slash",
        "Filter",
        "Show only sessions that match: name, branch, path, state.",
        MOVE,
        ViewCommands,
        lambda here, _: here.layout.open_filter(),
        footer=True,
    ),
    Command(
        "clear-filter",
        "escape",
        "Show all",
        "Clear the filter; else end the zoom.",
        MOVE,
        ViewCommands,
        lambda here, _: here.layout.step_back(),
    ),
    Command(
        "next-pane",
        "tab",
        "Next pane",
        "Go to the next pane.",
        MOVE,
        ViewCommands,
        lambda here, _: here.layout.cycle(1),
    ),
    Command(
        "previous-pane",
        "shift+tab",
        "Previous pane",
        "Go to the previous pane.",
        MOVE,
        ViewCommands,
        lambda here, _: here.layout.cycle(-1),
    ),
    *(_jump(number) for number in range(1, 10)),
    Command(
        "preview",
        "v",
        "Preview",
        "Show the window's screen.",
        VIEW,
        ViewCommands,
        lambda here, _: here.layout.show_tab("preview"),
    ),
    Command(
        "diff",
        "D",
        "Diff",
        "Show what the session changed against base.",
        VIEW,
        ViewCommands,
        lambda here, _: here.layout.show_tab("diff"),
        footer=True,
    ),
    Command(
        "tasks",
        "t",
        "Tasks",
        "Show the session's tasks, and everyone's progress.",
        VIEW,
        ViewCommands,
        lambda here, _: here.layout.show_tasks(),
    ),
    Command(
        "info",
        "i",
        "Info",
        "Show all known facts, with their sources.",
        VIEW,
        ViewCommands,
        lambda here, _: here.layout.show_tab("info"),
    ),
    Command(
        "why",
        "W",
        "Why",
        "Show why the session has its state: what was seen, and what decided.",
        VIEW,
        ViewCommands,
        lambda here, _: here.layout.show_tab("why"),
    ),
    Command(
        "next-tab",
        "right_square_bracket",
        "Next tab",
        "Go to the next tab of the detail pane.",
        VIEW,
        ViewCommands,
        lambda here, _: here.layout.next_tab(),
    ),
    Command(
        "zoom",
        "z",
        "Zoom",
        "Give the whole screen to one pane, or take it back.",
        VIEW,
        ViewCommands,
        lambda here, _: here.layout.zoom(),
        footer=True,
    ),
    Command(
        "sort",
        "full_stop",
        "Sort",
        "Sort sessions by need, name, age or branch: the next of these.",
        VIEW,
        ViewCommands,
        lambda here, _: here.layout.next_order(),
    ),
    Command(
        "mix-machines",
        "X",
        "Mix machines",
        "List the sessions of all machines in one order, or below a heading for each.",
        VIEW,
        ViewCommands,
        lambda here, _: here.layout.mix_machines(),
        _one_machine,
    ),
    Command(
        FOLD,
        "space",
        "Fold",
        "Fold the sessions below a heading, of a machine or repository, or show them again.",
        VIEW,
        ViewCommands,
        lambda here, _: here.layout.fold(),
        _no_heading,
        places=("sessions",),
    ),
    Command(
        "theme",
        "T",
        "Theme",
        "Go to the next theme.",
        VIEW,
        ViewCommands,
        lambda here, _: here.layout.next_theme(),
    ),
    Command(
        "refresh",
        "r",
        "Refresh",
        "Read everything again.",
        VIEW,
        LookCommands,
        lambda here, _: here.refresh(),
        ready,
    ),
    Command(
        "copy-path",
        "y",
        "Copy path",
        "Copy the directory of the selected session.",
        VIEW,
        ViewCommands,
        lambda here, _: here.layout.copy_path(),
        _no_path,
    ),
    Command(
        "palette",
        "colon,ctrl+p",
        "Palette",
        "Find a command or a session by name.",
        PROGRAM,
        ViewCommands,
        lambda here, _: here.layout.open_palette(),
        footer=True,
    ),
    Command(
        "help",
        "question_mark",
        "Help",
        "Show all keys.",
        PROGRAM,
        ViewCommands,
        lambda here, _: here.layout.open_help(),
        footer=True,
    ),
    Command(
        "quit",
        "q",
        "Quit",
        "Quit; all sessions keep running.",
        PROGRAM,
        ViewCommands,
        lambda here, _: here.layout.quit(),
        footer=True,
    ),
)
