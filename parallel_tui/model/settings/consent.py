"""Commands that need consent: their origin, the question, and the recorded answer.

A command that the repository brought along runs only after its user has seen it whole and allowed
it. `Approved` is what programs are started with, and `Wanted.approve` is the only way from a
setting or a typed text to one: what was not allowed cannot be handed to anything that runs it.
"""

from __future__ import annotations

import shlex
from typing import final

from parallel_tui.errors import RefusedError
from parallel_tui.model.settings import agent_command
from parallel_tui.model.settings.consent_question import NamedFile, Question, ShellLine
from parallel_tui.record import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Final

    from parallel_tui.model.settings.config import LayoutPane, Split

_MINT: Final = object()


class TrustNeededError(RefusedError):
    """Commands from the repository would run that the user has not allowed as they are.

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
        """The exact commands, for programs."""
        return self.question.content


@final
class Approved:
    """A shell line that may run: the user's own, our own, or one that was allowed.

    Made by `Wanted.approve` and `ours` alone; anything else is a mistake of the program.
    """

    __slots__ = ("text",)

    text: str

    def __init__(self, text: str, mint: object) -> None:
        if mint is not _MINT:
            raise TypeError("a command is approved by asking for consent, not by hand")
        self.text = text

    def __repr__(self) -> str:
        """The line, for debugging."""
        return f"Approved({self.text!r})"

    def __eq__(self, other: object) -> bool:
        """Whether the lines are equal."""
        return isinstance(other, Approved) and other.text == self.text

    def __hash__(self) -> int:
        """Hash that matches equality."""
        return hash(self.text)

    def with_prompt(self, prompt: str, file: str | None = None) -> Approved:
        """The agent's line with its first prompt as one quoted word; see `agent_command`.

        Raises:
            UsageError: When the prompt cannot be an argument of a command.
        """
        return Approved(agent_command.agent_with_prompt(self.text, prompt, file), _MINT)

    def with_words(self, at: int, words: Iterable[str]) -> Approved:
        """The line with words of ours, each quoted, at the end of one of its own.

        Args:
            at: Where that ends.
            words: Which.
        """
        more = "".join(f" {shlex.quote(each)}" for each in words)
        return Approved(self.text[:at] + more + self.text[at:], _MINT)

    def with_agent(self, agent: Approved) -> Approved:
        """A layout's line with the agent's line in place of `{agent}`."""
        return Approved(self.text.replace(agent_command.AGENT, agent.text), _MINT)


@dataclass(frozen=True, slots=True)
class ApprovedPane:
    """A pane of a window, with its approved command.

    Attributes:
        command: Empty for a plain shell.
        split: As for `LayoutPane`; as all that follow.
        size: Percent.
        typed: Lines, each with whether Enter is pressed behind it.
        directory: Where it starts, seen from its window's.
        env: Variables of its own.
        focus: Whether it gets the input.
        source: The layout's own words for the command, to write the layout down again.
    """

    command: Approved
    split: Split | None = None
    size: int = 50
    typed: tuple[tuple[Approved, bool], ...] = ()
    directory: str = ""
    env: tuple[tuple[str, str], ...] = ()
    focus: bool = False
    source: str = ""


def ours(text: str) -> Approved:
    """Approve a line that this program wrote itself; never one that contains a setting's value."""
    return Approved(text, _MINT)


PLAIN_SHELL: Final = ApprovedPane(ours(""))
"""The pane of a window in which nothing is started."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Approved commands of a new session.

    Attributes:
        setup: Lines run in the worktree, one after the other.
        agent: Starts the agent; empty for a plain shell.
        panes: Panes of the window, the agent not filled in yet.
    """

    setup: tuple[Approved, ...]
    agent: Approved
    panes: tuple[ApprovedPane, ...]

    @property
    def agents(self) -> int:
        """How many panes start the agent."""
        return sum(pane.command.text.count(agent_command.AGENT) for pane in self.panes)

    def window(self, prompt: str, file: str | None = None) -> tuple[ApprovedPane, ...]:
        """The panes, with the agent and its prompt filled in."""
        agent = self.agent.with_prompt(prompt, file)
        return tuple(replace(pane, command=pane.command.with_agent(agent)) for pane in self.panes)


@dataclass(frozen=True, slots=True)
class Wanted:
    """All commands that starting a session would run, with their origins.

    Attributes:
        setup: Run in the worktree.
        agent: Starts the agent, where a pane does; its text is empty for a plain shell.
        panes: Panes of the windows and the command of each.
        set_beside: Variables and options that the layout sets, in words.
    """

    setup: tuple[ShellLine, ...]
    agent: ShellLine
    panes: tuple[tuple[LayoutPane, ShellLine], ...]
    set_beside: tuple[ShellLine, ...] = ()

    @property
    def foreign(self) -> tuple[ShellLine, ...]:
        """Lines that need a question, in the order in which they would run."""
        return tuple(self._foreign())

    def _foreign(self) -> Iterator[ShellLine]:
        yield from (each for each in self.setup if each.origin.asked_about)
        panes = [pane for pane, _ in self.panes]
        if self.agent.origin.asked_about and self.agent.text and agent_command.runs_agent(panes):
            yield self.agent
        yield from (each for each in self.set_beside if each.origin.asked_about)
        for pane, command in self.panes:
            if not command.origin.asked_about:
                continue
            if command.text not in ("", agent_command.AGENT):
                yield command
            for text in (*(f"{key}={value}" for key, value in pane.env), *_texts(pane)):
                yield replace(command, text=text)

    def approve(
        self,
        trusts: Callable[[str], bool],
        named: Callable[[tuple[ShellLine, ...]], tuple[NamedFile, ...]] = lambda commands: (),
    ) -> Ready:
        """Approve all lines that need no question, or that were allowed exactly as they are.

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
                ApprovedPane(
                    Approved(command.text, _MINT),
                    pane.split,
                    pane.size,
                    tuple((Approved(each.text, _MINT), each.enter) for each in pane.typed),
                    pane.directory,
                    pane.env,
                    pane.focus,
                    pane.command,
                )
                for pane, command in self.panes
            ),
        )


def _texts(pane: LayoutPane) -> Iterator[str]:
    yield from (each.text for each in pane.typed)
