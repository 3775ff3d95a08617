"""Find what is wrong with the boundaries that base has."""

from __future__ import annotations

from parallel_tui.errors import ParallelError, UsageError
from parallel_tui.model.lifecycle.finding import Finding, Severity, remedy_in
from parallel_tui.model.text.words import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from parallel_tui.ports.git import GitReader
    from parallel_tui.services.policy.policies import Policies


def findings(git: GitReader, policies: Policies, configured: str | None) -> Iterator[Finding]:
    """What is wrong with the boundaries of base; nothing where it has none.

    Args:
        git: Knows base.
        policies: Reads boundaries.
        configured: The configured base.
    """
    try:
        policy = policies.at(git.base(configured))
    except UsageError:
        return  # without a base there is nothing to read them from, which others tell
    except ParallelError as error:
        yield Finding(Severity.UNKNOWN, "boundaries", error.message, remedy=remedy_in(error))
        return
    name = policy["base"]["name"]
    mend = f"Correct {policy['source']} and commit that to {name}."
    for problem in policy["problems"]:
        yield Finding(Severity.PROBLEM, "boundaries", problem, remedy=mend)
    for warning in policy["warnings"]:
        yield Finding(Severity.NOTE, "boundaries", warning, remedy=mend)
    if policy["sessions"]:
        count = plural(len(policy["sessions"]), "session")
        what = f"{name} says what belongs to {count}, and no two of them own one path"
        yield Finding(Severity.GOOD, "boundaries", what)
