"""Commands that need consent: their origin, the question, and the recorded answer.

A command that the repository brought along runs only after its user has seen it whole and allowed
it. `Approved` is what programs are started with, and `Wanted.approve` is the only way from a
setting or a typed text to one: what was not allowed cannot be handed to anything that runs it.
"""

from __future__ import annotations

from typing import final

from parallel_tui.errors import RefusedError
from parallel_tui.model.lifecycle import agent_command
from parallel_tui.model.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Final

    from parallel_tui.model.settings.config import LayoutPane, Origin, Split

LARGEST: Final = 64 * 1024
"""Characters that a question may have; nobody reads more, so nobody is asked to allow more."""

_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols without a mark of their own."""

_MINT: Final = object()


@dataclass(frozen=True, slots=True)
class Command:
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
    """A file of the branch that a command of the repository names, as it would be run.

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
    """All that the user is asked to allow at once.

    Attributes:
        commands: Commands of the repository, in the order in which they would run.
        files: Files of the branch that these name.
    """

    commands: tuple[Command, ...]
    files: tuple[NamedFile, ...] = ()

    @property
    def content(self) -> str:
        """Everything asked about, one command a line, each file below its name; as it is."""
        lines = [f"{command.use}: {command.text}" for command in self.commands]
        for file in self.files:
            lines += ["", f"which names this file of the branch: {file.path}"]
            if file.content is not None:
                body = file.content.removesuffix("\n").split("\n")
                lines += [f"    {line}" for line in body]
        return "\n".join(lines)

    @property
    def shown(self) -> str:
        """`content` with everything that a terminal would not show made visible."""
        return "\n".join(visible(line) for line in self.content.split("\n"))

    @property
    def key(self) -> str:
        """A text that is the same for exactly the same bytes, whatever their display is."""
        import hashlib
        import json

        parts: list[list[str]] = [[each.use, each.text] for each in self.commands]
        parts += [["file", each.path, each.digest] for each in self.files]
        raw = json.dumps(parts).encode()
        return f"commands {hashlib.sha256(raw).hexdigest()}"

    def demand_showable(self) -> None:
        """Make sure that a person can be shown all of it.

        Raises:
            RefusedError: When it is too long, or a file is no text.
        """
        way_out = (
            "Read it in the repository; written into your own configuration "
            "(`pdev config path`) it runs without a question."
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


class TrustNeededError(RefusedError):
    """Commands that come from the repository would run and were never allowed in this wording.

    Attributes:
        question: What has to be shown whole and allowed before.
    """

    title = "These commands come from the repository"

    def __init__(self, question: Question) -> None:
        super().__init__(
            "The repository's configuration names commands that would run, "
            "and you have not allowed them yet."
        )
        self.question = question

    @property
    def content(self) -> str:
        """The exact commands, for programs that read them."""
        return self.question.content


@final
class Approved:
    """A shell line that may run: the user's own, the program's own, or one that was allowed.

    Made by `Wanted.approve` and `ours` alone; anything else is a mistake of the program.
    """

    __slots__ = ("text",)

    text: str

    def __init__(self, text: str, mint: object) -> None:
        if mint is not _MINT:
            raise TypeError("a command is approved by asking for consent, not by hand")
        self.text = text

    def __repr__(self) -> str:
        """The line, for a person who debugs."""
        return f"Approved({self.text!r})"

    def __eq__(self, other: object) -> bool:
        """Whether it is the same line."""
        return isinstance(other, Approved) and other.text == self.text

    def __hash__(self) -> int:
        """As for equality."""
        return hash(self.text)

    def with_prompt(self, prompt: str, file: str | None = None) -> Approved:
        """The agent's line with its first prompt as one quoted word; see `launch`.

        Raises:
            UsageError: When the prompt cannot be an argument of a command.
        """
        return Approved(agent_command.agent_with_prompt(self.text, prompt, file), _MINT)

    def with_agent(self, agent: Approved) -> Approved:
        """A layout's line with the agent's in place of `{agent}`."""
        return Approved(self.text.replace(agent_command.AGENT, agent.text), _MINT)


@dataclass(frozen=True, slots=True)
class ApprovedPane:
    """A pane of a window, with what may run in it.

    Attributes:
        command: Empty for a plain shell.
        split: As for `LayoutPane`.
        size: As for `LayoutPane`.
    """

    command: Approved
    split: Split | None = None
    size: int = 50


def ours(text: str) -> Approved:
    """A line that this program itself wrote; never one that holds a setting's value."""
    return Approved(text, _MINT)


PLAIN_SHELL: Final = ApprovedPane(ours(""))
"""The pane of a window in which nothing is started."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What may run in a new session.

    Attributes:
        setup: Lines run in the worktree, one after the other.
        agent: Starts the agent; empty for a plain shell.
        panes: Panes of the window, the agent not filled in yet.
    """

    setup: tuple[Approved, ...]
    agent: Approved
    panes: tuple[ApprovedPane, ...]

    def window(self, prompt: str, file: str | None = None) -> tuple[ApprovedPane, ...]:
        """The panes with the agent, and its prompt, filled in."""
        agent = self.agent.with_prompt(prompt, file)
        return tuple(
            ApprovedPane(pane.command.with_agent(agent), pane.split, pane.size)
            for pane in self.panes
        )


@dataclass(frozen=True, slots=True)
class Wanted:
    """All commands that starting a session would run, with their origins.

    Attributes:
        setup: Run in the worktree.
        agent: Starts the agent, where a pane does; its text is empty for a plain shell.
        panes: Panes of the window and the command of each.
    """

    setup: tuple[Command, ...]
    agent: Command
    panes: tuple[tuple[LayoutPane, Command], ...]

    @property
    def foreign(self) -> tuple[Command, ...]:
        """What has to be asked about, in the order in which it would run."""
        return tuple(self._foreign())

    def _foreign(self) -> Iterator[Command]:
        yield from (each for each in self.setup if each.origin.asked_about)
        panes = [pane for pane, _ in self.panes]
        if self.agent.origin.asked_about and self.agent.text and agent_command.runs_agent(panes):
            yield self.agent
        for _, command in self.panes:
            if command.origin.asked_about and command.text not in ("", agent_command.AGENT):
                yield command

    def approve(
        self,
        trusts: Callable[[str], bool],
        named: Callable[[tuple[Command, ...]], tuple[NamedFile, ...]] = lambda commands: (),
    ) -> Ready:
        """Let everything run that needs no question, or that was allowed in exactly this wording.

        Args:
            trusts: Whether the question with this key was allowed before.
            named: Reads the files of the branch that the repository's commands name.

        Raises:
            TrustNeededError: When something has to be asked first.
            RefusedError: When that cannot be asked, for it cannot be shown whole.
        """
        foreign = self.foreign
        if foreign:
            question = Question(foreign, named(foreign))
            if not trusts(question.key):
                question.demand_showable()
                raise TrustNeededError(question)
        return Ready(
            setup=tuple(Approved(each.text, _MINT) for each in self.setup),
            agent=Approved(self.agent.text, _MINT),
            panes=tuple(
                ApprovedPane(Approved(command.text, _MINT), pane.split, pane.size)
                for pane, command in self.panes
            ),
        )


def visible(text: str) -> str:
    """A line of which everything can be seen: what has no glyph of its own is named instead.

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
