"""Read how a repository prepares new worktrees for other programs, to do the same here.

The formats are those programs' own: `.cursor/worktrees.json` has lists of shell lines, or the path
of a script beside it; `.codex/environments/*.toml` a script in `[setup]`, and others for one system
in tables below it; `conductor.json` one line in `scripts.setup`. The first of them that has
something is used: each says all that a worktree needs, and twice would be once too often.
"""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.model.lifecycle.prepared import PreparedByOthers

CURSOR: Final = ".cursor/worktrees.json"
CODEX: Final = ".codex/environments"
CONDUCTOR: Final = "conductor.json"

_SCRIPT: Final = re.compile(r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*")
_LARGEST: Final = 256 * 1024
_MOST_LINES: Final = 100
_SYSTEMS: Final = ("darwin", "macos") if sys.platform == "darwin" else ("linux",)


class _WrongFileError(ValueError):
    """A file that does not say what its program expects."""


def read(main: Path) -> PreparedByOthers:
    """What prepares a new worktree, from files of the main one.

    A file that cannot be used is told and passed over.

    Args:
        main: The main worktree.
    """
    problems: list[str] = []
    beside: list[str] = []
    file: str = ""
    chosen: tuple[str, ...] = ()
    for path, lines_of in _files(main):
        try:
            raw = reading.read(main / path, limit=_LARGEST, follow=True)
            lines = () if raw is None else lines_of(raw)
        except (UnusableFileError, OSError) as error:
            problems.append(f"{path} is not used: {_why(error, main / path)}")
            continue
        except (ValueError, RecursionError) as error:
            problems.append(f"{path} is not used: {error}")
            continue
        if lines and file:
            beside.append(f"{path} is not used: {file} is")
        elif lines:
            file, chosen = path, lines
    return PreparedByOthers(file, chosen, tuple(beside), tuple(problems))


def _why(error: Exception, path: Path) -> str:
    told = str(error)
    return f"it {rest}" if (rest := told.removeprefix(f"{path} ")) != told else told


def _files(main: Path) -> Iterator[tuple[str, Callable[[bytes], tuple[str, ...]]]]:
    yield CURSOR, _cursor
    try:
        found = sorted(each.name for each in (main / CODEX).iterdir() if each.suffix == ".toml")
    except OSError:
        found = []
    # the name that the program itself gives the first one
    found.sort(key=lambda name: name != "environment.toml")
    for name in found:
        yield f"{CODEX}/{name}", _codex
    yield CONDUCTOR, _conductor


def _object(raw: bytes) -> Mapping[str, object]:
    from parallel_tui.model.text import strict_json

    try:
        top = strict_json.parse(raw)
    except ValueError as error:
        raise _WrongFileError(f"it is not JSON: {error}") from None
    if not isinstance(top, dict):
        raise _WrongFileError("it is not a JSON object")
    return top


def _cursor(raw: bytes) -> tuple[str, ...]:
    top = _object(raw)
    for key in ("setup-worktree-unix", "setup-worktree"):
        value = top.get(key)
        if value is None:
            continue
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            if len(value) > _MOST_LINES:
                raise _WrongFileError(f"{key} has more than {_MOST_LINES} lines")
            return tuple(_line(each) for each in value if each.strip())
        if isinstance(value, str) and value.strip():
            return (_script(value.strip(), key),)
        raise _WrongFileError(f"{key} must be a list of shell lines, or the path of a script")
    return ()


def _script(path: str, key: str) -> str:
    """The line that runs a script below `.cursor/`; plain enough to be found and shown whole."""
    if not _SCRIPT.fullmatch(path) or ".." in path.split("/"):
        raise _WrongFileError(f"{key} must name a script below .cursor/ by a plain path")
    return f"if [ -x .cursor/{path} ]; then .cursor/{path}; else {_shell()} .cursor/{path}; fi"


def _codex(raw: bytes) -> tuple[str, ...]:
    import tomllib

    try:
        top = tomllib.loads(raw.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _WrongFileError(f"it is not TOML: {error}") from None
    setup = top.get("setup")
    if setup is None:
        return ()
    if not isinstance(setup, dict):
        raise _WrongFileError("setup must be a table with a script")
    script = setup.get("script", "")
    for system in _SYSTEMS:
        if isinstance(setup.get(system), dict):
            script = setup[system].get("script", script)
    if not isinstance(script, str):
        raise _WrongFileError("setup.script must be a text")
    return (_line(script),) if script.strip() else ()


def _conductor(raw: bytes) -> tuple[str, ...]:
    scripts = _object(raw).get("scripts")
    if scripts is None:
        return ()
    if not isinstance(scripts, dict):
        raise _WrongFileError("scripts must be an object")
    setup = scripts.get("setup", "")
    if not isinstance(setup, str):
        raise _WrongFileError("scripts.setup must be a text")
    return (_line(setup),) if setup.strip() else ()


def _line(text: str) -> str:
    """A line for `sh`: those programs run theirs in a larger shell, where there is one."""
    if "\0" in text:
        raise _WrongFileError("a command has a NUL character in it")
    shell = _shell()
    return text.strip() if shell == "sh" else f"{shell} -c {shlex.quote(text.strip())}"


def _shell() -> str:
    return "bash" if shutil.which("bash") else "sh"
