r"""Print data to standard output, messages to standard error, and errors in one format.

With `--json` standard output carries exactly one JSON object (or one a line), an error too. JSON is
ASCII; bytes of a name that are not UTF-8 appear as the escapes `\udc80` to `\udcff`, which is
Python's `surrogateescape`: `os.fsencode(json.loads(…))` gives the bytes back.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping

from parallel_tui import SCHEMA
from parallel_tui.errors import ParallelError
from parallel_tui.model.text.safe import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, TextIO

    from parallel_tui.model.lifecycle.recovery import Settled

EXIT_INTERNAL: Final = 70
"""`EX_SOFTWARE` of sysexits."""

_LONGEST: Final = 8000
_MOST_SAID: Final = 20
"""Lines of another program's output that are shown with an error; `--json` has them all."""


def wants_colour(stream: TextIO, env: Mapping[str, str]) -> bool:
    """Whether a stream is a terminal with colours, and NO_COLOR is not set (no-color.org)."""
    return stream.isatty() and not env.get("NO_COLOR") and env.get("TERM") not in (None, "dumb")


def one_line(text: str) -> str:
    """Sanitise text from outside for one line of a terminal."""
    return safe(text, _LONGEST)


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - kept to the end


class CouldNotWriteError(ParallelError):
    """Standard output cannot be written: a full disk, a broken device."""

    title = "Could not write"
    exit_code = 2


class Output:
    """The two streams of one run.

    Attributes:
        json: Whether data and errors are JSON.
        colour: Whether text for people may be coloured.
        out: Standard output.
        err: Standard error.
        extra: What the next JSON object carries besides: `recovered` and `unfinished` changes.
    """

    __slots__ = ("_told", "colour", "err", "extra", "json", "out")

    def __init__(
        self,
        *,
        json: bool = False,
        colour: bool = False,
        out: TextIO | None = None,
        err: TextIO | None = None,
    ) -> None:
        self.json = json
        self.colour = colour
        self.extra: dict[str, list[dict[str, object]]] = {}
        self._told: set[str] = set()
        # A stream that the caller closed (`>&-`) is None to Python.
        self.out = out or sys.stdout or _nowhere()
        self.err = err or sys.stderr or _nowhere()
        for stream in (self.out, self.err):
            # A glyph that an old locale cannot show must not end the program.
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                reconfigure(errors="replace")

    def line(self, text: str = "") -> None:
        """Print one line of data for people; the text is already sanitised."""
        self.out.write(text + "\n")

    def raw(self, data: bytes) -> None:
        """Write bytes unchanged, for programs that read them."""
        self.out.flush()
        buffer = getattr(self.out, "buffer", None)
        if buffer is None:
            self.out.write(os.fsdecode(data))
        else:
            buffer.write(data)
            buffer.flush()

    def data(self, value: Mapping[str, object]) -> None:
        """Print one JSON object on one line, with the schema's version, and flush it."""
        from parallel_tui.model.text import strict_json

        extra, self.extra = self.extra, {}
        self.out.write(strict_json.line({"schema": SCHEMA, **value, **extra}) + "\n")
        self.out.flush()

    def settled(self, settled: Settled) -> None:
        """Report once the result of recovering an interrupted change."""
        from parallel_tui.command_lines import said, settled_words

        if settled.message in self._told:
            return
        self._told.add(settled.message)
        key = "unfinished" if settled.open else "recovered"
        self.extra.setdefault(key, []).append(_settled_json(settled))
        self.talk(f"pdev: note: {settled_words(settled)}")
        for line in settled.remedy:
            self.talk(f"  {said(line)}")

    def unfinished(self, verb: str, message: str) -> None:
        """Report once that an interrupted change is not recovered yet."""
        if message not in self._told:
            self._told.add(message)
            self.extra.setdefault("unfinished", []).append({"verb": verb, "message": message})
            self.talk(f"pdev: note: {message}")

    def talk(self, text: str) -> None:
        """Print a message for people that is not data."""
        self.whole(one_line(text))

    def whole(self, text: str) -> None:
        """Print a line of any length, uncut; the text is already sanitised."""
        try:
            self.err.write(text + "\n")
            self.err.flush()
        except (OSError, ValueError):  # nobody can be told; what was asked for is done all the same
            let_go(self.err)

    def abandon(self) -> None:
        """Write nothing more to standard output, not even what Python flushes at exit."""
        let_go(self.out)

    def paint(self, text: str, code: str) -> str:
        """Colour a text by its SGR code, if colours are used."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code else text

    def error(self, error: ParallelError, **more: object) -> int:
        """Print an error; returns its exit status.

        Args:
            error: What went wrong.
            more: What was done before it, for `--json`.
        """
        if self.json:
            from parallel_tui.cli.render import errors

            try:
                self.data({**errors.error_json(error), **more})
            except BrokenPipeError:
                raise
            except OSError:  # what is wrong is still told below
                self.abandon()
        self.talk(f"pdev: {error.title}: {error.message}")
        from parallel_tui.command_lines import hint_of  # most commands end well

        for line in hint_of(error).splitlines():
            self.talk(f"  {line}")
        for line in _unsaid(error):
            self.talk(f"  | {line}")
        return error.exit_code

    def crash(self, error: BaseException, env: Mapping[str, str]) -> int:
        """Print an unexpected error."""
        what = f"{type(error).__name__}: {error}".rstrip(": ")
        hint = "Set PDEV_DEBUG=1 for the traceback, and please report it."
        if self.json:
            from parallel_tui.cli.render import errors

            self.data({"error": errors.parts("internal", "Internal error", what, hint)})
        self.talk(f"pdev: Internal error: {what}")
        if not self.trace(error, env):
            self.talk(f"  {hint}")
        return EXIT_INTERNAL

    def trace(self, error: BaseException, env: Mapping[str, str]) -> bool:
        """Print the traceback of an error if it was requested; returns whether it was."""
        if not env.get("PDEV_DEBUG"):
            return False
        import traceback

        self.whole("".join(traceback.format_exception(error)).rstrip("\n"))
        return True


def let_go(stream: TextIO) -> None:
    """Write nothing more to a stream, not even what Python flushes at exit."""
    try:
        descriptor = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
    except (OSError, ValueError):
        return
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _unsaid(error: ParallelError) -> list[str]:
    """Output of a failed program that the message does not repeat."""
    from parallel_tui.command_lines import hint_of

    lines = [line.strip() for line in re.split(r"[\r\n]+", error.said) if line.strip()]
    told = f"{error.message}\n{hint_of(error)}"
    if all(re.sub(r"^(fatal|error): ", "", line) in told for line in lines):
        return []
    return lines[-_MOST_SAID:]


def _settled_json(settled: Settled) -> dict[str, object]:
    from parallel_tui.command_lines import said, settled_words

    return {
        "verb": settled.verb,
        "session": settled.session,
        "end": settled.end.value,
        "message": settled_words(settled),
        "remedy": [said(line) for line in settled.remedy],
        "branch": settled.branch,
        "before": settled.before,
        "after": settled.after,
        "backup": settled.backup or None,
    }
