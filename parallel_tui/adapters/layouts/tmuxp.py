"""Read layouts as the program tmuxp writes them.

tmuxp pins another libtmux than ours, so its own loader cannot stand beside us; its files are data.
What of a file is not done is named; what would run Python that a file brings along is refused.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeVar

from parallel_tui.errors import RefusedError
from parallel_tui.model.settings.config import Layout, LayoutPane, LayoutWindow, Split, TypedLine
from parallel_tui.model.settings.layouts import reading
from parallel_tui.model.settings.values import Step, WrongValueError, line, yes_or_no
from parallel_tui.record import replace

_Read = TypeVar("_Read")
_Pairs = tuple[tuple[str, str], ...]

_NO_LINES: Final[tuple[TypedLine, ...]] = ()
_NO_PAIRS: Final[_Pairs] = ()

_RUNS_PYTHON: Final = ("plugins", "workspace_builder", "workspace_builder_paths")

_NOT_HERE: Final[Mapping[str, str]] = {
    "global_options": "sets options of every tmux session of yours; ~/.tmux.conf is for that",
    "pane_readiness": "lines are typed at once; the shell reads them when it is ready",
    "sleep_before": "lines are typed without pauses",
    "sleep_after": "lines are typed without pauses",
    "window_index": "windows stand in the order of the file",
    "clear": "the screen is left as it is",
    "title": "titles of panes are left to their programs",
}
"""Keys that are left out, each with the reason."""

_SESSION: Final = (
    *("session_name", "windows", "start_directory", "before_script", "options", "environment"),
    *("shell_command_before", "suppress_history"),
)
_WINDOW: Final = (
    *("window_name", "panes", "start_directory", "layout", "options", "options_after", "focus"),
    *("environment", "shell_command_before", "suppress_history", "window_shell"),
)
_PANE: Final = (
    *("shell_command", "start_directory", "focus", "environment", "suppress_history", "enter"),
    *("shell", "shell_command_before"),
)
_LINE: Final = ("cmd", "enter")
_BLANK: Final = ("", "blank", "pane", None)


def is_tmuxp(top: Mapping[object, object]) -> bool:
    """Whether a file is one of tmuxp's."""
    return "session_name" in top


def read(top: Mapping[object, object], folder: str) -> tuple[Layout, tuple[str, ...]]:
    """A file's layout, and what of it is not done, in words.

    Args:
        top: The file's contents.
        folder: Where it lies: relative directories begin there.

    Raises:
        WrongValueError: Naming the place inside the file.
        RefusedError: When it has keys that run Python.
    """
    for key in _RUNS_PYTHON:
        if top.get(key):
            raise RefusedError(
                f"The file has {key}, which runs Python code that it names; that is not done here.",
                hint="`tmuxp load FILE` does it, if you trust the file.",
            )
    return _TmuxpReader(folder).session(top)


class _TmuxpReader:
    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._notes: dict[str, None] = {}

    def session(self, top: Mapping[object, object]) -> tuple[Layout, tuple[str, ...]]:
        self._known(top, _SESSION)
        name = _at(top, "session_name", line("a name"), "")
        self._notes[
            f"session_name {name}: windows open in the session that this repository has already"
        ] = None
        given = top.get("windows")
        if not isinstance(given, list) or not 1 <= len(given) <= reading.MOST_WINDOWS:
            raise WrongValueError(
                given, f"a list of 1 to {reading.MOST_WINDOWS} windows", ("windows",)
            )
        before = _at(top, "shell_command_before", self._lines, _NO_LINES)
        hidden = _at(top, "suppress_history", yes_or_no, True)
        made = [
            _below(("windows", at), lambda each: self._window(each, before, hidden), each)
            for at, each in enumerate(given)
        ]
        script = _at(top, "before_script", line("a command"), "")
        start = _at(top, "start_directory", _directory, "")
        layout = Layout(
            windows=self._names_once(made),
            directory=os.path.normpath(os.path.join(self._folder, start)) if start else "",  # noqa: PTH118
            env=_at(top, "environment", _expanded(reading.variables), _NO_PAIRS),
            options=_at(top, "options", _expanded(reading.options), _NO_PAIRS),
            before=(self._script(script),) if script else (),
        )
        return layout, tuple(self._notes)

    def _script(self, script: str) -> str:
        found = _expand(script)
        if found.startswith("./"):
            return os.path.join(self._folder, found[2:])  # noqa: PTH118
        return found

    def _names_once(self, windows: Sequence[LayoutWindow]) -> tuple[LayoutWindow, ...]:
        taken: set[str] = set()
        made = []
        for window in windows:
            name, number = window.name, 1
            while name and name in taken:
                number += 1
                name = f"{window.name}-{number}"
            if name != window.name:
                self._notes[f"a second window {window.name} is called {name}"] = None
            taken.add(name)
            made.append(replace(window, name=name))
        reading.one_focus([window.focus for window in made], ("windows",))
        return tuple(made)

    def _window(self, value: object, before: tuple[TypedLine, ...], hidden: bool) -> LayoutWindow:
        if not isinstance(value, dict):
            raise WrongValueError(value, "a mapping such as {window_name: …, panes: […]}")
        self._known(value, _WINDOW)
        before = (*before, *_at(value, "shell_command_before", self._lines, _NO_LINES))
        hidden = _at(value, "suppress_history", yes_or_no, hidden)
        shell = _at(value, "window_shell", line("a command"), "")
        given = value.get("panes") or [None]
        if not isinstance(given, list) or len(given) > reading.MOST_PANES:
            raise WrongValueError(given, f"a list of 1 to {reading.MOST_PANES} panes", ("panes",))
        panes = []
        for at, each in enumerate(given):
            read_pane: Callable[[object], LayoutPane] = lambda found, at=at: self._pane(  # type: ignore[misc]  # noqa: E731
                found, at, before, hidden, shell
            )
            panes.append(_below(("panes", at), read_pane, each))
        reading.one_focus([pane.focus for pane in panes], ("panes",))
        options = _at(value, "options", _expanded(reading.options), _NO_PAIRS)
        return LayoutWindow(
            name=_at(value, "window_name", _name, ""),
            panes=tuple(panes),
            directory=_at(value, "start_directory", _directory, ""),
            arrangement=_at(value, "layout", reading.arrangement, ""),
            env=_at(value, "environment", _expanded(reading.variables), _NO_PAIRS),
            options=(*options, *_at(value, "options_after", _expanded(reading.options), _NO_PAIRS)),
            focus=_at(value, "focus", _focus, False),
        )

    def _pane(
        self,
        value: object,
        position: int,
        before: tuple[TypedLine, ...],
        hidden: bool,
        shell: str,
    ) -> LayoutPane:
        found: Mapping[object, object] = (
            value if isinstance(value, dict) else {"shell_command": value}
        )
        return self._read_pane(found, position, before, hidden, shell)

    def _read_pane(
        self,
        value: Mapping[object, object],
        position: int,
        before: tuple[TypedLine, ...],
        hidden: bool,
        shell: str,
    ) -> LayoutPane:
        self._known(value, _PANE)
        before = (*before, *_at(value, "shell_command_before", self._lines, _NO_LINES))
        given = value.get("shell_command")
        typed = () if given in _BLANK else _below(("shell_command",), self._lines, given)
        hidden = _at(value, "suppress_history", yes_or_no, hidden)
        if not _at(value, "enter", yes_or_no, True):
            typed = tuple(TypedLine(each.text, False) for each in typed)
        space = " " if hidden else ""
        return LayoutPane(
            command=_at(value, "shell", line("a command"), shell),
            # below: side by side there is no room for many, until they are arranged
            split=Split.BELOW if position else None,
            typed=tuple(TypedLine(space + each.text, each.enter) for each in (*before, *typed)),
            directory=_at(value, "start_directory", _directory, ""),
            env=_at(value, "environment", _expanded(reading.variables), _NO_PAIRS),
            focus=_at(value, "focus", _focus, False),
        )

    def _lines(self, value: object) -> tuple[TypedLine, ...]:
        given = value if isinstance(value, list) else [value]
        return tuple(_below((at,), self._line, each) for at, each in enumerate(given) if each)

    def _line(self, value: object) -> TypedLine:
        if isinstance(value, dict):
            if "cmd" not in value:
                raise WrongValueError(value, "a line to type, or a mapping such as {cmd: …}")
            self._known(value, _LINE)
            return TypedLine(
                _at(value, "cmd", reading.typed_text, ""), _at(value, "enter", yes_or_no, True)
            )
        return TypedLine(reading.typed_text(value))

    def _known(self, value: Mapping[object, object], known: Sequence[str]) -> None:
        for key in value:
            if key in known:
                continue
            why = _NOT_HERE.get(str(key), "it is not a key that is known here")
            self._notes[f"{key} is left out: {why}"] = None


def _at(
    value: Mapping[object, object], key: str, check: Callable[[object], _Read], default: _Read
) -> _Read:
    if key not in value or value[key] is None:
        return default
    return _below((key,), check, value[key])


def _below(path: tuple[Step, ...], check: Callable[[object], _Read], value: object) -> _Read:
    try:
        return check(value)
    except WrongValueError as error:
        raise error.below(*path) from None


def _expand(text: str) -> str:
    return os.path.expandvars(os.path.expanduser(text))  # noqa: PTH111


def _directory(value: object) -> str:
    return _expand(reading.directory(value))


def _name(value: object) -> str:
    return _expand(line("the name of a window")(str(value) if isinstance(value, int) else value))


def _focus(value: object) -> bool:
    words = {"true": True, "false": False}
    return yes_or_no(words.get(value, value) if isinstance(value, str) else value)


def _expanded(
    check: Callable[[object], _Pairs],
) -> Callable[[object], _Pairs]:
    return lambda value: tuple((key, _expand(found)) for key, found in check(value))
