"""Read a layout as people write it. Strict: what is not understood is an error with its place."""

from __future__ import annotations

from parallel_tui.model.settings.config import Layout, LayoutPane, LayoutWindow, Split, TypedLine
from parallel_tui.model.settings.values import (
    Step,
    WrongValueError,
    line,
    one_of,
    whole_number,
    yes_or_no,
)
from parallel_tui.model.text.patterns import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from re import Pattern
    from typing import Final, TypeVar

    _Part = TypeVar("_Part")

MOST_WINDOWS: Final = 60
MOST_PANES: Final = 12

ARRANGEMENTS: Final = (
    "even-horizontal",
    "even-vertical",
    "main-horizontal",
    "main-horizontal-mirrored",
    "main-vertical",
    "main-vertical-mirrored",
    "tiled",
)
"""tmux's own names; the mirrored ones are of tmux 3.5."""

_WRITTEN: Final = pattern(r"[0-9a-f]{4},[0-9]+x[0-9]+,[0-9x,{}\[\]]+")
_OPTION: Final = pattern(r"@?[A-Za-z][A-Za-z0-9_-]*(\[[0-9]+\])?")
_VARIABLE: Final = pattern(r"[A-Za-z_][A-Za-z0-9_]*")

_LAYOUT_KEYS: Final = ("windows", "directory", "env", "options", "before")
_WINDOW_KEYS: Final = (
    *("name", "panes", "session", "directory", "arrangement", "env", "options", "focus"),
)
_PANE_KEYS: Final = ("command", "split", "size", "type", "directory", "env", "focus")


def layout(value: object) -> Layout:
    """A list of panes, or a mapping of `windows` and what they share.

    Raises:
        WrongValueError: Naming the place inside the value.
    """
    if isinstance(value, list):
        return Layout((LayoutWindow(panes=panes(value)),))
    if not isinstance(value, dict):
        raise WrongValueError(value, f"a list of 1 to {MOST_PANES} panes, or a mapping of windows")
    known_keys(value, _LAYOUT_KEYS)
    given = value.get("windows")
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_WINDOWS:
        path: tuple[Step, ...] = ("windows",) if "windows" in value else ()
        raise WrongValueError(given, f"a list of 1 to {MOST_WINDOWS} windows", path)
    windows = tuple(_below(("windows", at), _window, each) for at, each in enumerate(given))
    demand_names_once(windows, ("windows",))
    one_focus([each.focus for each in windows], ("windows",))
    return Layout(
        windows=windows,
        directory=_part(value, "directory", directory, ""),
        env=_part(value, "env", variables, ()),
        options=_part(value, "options", options, ()),
        before=_part(value, "before", _lines, ()),
    )


def demand_names_once(windows: tuple[LayoutWindow, ...], path: tuple[Step, ...]) -> None:
    """Refuse two windows of one name: each is found again by its name."""
    seen: set[str] = set()
    for at, each in enumerate(windows):
        name = each.name or each.session
        if name and name in seen:
            raise WrongValueError(name, "a name that no other window has", (*path, at))
        seen.add(name)


def one_focus(given: list[bool], path: tuple[Step, ...]) -> None:
    """Refuse that several are to have the focus."""
    chosen = [at for at, each in enumerate(given) if each]
    if len(chosen) > 1:
        raise WrongValueError(True, "true for one of them only", (*path, chosen[1], "focus"))


def _window(value: object) -> LayoutWindow:
    if isinstance(value, list):
        return LayoutWindow(panes=panes(value))
    if not isinstance(value, dict):
        raise WrongValueError(value, f"a list of panes, or a mapping of {', '.join(_WINDOW_KEYS)}")
    known_keys(value, _WINDOW_KEYS)
    return LayoutWindow(
        name=_part(value, "name", line("the name of a window"), ""),
        panes=_part(value, "panes", panes, (LayoutPane(),)),
        session=_part(value, "session", line("the name of a session"), ""),
        directory=_part(value, "directory", directory, ""),
        arrangement=_part(value, "arrangement", arrangement, ""),
        env=_part(value, "env", variables, ()),
        options=_part(value, "options", options, ()),
        focus=_part(value, "focus", yes_or_no, False),
    )


def panes(value: object) -> tuple[LayoutPane, ...]:
    """Panes of one window; each may be given as just its command."""
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_PANES:
        raise WrongValueError(value, f"a list of 1 to {MOST_PANES} panes")
    made = []
    for at, each in enumerate(value):
        try:
            made.append(_pane(each, at))
        except WrongValueError as error:
            raise error.below(at) from None
    one_focus([each.focus for each in made], ())
    return tuple(made)


def _pane(value: object, position: int) -> LayoutPane:
    if isinstance(value, str):
        value = {"command": value}
    if not isinstance(value, dict):
        raise WrongValueError(value, "a command, or a mapping of command, split and size")
    known_keys(value, _PANE_KEYS)
    split = value.get("split", Split.RIGHT.value if position else None)
    if position == 0 and split is not None:
        raise WrongValueError(split, "left out: there is nothing to split yet", ("split",))
    if position and split not in tuple(Split):
        raise WrongValueError(split, f"one of {', '.join(Split)}", ("split",))
    nothing: tuple[TypedLine, ...] = ()
    typed = _part(value, "type", _typed, nothing)
    command = line("a command, or '' for a shell", empty=True)
    size = value.get("size", 50)
    try:
        size = whole_number(10, 90)(size)
    except WrongValueError as error:
        raise WrongValueError(size, error.allowed + " (percent)", ("size",)) from None
    return LayoutPane(
        command=_part(value, "command", command, "" if typed else "{agent}"),
        split=Split(str(split)) if position else None,
        size=size,
        typed=typed,
        directory=_part(value, "directory", directory, ""),
        env=_part(value, "env", variables, ()),
        focus=_part(value, "focus", yes_or_no, False),
    )


def known_keys(value: Mapping[object, object], known: tuple[str, ...]) -> None:
    """Refuse keys that mean nothing here."""
    for key in value:
        if key not in known:
            raise WrongValueError(key, f"one of {', '.join(known)}", (_step(key),), key=True)


def _step(key: object) -> Step:
    return key if isinstance(key, str | int) else str(key)


def _part(
    value: Mapping[object, object], key: str, check: Callable[[object], _Part], default: _Part
) -> _Part:
    if key not in value:
        return default
    return _below((key,), check, value[key])


def _below(path: tuple[Step, ...], check: Callable[[object], _Part], value: object) -> _Part:
    try:
        return check(value)
    except WrongValueError as error:
        raise error.below(*path) from None


def _typed(value: object) -> tuple[TypedLine, ...]:
    lines = [value] if isinstance(value, str) else value
    if not isinstance(lines, list):
        raise WrongValueError(value, "a list of lines, each typed with Enter behind it")
    return tuple(TypedLine(_below((at,), typed_text, each)) for at, each in enumerate(lines))


typed_text = line("a line to type", empty=True)


def _lines(value: object) -> tuple[str, ...]:
    lines = [value] if isinstance(value, str) else value
    if not isinstance(lines, list):
        raise WrongValueError(value, "a list of shell commands")
    check = line("a shell command")
    return tuple(_below((at,), check, each) for at, each in enumerate(lines))


def directory(value: object) -> str:
    """A directory: absolute, in the home directory (`~`), or seen from the one above it."""
    return line("a directory")(value)


def arrangement(value: object) -> str:
    """One of tmux's arrangements, by name or as `#{window_layout}` writes it."""
    if isinstance(value, str) and _WRITTEN.fullmatch(value):
        return value
    allowed = f"one of {', '.join(ARRANGEMENTS)}, or what tmux prints for #{{window_layout}}"
    try:
        return one_of(*ARRANGEMENTS)(value)
    except WrongValueError:
        raise WrongValueError(value, allowed) from None


def variables(value: object) -> tuple[tuple[str, str], ...]:
    """Environment variables with their values."""
    return _pairs(value, "variables to values", _VARIABLE, ("the name of a variable", "true,false"))


def options(value: object) -> tuple[tuple[str, str], ...]:
    """Options of tmux with their values; true and false are `on` and `off`."""
    found = ("the name of an option of tmux", "on,off")
    return _pairs(value, "options of tmux to values", _OPTION, found)


def _pairs(
    value: object, what: str, names: Pattern[str], words: tuple[str, str]
) -> tuple[tuple[str, str], ...]:
    named, switch = words
    yes, no = switch.split(",")
    if not isinstance(value, dict):
        raise WrongValueError(value, f"a mapping of {what}")
    made = []
    for key, found in value.items():
        if not isinstance(key, str) or not names.fullmatch(key):
            raise WrongValueError(key, named, (_step(key),), key=True)
        if isinstance(found, bool):
            made.append((key, yes if found else no))
        elif isinstance(found, int | float):
            made.append((key, str(found)))
        else:
            made.append((key, _below((key,), line("a text", empty=True), found)))
    return tuple(made)
