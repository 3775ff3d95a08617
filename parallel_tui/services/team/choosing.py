"""Find the team that a word means: a preset of ours, one of the configuration, or a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from parallel_tui.errors import ConfigError, UsageError
from parallel_tui.model.sharing.tasks import parse_backlog
from parallel_tui.model.team.bugs import bugs_team
from parallel_tui.model.team.presets import BUGS, PRESETS, preset
from parallel_tui.model.team.team import Team
from parallel_tui.ports.team.descriptions import TeamFiles
from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class TeamChoice:
    """Knows all teams.

    Attributes:
        files: Finds descriptions.
    """

    files: TeamFiles

    def all(self) -> Mapping[str, Team | str]:
        """Every preset by name, those of the configuration first; why, where one is unusable.

        Raises:
            ConfigError: When a configuration file cannot be read.
        """
        named = dict(self.files.named())
        return {**named, **{name: preset(name) for name in PRESETS if name not in named}}

    def find(
        self,
        word: str,
        more: str | None = None,
        bugs: Sequence[str] = (),
        *,
        done: bool = False,
    ) -> Team:
        """The team that a word means.

        Args:
            word: Name of a preset, or a file.
            more: A file with a bug a line, for the preset that takes one.
            bugs: Bugs themselves, for the same.
            done: Whether ticked bugs count too: their sessions are there to be ended.

        Raises:
            UsageError: When there is no such preset or file, or it takes no bugs.
            ConfigError: When its description cannot be used.
        """
        named = self.files.named()
        if not word.strip():  # a script's variable that was never set must not mean everything
            raise UsageError(
                f"{word!r} is the name of no team",
                hint=f"Presets: {', '.join((*named, *PRESETS))}.",
            )
        if more is not None or bugs:
            if word != BUGS or word in named:
                raise UsageError(
                    f"{word} takes no list of bugs", hint=f"Only the preset {BUGS} does."
                )
            return self._bugs(more, bugs, done=done)
        found = named.get(word)
        if isinstance(found, str):
            raise ConfigError(found)
        if found is not None:
            return found
        if word in PRESETS:
            return preset(word)
        try:
            return self.files.read(word)
        except UsageError as error:
            if "/" in word or word.endswith((".yml", ".yaml")):
                raise
            known = (*named, *PRESETS)
            near = get_close_matches(word, known, n=1)
            raise UsageError(
                f"There is no preset and no file named {word!r}",
                hint=f"Did you mean {near[0]!r}?" if near else f"Presets: {', '.join(known)}.",
            ) from error

    def _bugs(self, more: str | None, bugs: Sequence[str], *, done: bool) -> Team:
        listed = parse_backlog(self.files.lines(more)) if more is not None else ()
        typed = parse_backlog("\n".join(" ".join(text.split()) for text in bugs))
        return bugs_team(
            tuple((task.text, task.details) for task in (*listed, *typed) if done or not task.done)
        )
