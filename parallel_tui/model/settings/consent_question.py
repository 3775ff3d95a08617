"""The question whether commands of the repository may run, with everything that they are."""

from __future__ import annotations

from typing import Final

from parallel_tui.errors import RefusedError
from parallel_tui.model.settings.config import Origin
from parallel_tui.record import dataclass

LARGEST: Final = 64 * 1024
"""Characters that a question may have; nobody reads more, so nobody is asked to allow more."""

_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols without a mark of their own."""


@dataclass(frozen=True, slots=True)
class ShellLine:
    """A shell line that would run.

    Attributes:
        text: The line, exactly.
        origin: Where it came from.
        use: What it is for: `setup`, `agent`, `layout NAME`.
    """

    text: str
    origin: Origin
    use: str


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file of the branch that a command names.

    Attributes:
        path: Relative to the worktree.
        content: All of it; `None` when it cannot be shown (too long, or no text).
        size: Bytes.
        digest: Object id of the content.
    """

    path: str
    content: str | None
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that the user is asked to allow at once.

    Attributes:
        commands: Commands of the repository, in the order in which they would run.
        files: Files of the branch that these name.
    """

    commands: tuple[ShellLine, ...]
    files: tuple[NamedFile, ...] = ()

    @property
    def content(self) -> str:
        """Everything asked about, unchanged: one command a line, each file below its name."""
        lines = [f"{command.use}: {command.text}" for command in self.commands]
        for file in self.files:
            lines += ["", f"which names this file of the branch: {file.path}"]
            if file.content is not None:
                body = file.content.removesuffix("\n").split("\n")
                lines += [f"    {line}" for line in body]
        return "\n".join(lines)

    @property
    def shown(self) -> str:
        """`content` with invisible characters made visible."""
        return "\n".join(visible(line) for line in self.content.split("\n"))

    @property
    def key(self) -> str:
        """A text that is equal for exactly the same bytes, however they are displayed."""
        import hashlib
        import json

        parts: list[list[str]] = [[each.use, each.text] for each in self.commands]
        parts += [["file", each.path, each.digest] for each in self.files]
        raw = json.dumps(parts).encode()
        return f"commands {hashlib.sha256(raw).hexdigest()}"

    def demand_showable(self) -> None:
        """Refuse a question that cannot be shown to a person in full.

        Raises:
            RefusedError: When it is too long, or a file is no text.
        """
        way_out = (
            "Read it in the repository; written into your own configuration it runs without a "
            "question."
        )
        for file in self.files:
            if file.content is None:
                raise RefusedError(
                    f"The repository's configuration runs {file.path!r}, a file of {file.size} "
                    "bytes that cannot be shown whole, so it cannot be allowed here.",
                    hint=way_out,
                )
        if len(self.content) > LARGEST:
            raise RefusedError(
                "The commands of the repository's configuration are too long to be shown whole "
                f"({len(self.content)} characters), so they cannot be allowed here.",
                hint=way_out,
            )


def visible(text: str) -> str:
    """A line with all invisible characters replaced by their names.

    Control and escape characters, those that turn the direction of writing, blanks other than the
    space, and marks that draw on their neighbour become `‹U+202E›`; a tab becomes an arrow.
    """
    if text.isascii() and text.isprintable():
        return text
    from unicodedata import category

    def glyph(character: str) -> str:
        if character == "\t":
            return "→   "
        hidden = (
            not character.isprintable()
            or character in _BLANK
            or category(character) in ("Mn", "Me", "Cf")
        )
        return f"‹U+{ord(character):04X}›" if hidden else character

    return "".join(map(glyph, text))
