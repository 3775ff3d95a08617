"""How another machine is reached by ssh, and what is sent there. Pure.

A command line for another machine goes through a shell there that nobody here knows. So it goes as
words of letters, digits, `-` and `_`, which every shell leaves as they are, and none of which is
too long for one.

What that shell prints of its own, at its start or its end, is told from the answer by two marks: a
text that nobody could know before.
"""

from __future__ import annotations

import binascii

from parallel_tui.errors import UsageError
from parallel_tui.model.text import strict_json
from parallel_tui.model.text.patterns import pattern
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from parallel_tui.model.text.strict_json import Json

USUAL_PROGRAM: Final = "pdev"
NEAR_PROGRAM: Final = ".local/bin/pdev"
"""Where `pipx` and `pip install --user` put it, seen from the home directory: ssh begins there."""

LONGEST: Final = 120_000
"""Characters of a request; Linux takes 128 KiB in one argument, and a shell gets it as one."""

LONGEST_WORD: Final = 800
"""Characters of one word of it: a C shell may refuse one of 1024."""

_CLONE: Final = pattern(r"[0-9a-f]{16}")
_FIRST: Final = pattern(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_MARK: Final = pattern(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class HostReach:
    """Another machine, and how it is reached.

    Attributes:
        host: Its name among those who share work.
        ssh: Its name for ssh.
        program: `pdev` there; empty while it is not known where it is.
        clone: The clone there, by what tells it apart; empty where it is not known.
        path: A directory of it; empty where only that machine knows.
        first: First commit of the repository; empty where it is not known here.
    """

    host: str
    ssh: str
    program: str = ""
    clone: str = ""
    path: str = ""
    first: str = ""


@dataclass(frozen=True, slots=True)
class RemoteRequest:
    """A command line for a clone on another machine.

    Attributes:
        arguments: The words behind `pdev`.
        clone: As in `HostReach`.
        path: As in `HostReach`.
        first: As in `HostReach`.
        mark: Tells the answer from what else is printed; empty where a person reads it.
    """

    arguments: tuple[str, ...]
    clone: str = ""
    path: str = ""
    first: str = ""
    mark: str = ""


def words_of(request: RemoteRequest) -> tuple[str, ...]:
    """A request as words for any shell.

    Raises:
        UsageError: When it is too long for a command line.
    """
    said: dict[str, Json] = {
        "arguments": list(request.arguments),
        "clone": request.clone,
        "path": request.path,
        "first": request.first,
        "mark": request.mark,
    }
    raw = binascii.b2a_base64(strict_json.compact(said).encode("ascii"), newline=False)
    word = raw.decode("ascii").rstrip("=").replace("+", "-").replace("/", "_")
    if len(word) > LONGEST:
        raise UsageError(
            "The command is too long to be sent to another machine",
            hint="Put long texts into a file of the repository, and name that.",
        )
    return tuple(word[at : at + LONGEST_WORD] for at in range(0, len(word), LONGEST_WORD))


def request_of(words: Sequence[str]) -> RemoteRequest:
    """The request that words stand for.

    Raises:
        UsageError: When they stand for none.
    """
    wrong = UsageError(
        "This is no request of another machine's pdev",
        hint="Only another machine's pdev makes one.",
    )
    try:
        raw = "".join(words).replace("-", "+").replace("_", "/").encode("ascii")
        said = strict_json.parse(binascii.a2b_base64(raw + b"=" * (-len(raw) % 4)))
    except ValueError:
        raise wrong from None
    if not isinstance(said, dict):
        raise wrong
    arguments, clone = said.get("arguments"), said.get("clone", "")
    path, first = said.get("path", ""), said.get("first", "")
    if not isinstance(arguments, list) or not arguments:
        raise wrong
    meant = tuple(each for each in arguments if isinstance(each, str) and "\0" not in each)
    if len(meant) != len(arguments):
        raise wrong
    if not isinstance(clone, str) or not (not clone or _CLONE.fullmatch(clone)):
        raise wrong
    if not isinstance(path, str) or "\0" in path:
        raise wrong
    if not isinstance(first, str) or not (not first or _FIRST.fullmatch(first)):
        raise wrong
    mark = said.get("mark", "")
    if not isinstance(mark, str) or not (not mark or _MARK.fullmatch(mark)):
        raise wrong
    return RemoteRequest(meant, clone, path, first, mark)


def command_of(reached: HostReach, arguments: tuple[str, ...], mark: str = "") -> str:
    """What the shell of another machine is to run: three words, and the request.

    Args:
        reached: The machine.
        arguments: The words behind `pdev`.
        mark: As in `RemoteRequest`.

    Raises:
        UsageError: As `words_of`.
    """
    request = RemoteRequest(arguments, reached.clone, reached.path, reached.first, mark)
    return " ".join((reached.program or USUAL_PROGRAM, "host", "answer", *words_of(request)))


def split_key(text: str) -> tuple[str, str] | None:
    """Session and machine of `name@machine`; `None` for anything else."""
    name, at, host = text.rpartition("@")
    return (name, host) if at and name and host else None


@dataclass(frozen=True, slots=True)
class MachineAbout:
    """What a machine says of itself.

    Attributes:
        pdev: Version of this program there.
        git: Version of git.
        windows: The multiplexer and its version; empty without one.
        python: Version of Python.
        schema: Version of the store's tables that it works with; 0 where it has no driver.
        now: Its clock, in epoch seconds.
    """

    pdev: str
    git: str = ""
    windows: str = ""
    python: str = ""
    schema: int = 0
    now: float = 0.0


def is_clone(text: str) -> bool:
    """Whether a text tells a clone apart."""
    return _CLONE.fullmatch(text) is not None


def about_of(said: dict[str, Json]) -> MachineAbout:
    """What a machine says of itself, as far as it can be understood."""
    pdev, git, windows, python = (
        str(said[each])[:60] if isinstance(said.get(each), str) else ""
        for each in ("pdev", "git", "windows", "python")
    )
    schema, now = said.get("store_schema"), said.get("now")
    return MachineAbout(
        pdev,
        git,
        windows,
        python,
        schema if isinstance(schema, int) and not isinstance(schema, bool) else 0,
        float(now) if isinstance(now, int | float) and not isinstance(now, bool) else 0.0,
    )
