"""A team: a set of sessions that are started together, as somebody described it."""

from __future__ import annotations

from parallel_tui.model.policy.boundaries import SHARED, Territory
from parallel_tui.model.session.naming import slugify
from parallel_tui.model.settings.config import Layout, Origin
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class TeamMember:
    """One session of a team, as described.

    Attributes:
        name: As written; `slug` is what the session is called.
        branch: Short name of its branch.
        base: Branch it starts from; `None` for the repository's base.
        after: Names of sessions that it lands after, as written.
        territory: Which paths are its own.
        prompt: What its agent is told first, without the team's context.
        tasks: Its tasks, one a line.
        agent: Agent command; `None` for the configured one, empty for a plain shell.
        layout: Name of a layout; `None` for the configured one.
        inline: A layout that is written out here; `None` where none is.
        window: Whether it gets a window.
    """

    name: str
    branch: str
    base: str | None = None
    after: tuple[str, ...] = ()
    territory: Territory = Territory("")
    prompt: str = ""
    tasks: tuple[str, ...] = ()
    agent: str | None = None
    layout: str | None = None
    inline: Layout | None = None
    window: bool = True

    @property
    def slug(self) -> str:
        """The session's name."""
        return slugify(self.name).value

    @property
    def owns(self) -> tuple[str, ...]:
        """Patterns of the paths that are its own."""
        return self.territory.owns


@dataclass(frozen=True, slots=True)
class Team:
    """A set of sessions.

    Attributes:
        name: Of the preset, or of the file without its ending.
        members: In the order of the description.
        summary: What it is for, in one line.
        context: What every session's agent is told before its own prompt.
        shared: Paths that are everybody's after a word with the others; `None` without such.
        origin: Where it came from: commands of the repository need consent.
        source: The file, or `preset`.
        unknown: Notes about keys that mean nothing.
    """

    name: str
    members: tuple[TeamMember, ...]
    summary: str = ""
    context: str = ""
    shared: Territory | None = None
    origin: Origin = Origin.DEFAULT
    source: str = "preset"
    unknown: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The sessions' names."""
        return tuple(member.slug for member in self.members)

    @property
    def territories(self) -> tuple[Territory, ...]:
        """Entries of `sessions:` that the team needs, by the sessions' names."""
        return tuple(self._territories())

    def _territories(self) -> Iterator[Territory]:
        for member in self.members:
            entry = member.territory
            if entry.owns or entry.can_read or entry.note:
                yield Territory(member.slug, entry.owns, entry.can_read, entry.note)
        if self.shared is not None and self.shared.owns:
            yield Territory(SHARED, self.shared.owns, self.shared.can_read, self.shared.note)

    def prompt_of(self, member: TeamMember, on_tasks: Callable[[str], str] = str) -> str:
        """Everything that a member's agent is told first; empty for nothing.

        Args:
            member: Which.
            on_tasks: Says of a session how its agent finds and ticks its tasks.
        """
        parts = [self.context.strip(), member.prompt.strip()]
        if member.tasks:
            parts.append(on_tasks(member.slug))
        return "\n\n".join(part for part in parts if part)
