"""Whether the service that hosts the repository can be asked for pull requests."""

from __future__ import annotations

from parallel_tui.model.lifecycle.finding import Finding, Severity
from parallel_tui.model.text.words import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from parallel_tui.ports.git import PullRequests


def findings(hosts: PullRequests, *, wanted: bool) -> Iterator[Finding]:
    """One finding where somebody can be asked; nothing where nobody is.

    Args:
        hosts: Asks.
        wanted: Whether the user wants them to be asked for.

    Raises:
        CouldNotLookError: When there was no answer, with the reason.
        GitError: When git gave no answer.
    """
    if wanted and hosts.possible():
        many = plural(len(hosts.all()), "pull request")
        yield Finding(Severity.GOOD, "requests", f"{many} can be asked for")
