"""Check configuration values: return a model value, or name the allowed ones.

Each check takes a value as YAML or the environment gives it and raises `WrongValueError` with the
place inside the value, so that a message can point at `layouts.dev[1].size` and its line.
"""

from __future__ import annotations

import re
import string
from types import MappingProxyType

from parallel_tui.model.settings.config import EditWatch
from parallel_tui.model.text.patterns import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final

    from parallel_tui.model.settings.config import Layout

Step = str | int
"""A key of a mapping, or a position in a list."""

_CONTROL: Final = pattern(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
# tmux reads `$`, `@`, `%`, `=` and `-` at the start of a target, `:` and `.` inside it, and `#`
# as a format: none of them can be part of a name that is to be found again.
_SESSION_NAME: Final = pattern(r"\w[\w @+-]*")
_LONGEST_TIME: Final = 7 * 86_400.0
_PLACEHOLDERS: Final = frozenset({"repo", "name", "kind"})


class WrongValueError(ValueError):
    """A value that a setting does not allow.

    Attributes:
        found: The offending value.
        allowed: What is allowed, to stand behind "must be".
        path: Where inside the setting's value it stands.
        key: Whether the last part of `path` is itself what is wrong.
    """

    def __init__(
        self, found: object, allowed: str, path: tuple[Step, ...] = (), *, key: bool = False
    ) -> None:
        super().__init__(f"must be {allowed}")
        self.found = found
        self.allowed = allowed
        self.path = path
        self.key = key

    def below(self, *steps: Step) -> WrongValueError:
        """The same error with a key in front of its place."""
        return WrongValueError(self.found, self.allowed, (*steps, *self.path), key=self.key)


def optional(check: Callable[[object], object]) -> Callable[[object], object]:
    """Allow `null` for a setting that is not set."""

    def parse(value: object) -> object:
        return None if value is None else check(value)

    return parse


def line(what: str, *, empty: bool = False) -> Callable[[object], str]:
    """A text on one line, without control characters."""

    def parse(value: object) -> str:
        if not isinstance(value, str) or _CONTROL.search(value) or not (empty or value.strip()):
            raise WrongValueError(value, f"{what}, a text on one line")
        return value

    return parse


def one_of(*allowed: str) -> Callable[[object], str]:
    """One of some words."""

    def parse(value: object) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise WrongValueError(value, f"one of {', '.join(allowed)}")
        return value

    return parse


def whole_number(low: int, high: int) -> Callable[[object], int]:
    """A whole number between two bounds, both allowed."""

    def parse(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise WrongValueError(value, f"a whole number from {low} to {high}")
        return value

    return parse


def number_text(text: str) -> object:
    """Parse a number; any other text is returned for its check to refuse."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else text


def yes_or_no(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise WrongValueError(value, "true or false")
    return value


def yes_or_no_text(text: str) -> object:
    """Parse a truth value; any other text is returned for its check to refuse."""
    words = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    return words.get(text.lower(), text)


def byte_size(value: object) -> int:
    """A number of bytes, or a text such as `500M` or `5G` in binary units."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    match = re.fullmatch(r"(\d{1,9})([KMGT]?)i?B?", value) if isinstance(value, str) else None
    if match is None:
        raise WrongValueError(value, "a size such as 500M or 5G")
    return int(match[1]) << (10 * " KMGT".index(match[2] or " "))


def seconds(value: object) -> float:
    """A number of seconds, or a duration such as `90s`, `30m` or `1h`; more than nothing."""
    from parallel_tui.errors import UsageError
    from parallel_tui.model.text import duration

    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    try:
        found = duration.parse(text)
    except UsageError:
        found = 0.0
    if not 0 < found <= _LONGEST_TIME:
        raise WrongValueError(value, "a duration such as 90s, 30m or 1h")
    return found


def edit_watch(value: object) -> EditWatch:
    """A way of detecting edits. YAML reads an unquoted `off` as `false`, which is accepted."""
    word = "off" if value is False else value
    try:
        return EditWatch(word)  # type: ignore[arg-type]
    except ValueError:
        raise WrongValueError(value, f"one of {', '.join(EditWatch)}") from None


def session_name(value: object) -> str:
    """A tmux session name that tmux does not change."""
    if not isinstance(value, str) or not _SESSION_NAME.fullmatch(value):
        raise WrongValueError(
            value, "a tmux session name (letters, digits, spaces and _ @ + -, a letter first)"
        )
    return value


def directory_template(value: object) -> str:
    """A directory whose last part contains `{name}`, so that no two sessions share one."""
    allowed = "a directory with {name} in its last part, and no placeholder but {repo} and {kind}"
    text = line("a directory")(value)
    try:
        pieces = list(string.Formatter().parse(text))
    except ValueError:
        raise WrongValueError(value, allowed) from None
    for _, field, spec, conversion in pieces:
        if field is not None and (field not in _PLACEHOLDERS or spec or conversion):
            raise WrongValueError(value, allowed)
    if "{name}" not in text.rstrip("/").rpartition("/")[2]:
        raise WrongValueError(value, allowed)
    return text


def terminal_template(value: object) -> str:
    """A command with a place for the command to run."""
    text = line("a command")(value)
    if "{argv}" not in text:
        raise WrongValueError(value, "a command that contains {argv}")
    return text


def _texts(value: object, what: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        return (line(what)(value),)
    if not isinstance(value, list):
        raise WrongValueError(value, f"a list, each entry {what}")
    checked = []
    for position, item in enumerate(value):
        try:
            checked.append(line(what)(item))
        except WrongValueError as error:
            raise error.below(position) from None
    return tuple(checked)


def commands(value: object) -> tuple[str, ...]:
    """A list of shell lines; a single line needs no list."""
    return _texts(value, "a shell command")


def patterns(value: object) -> tuple[str, ...]:
    """A list of gitignore patterns inside the worktree; a single pattern needs no list."""
    found = _texts(value, "a gitignore pattern")
    for position, each in enumerate(found):
        if ".." in each.split("/"):
            path = (position,) if isinstance(value, list) else ()
            raise WrongValueError(each, "a gitignore pattern inside the worktree", path)
    return found


def named(value: object, what: str) -> dict[str, object]:
    """A mapping whose keys are texts on one line."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise WrongValueError(value, f"a mapping of {what}")
    for key in value:
        if not isinstance(key, str) or not key or _CONTROL.search(key):
            raise WrongValueError(key, f"a mapping of {what}, each key a text", (key,), key=True)
    return value


def key_map(value: object) -> Mapping[str, str]:
    """Keys by command id."""
    checked = {}
    for command, key in named(value, "command ids to keys").items():
        try:
            checked[command] = line("a key such as 'n' or 'ctrl+p'")(key)
        except WrongValueError as error:
            raise error.below(command) from None
    return MappingProxyType(checked)


def landing_after(value: object) -> Mapping[str, tuple[str, ...]]:
    """Names of sessions by the session that lands after them; a single one needs no list."""
    checked = {}
    for session, some in named(value, "sessions to those they land after").items():
        try:
            checked[session] = _texts(some, "the name of a session")
        except WrongValueError as error:
            raise error.below(session) from None
    return MappingProxyType(checked)


def priorities(value: object) -> Mapping[str, int]:
    """Numbers by session."""
    checked = {}
    for session, number in named(value, "sessions to numbers").items():
        try:
            checked[session] = whole_number(-1000, 1000)(number)
        except WrongValueError as error:
            raise error.below(session) from None
    return MappingProxyType(checked)


def layouts(value: object) -> Mapping[str, Layout]:
    """Layouts by name, each a list of panes or a mapping of windows."""
    from parallel_tui.model.settings.layouts import reading

    checked = {}
    for name, given in named(value, "names to lists of panes").items():
        try:
            checked[name] = reading.layout(given)
        except WrongValueError as error:
            raise error.below(name) from None
    return MappingProxyType(checked)
