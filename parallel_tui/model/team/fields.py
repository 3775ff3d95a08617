"""Check single values of a team's description: return a model value, or name the allowed ones."""

from __future__ import annotations

from typing import TypeVar

from parallel_tui.model.session import naming
from parallel_tui.model.settings import values
from parallel_tui.model.settings.config import PREFIXES, Kind, Layout
from parallel_tui.model.settings.layouts import reading as layouts
from parallel_tui.model.settings.values import WrongValueError
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final

    from parallel_tui.model.settings.values import Step

Value = TypeVar("Value")


def at(
    given: Mapping[str, object],
    key: str,
    check: Callable[[object], Value],
    place: tuple[Step, ...],
) -> Value | None:
    """A checked value; `None` where there is none.

    Raises:
        WrongValueError: With the place.
    """
    value = given.get(key)
    if value is None:
        return None
    try:
        return check(value)
    except WrongValueError as error:
        raise error.below(*place, key) from None


text_line = values.line("a text")
"""A text on one line."""


def text(value: object) -> str:
    """A text of any number of lines."""
    if not isinstance(value, str) or "\0" in value:
        raise WrongValueError(value, "a text")
    return value.strip("\n")


def _layout(value: object) -> tuple[str | None, Layout | None]:
    """The name of a layout, or one that is written out."""
    if isinstance(value, str):
        return values.line("the name of a layout")(value), None
    if not isinstance(value, list | dict):
        raise WrongValueError(value, "the name of a layout, or one that is written out")
    return None, layouts.layout(value)


def _prefix(value: object) -> str:
    """What stands before the name in a branch; the name of a kind stands for its prefix."""
    if not isinstance(value, str):
        raise WrongValueError(value, "the beginning of a branch's name, such as feature/")
    begins = PREFIXES[Kind(value)] if value in tuple(Kind) else value
    if naming.branch_problem(f"{begins}x") is not None:
        raise WrongValueError(value, "the beginning of a branch's name, such as feature/")
    return begins


def branch(value: object) -> str:
    """Short name of a branch."""
    name = values.line("the name of a branch")(value)
    problem = naming.branch_problem(name)
    if problem is not None:
        raise WrongValueError(value, f"the name of a branch ({problem})")
    return name


def names(value: object) -> tuple[str, ...]:
    """Names of sessions, or one."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list):
        raise WrongValueError(value, "a list of sessions")
    found = []
    for position, each in enumerate(given):
        try:
            found.append(values.line("the name of a session")(each))
        except WrongValueError as error:
            raise error.below(position) from None
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Common:
    """Values that stand for all sessions at the top, or for one; `None` where nothing is said.

    Attributes:
        base: Branch that a new branch starts from.
        agent: Agent command.
        layout: Name of a layout, or one that is written out.
        prefix: What stands before the name in a branch.
        window: Whether there is one.
    """

    base: str | None = None
    agent: str | None = None
    layout: tuple[str | None, Layout | None] | None = None
    prefix: str | None = None
    window: bool | None = None


COMMON: Final = Common.__match_args__
"""Keys of these."""


def common(given: Mapping[str, object], place: tuple[Step, ...], above: Common) -> Common:
    """The values of a mapping, and where it says nothing those from above.

    Raises:
        WrongValueError: With the place.
    """
    base = at(given, "base", values.line("a branch name"), place)
    command = values.line("a command, or '' for a plain shell", empty=True)
    agent = at(given, "agent", command, place)
    window = at(given, "window", values.yes_or_no, place)
    return Common(
        above.base if base is None else base,
        above.agent if agent is None else agent,
        at(given, "layout", _layout, place) or above.layout,
        above.prefix if (prefix := at(given, "prefix", _prefix, place)) is None else prefix,
        above.window if window is None else window,
    )


def tasks(
    value: object, place: tuple[Step, ...], tasks_in: Callable[[str], tuple[str, ...]]
) -> tuple[str, ...]:
    """Tasks as a list of lines, or as the name of a file that has one a line."""
    if value is None:
        return ()
    if isinstance(value, str):
        try:
            return tasks_in(values.line("the name of a file")(value))
        except WrongValueError as error:
            raise error.below(*place) from None
    if not isinstance(value, list):
        raise WrongValueError(value, "a list of tasks, or the name of a file of tasks", place)
    found = []
    for position, each in enumerate(value):
        try:
            found.append(values.line("a task")(each).strip())
        except WrongValueError as error:
            raise error.below(*place, position) from None
    return tuple(dict.fromkeys(found))
