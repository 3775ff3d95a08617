"""Judge a line of commits by the boundaries of base, as continuous integration sees it.

There are no worktrees and no locks there: what counts is what is committed.
"""

from __future__ import annotations

from parallel_tui.errors import ConfigError
from parallel_tui.model.ci.breach import Breach
from parallel_tui.model.policy.evaluate import all_changes, touches
from parallel_tui.model.session.naming import name_from_branch
from parallel_tui.model.session.repository import Base
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.ports.policy import Changes
    from parallel_tui.ports.system import Clock
    from parallel_tui.services.policy.policies import Policies


@dataclass(frozen=True, slots=True)
class CommitBoundaries:
    """Judges commits; see `ports.policy.BoundaryCheck`.

    Attributes:
        changes: Lists changed paths.
        policies: Reads the boundaries of base.
        clock: Epoch seconds.
        lines: What to do about a path, by the evaluator's word for it.
    """

    changes: Changes
    policies: Policies
    clock: Clock
    lines: Mapping[str, str]

    def breaches(self, base: str, head: str, branch: str) -> tuple[Breach, ...]:
        """What is changed between two commits and belongs to somebody else.

        Args:
            base: Commit of base, which has the rules.
            head: The commit to judge.
            branch: The branch that it is from, by which its session is known; empty where it has
                none here: then every owned path is somebody else's.

        Raises:
            ConfigError: When the rules cannot be used.
            GitError: When git gave no answer.
        """
        policy = self.policies.at(Base("base", base, base, "continuous integration"))
        if policy["problems"]:
            raise ConfigError(str(policy["problems"][0]))
        session = name_from_branch(branch) if branch else ""
        committed = self.changes.committed(base, [head]).get(head, ())
        found = touches(session, all_changes(committed, {}), policy, (), self.clock())
        return tuple(
            Breach(each.path, each.worded(self.lines).rstrip("."), each.action == "deny")
            for each in found
            if each.action in ("warn", "ask", "deny")
        )
