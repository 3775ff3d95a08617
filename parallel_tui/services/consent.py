"""Check consent before a command from a setting runs; nothing else starts one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from parallel_tui.model.layout import opening
from parallel_tui.model.lifecycle.prepared import PreparedByOthers
from parallel_tui.model.settings.config import LAYOUTS, Config, Layout, Origin
from parallel_tui.model.settings.consent import Ready, Wanted
from parallel_tui.model.settings.consent_question import NamedFile, Question, ShellLine
from parallel_tui.ports.git import GitReader
from parallel_tui.ports.system import Trust
from parallel_tui.record import dataclass

_WORDS: Final = re.compile(r"[^\s'\"`;|&<>(){}$=]+")
_MANY: Final = 60
"""Words up to which each is also looked for in the folders that the others name."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Checks which commands may run, and records what the user allowed.

    Attributes:
        git: Reads files of the branch that the repository's commands name.
        trusted: What the user allowed.
        config: Effective settings.
        origins: Where each came from, by its name.
        others: Reads how the repository prepares worktrees for other programs.
    """

    git: GitReader
    trusted: Trust
    config: Config
    origins: Mapping[str, Origin]
    others: Callable[[], PreparedByOthers] = PreparedByOthers

    def setup(self) -> tuple[ShellLine, ...]:
        """The configured setup lines, with their origin."""
        origin = self._origin("setup")
        return tuple(ShellLine(line, origin, "setup") for line in self.config.setup)

    def prepared_by_others(self) -> PreparedByOthers:
        """What prepares a new worktree where nothing is configured; ours overrides, even empty."""
        return PreparedByOthers() if "setup" in self.origins else self.others()

    def first_setup(self) -> tuple[ShellLine, ...]:
        """The lines that prepare a new session's worktree, with their origin."""
        found = self.prepared_by_others()
        if not found.lines:
            return self.setup()
        return tuple(ShellLine(line, Origin.REPOSITORY, found.file) for line in found.lines)

    def check(self) -> Wanted:
        """The configured lines that check a session's work, and nothing else."""
        origin = self._origin("merge.check")
        lines = tuple(ShellLine(line, origin, "merge.check") for line in self.config.merge_check)
        return Wanted(lines, ShellLine("", Origin.DEFAULT, "agent"), ())

    def proof(self) -> Wanted:
        """The configured setup lines, and after them those that check a session's work."""
        return Wanted(
            (*self.setup(), *self.check().setup), ShellLine("", Origin.DEFAULT, "agent"), ()
        )

    def agent(self, default: str) -> ShellLine:
        """The configured agent command, or the default one, with its origin.

        Args:
            default: What starts the agent where nothing is configured.
        """
        if self.config.agent is None:
            return ShellLine(default, Origin.DEFAULT, "agent")
        return ShellLine(self.config.agent, self._origin("agent"), "agent")

    def layout(self, name: str, *, asked: bool, chosen: Origin | None = None) -> Origin:
        """Where the commands of a configured layout came from.

        Args:
            name: Of the layout.
            asked: Whether the user named it; the configuration did otherwise.
            chosen: Where the choice came from, if it was neither of both.
        """
        by = chosen or self._origin("layout")
        if not asked and by.asked_about and name not in LAYOUTS:
            # What the user wrote for one purpose the repository would run for another.
            return by
        return self._origin(f"layouts.{name}")

    def opened(
        self, name: str, layout: Layout, origin: Origin, agent: ShellLine, *, setup: bool
    ) -> Wanted:
        """What opening a layout would run.

        Args:
            name: Of the layout, for the question.
            layout: Its windows, all to be opened.
            origin: Where it came from.
            agent: What starts the agent.
            setup: Whether the setup lines of a new session run before.
        """
        check = self.check().setup
        return opening.wanted(
            name, layout, origin, agent, check, self.first_setup() if setup else ()
        )

    def ready(
        self,
        wanted: Wanted,
        commit: str,
        files_at: Callable[[str, Sequence[str]], tuple[NamedFile, ...]] | None = None,
    ) -> Ready:
        """Check the commands of a new session, and return them ready to run.

        Args:
            wanted: All of them.
            commit: What will be checked out.
            files_at: Reads files of that commit where the repository does not have it.

        Raises:
            TrustNeededError: When the repository brought some along that were not allowed yet.
            RefusedError: When these cannot be shown whole, or a file cannot be read.
        """
        repository = self.git.repository.common_dir
        return wanted.approve(
            lambda key: self.trusted.trusts(repository, key),
            lambda commands: self._named(commands, commit, files_at or self.git.files_at),
        )

    def allow(self, question: Question) -> None:
        """Record that the user was shown a question in full and said yes to exactly that.

        Raises:
            RefusedError: When it cannot be shown whole, or the answer cannot be recorded.
        """
        question.demand_showable()
        self.trusted.grant(self.git.repository.common_dir, question.key)

    def _origin(self, name: str) -> Origin:
        return self.origins.get(name, Origin.DEFAULT)

    def _named(
        self,
        commands: tuple[ShellLine, ...],
        commit: str,
        files_at: Callable[[str, Sequence[str]], tuple[NamedFile, ...]],
    ) -> tuple[NamedFile, ...]:
        """Files of the branch that the commands name; their contents are part of the question."""
        paths = candidates(command.text for command in commands)
        return files_at(commit, paths)


def candidates(lines: Iterable[str]) -> tuple[str, ...]:
    """Words of shell lines that may be paths, relative to the worktree the lines run in.

    `./setup.sh`, `"$PWD/setup.sh"` and `cd tools && ./setup.sh` are understood; a line that puts a
    name together from variables is not.
    """
    words: dict[str, None] = {}
    for line in lines:
        for word in _WORDS.findall(line):
            parts = [part for part in word.split("/") if part not in ("", ".")]
            if parts and ".." not in parts:
                words.setdefault("/".join(parts))
                words.setdefault("/".join(parts[1:]))  # `$PWD/x` has become `PWD/x`
    words.pop("", None)
    found = dict(words)
    if len(words) <= _MANY:
        for folder in words:
            for word in words:
                found.setdefault(f"{folder}/{word}")
    return tuple(found)
