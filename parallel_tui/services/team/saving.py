"""Make a team of the sessions that run now."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from parallel_tui.errors import ParallelError, UsageError
from parallel_tui.model.lifecycle.runtime_files import CONTEXT
from parallel_tui.model.policy.boundaries import Territory
from parallel_tui.model.team.team import Team, TeamMember
from parallel_tui.ports.disk import Disk
from parallel_tui.record import dataclass, replace
from parallel_tui.services.team.planning import TeamPlanner

_PROMPT: Final = "\n## Prompt\n"


@dataclass(frozen=True, slots=True)
class TeamSaver:
    """Makes teams of what runs.

    Attributes:
        planner: Knows what exists.
        disk: Reads what each session was started with.
    """

    planner: TeamPlanner
    disk: Disk

    def running(self, name: str) -> tuple[Team, tuple[str, ...]]:
        """The sessions that exist beside the main worktree, as a team, and who is left out.

        A team's session is made on a branch: one that is on none now cannot be made again.

        Args:
            name: What it is to be called.

        Raises:
            UsageError: When there is none, or none is on a branch.
        """
        found = self.planner.found(Team(name, ()))
        territories = {each: one for one in found.territories for each in one.names}
        shared = next((one for one in found.territories if one.shared), None)
        members: list[TeamMember] = []
        left_out: list[str] = []
        for session in self.planner.sessions.all(windows_matter=True):
            tree = session.worktree
            if tree is None or tree.is_main or tree.bare:
                continue
            if tree.missing:
                left_out.append(f"{session.name} is left out: its directory is gone")
                continue
            branch = tree.own_branch
            if branch is None:
                left_out.append(f"{session.name} is left out: it is on no branch")
                continue
            entry = territories.get(session.name)
            member = TeamMember(
                session.name,
                branch,
                after=found.after.get(session.name, ()),
                territory=replace(entry, name=session.name) if entry else Territory(session.name),
                tasks=found.tasks.get(session.name, ()),
                window=bool(session.windows),
            )
            prompt = self._prompt(tree.path)
            hint = Team(name, ()).prompt_of(member, self.planner.on_tasks)
            if hint and prompt.endswith(hint):
                prompt = prompt.removesuffix(hint).rstrip("\n")
            members.append(replace(member, prompt=prompt))
        if not members:
            raise UsageError(
                "No session beside the main worktree is on a branch: nothing to save",
                hint="\n".join(left_out),
            )
        names = {member.name for member in members}
        kept = tuple(
            replace(m, after=tuple(each for each in m.after if each in names)) for m in members
        )
        return Team(name, kept, shared=shared), tuple(left_out)

    def _prompt(self, directory: str) -> str:
        """What a session's agent was told first; empty where that is not known."""
        try:
            data = self.disk.read(Path(directory, CONTEXT))
        except ParallelError:
            return ""
        text = (data or b"").decode("utf-8", "replace")
        return text.partition(_PROMPT)[2].strip("\n")
