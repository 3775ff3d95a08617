r"""Where `pdev` prints: data on standard output, talk on standard error, errors in one place.

With `--json` standard output carries exactly one JSON object (or one a line), an error too. JSON is
ASCII; bytes of a name that are not UTF-8 appear as the escapes `\udc80` to `\udcff`, which is
Python's `surrogateescape`: `os.fsencode(json.loads(…))` gives the bytes back.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TextIO

from parallel_tui.errors import ParallelError
from parallel_tui.model.text import safe

SCHEMA: Final = 1
"""Version of every JSON object printed; it grows only when something is removed or renamed."""

EXIT_INTERNAL: Final = 70
"""`EX_SOFTWARE` of sysexits."""

_LONGEST: Final = 8000


def wants_colour(stream: TextIO, env: Mapping[str, str]) -> bool:
    """Whether a stream is a terminal that shows colours and nobody objects (no-color.org)."""
    return stream.isatty() and not env.get("NO_COLOR") and env.get("TERM") not in (None, "dumb")


def one_line(text: str) -> str:
    """Text from outside for one line of a terminal."""
    return safe(text, _LONGEST)


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


class CouldNotWriteError(ParallelError):
    """Standard output takes no more: a full disk, a broken device."""

    title = "Could not write"
    exit_code = 2


class Output:
    """The two streams of one run.

    Attributes:
        json: Whether data and errors are JSON.
        colour: Whether text for people may be coloured.
        out: Standard output.
        err: Standard error.
    """

    __slots__ = ("colour", "err", "json", "out")

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
        # A stream that the caller closed (`>&-`) is None to Python.
        self.out = out or sys.stdout or _nowhere()
        self.err = err or sys.stderr or _nowhere()
        for stream in (self.out, self.err):
            # A glyph that an old locale cannot show must not end the program.
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                reconfigure(errors="replace")

    def line(self, text: str = "") -> None:
        """Print one line of data for people; the text is made harmless already."""
        self.out.write(text + "\n")

    def raw(self, data: bytes) -> None:
        """Write bytes as they are, for programs that read them."""
        self.out.flush()
        buffer = getattr(self.out, "buffer", None)
        if buffer is None:
            self.out.write(os.fsdecode(data))
        else:
            buffer.write(data)
            buffer.flush()

    def data(self, value: Mapping[str, object]) -> None:
        """Print one JSON object on one line, with the schema's version, and flush it."""
        from parallel_tui.model import strict_json

        self.out.write(strict_json.line({"schema": SCHEMA, **value}) + "\n")
        self.out.flush()

    def talk(self, text: str) -> None:
        """Tell a person something that is not data."""
        self.err.write(one_line(text) + "\n")
        self.err.flush()

    def abandon(self) -> None:
        """Let nothing more reach standard output, not even what Python flushes at its end."""
        try:
            descriptor = self.out.fileno()
        except OSError:
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, descriptor)
        os.close(nowhere)

    def paint(self, text: str, code: str) -> str:
        """Colour a text by its SGR code, where colours are wanted."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code else text

    def error(self, error: ParallelError) -> int:
        """Show an error; returns the exit status it asks for."""
        if self.json:
            self.data(error_json(error))
        self.talk(f"pdev: {error.title}: {error.message}")
        for line in error.hint.splitlines():
            self.talk(f"  {line}")
        return error.exit_code

    def crash(self, error: BaseException, env: Mapping[str, str]) -> int:
        """Show an error that nobody foresaw."""
        what = f"{type(error).__name__}: {error}".rstrip(": ")
        hint = "Set PDEV_DEBUG=1 for the traceback, and please report it."
        if self.json:
            self.data({"error": _error("internal", "Internal error", what, hint)})
        self.talk(f"pdev: Internal error: {what}")
        if env.get("PDEV_DEBUG"):
            import traceback

            self.err.write("".join(traceback.format_exception(error)))
        else:
            self.talk(f"  {hint}")
        return EXIT_INTERNAL


def _error(kind: str, title: str, message: str, hint: str) -> dict[str, object]:
    return {"kind": kind, "title": title, "message": message, "hint": hint}


def error_json(error: ParallelError) -> dict[str, object]:
    """An error as JSON: its kind (`usage`, `refused`, `git`, …), its parts, and its details.

    An error may carry a mapping `details` of further facts, such as what would be lost, or a text
    `content`, such as the commands that ask for trust.
    """
    words = re.sub(r"Error$", "", type(error).__name__)
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", words).lower()
    made: dict[str, object] = {"error": _error(kind, error.title, error.message, error.hint)}
    details = getattr(error, "details", None)
    if isinstance(details, Mapping):
        made.update(details)
    content = getattr(error, "content", None)
    if isinstance(content, str):
        made["content"] = content
    return made
