"""Fetch the commit of a pull request by the references that its service keeps for it."""

from __future__ import annotations

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.errors import CouldNotLookError, GitError, UsageError
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_TIMEOUT: Final = 300.0
_PLACES: Final = ("refs/pull/{}/head", "refs/merge-requests/{}/head")


@dataclass(frozen=True, slots=True)
class RequestRefs:
    """Implements `ports.git.RequestCommits`.

    Attributes:
        runner: The gateway to git.
    """

    runner: Runner

    def fetch(self, number: int) -> str:
        """See `RequestCommits.fetch`; three processes."""
        remotes = self.runner.run(["remote"]).text.splitlines()
        if not remotes:
            raise UsageError("This repository has no remote that could have pull requests")
        remote = "origin" if "origin" in remotes else remotes[0]
        wanted = [place.format(number) for place in _PLACES]
        target = f"refs/pdev/requests/{number}"
        lines: list[str] = []
        try:
            args = ["ls-remote", "--", remote, *wanted]
            told = self.runner.run(args, timeout=_TIMEOUT, write=True)
            found = [line.partition("\t")[2] for line in told.text.splitlines()]
            if not found:
                raise UsageError(f"{remote} has no pull request {number}")
            args = ["fetch", "--progress", "--no-tags", "--no-recurse-submodules"]
            args += ["--no-write-fetch-head", "--", remote, f"+{found[0]}:{target}"]
            self.runner.follow(args, lines.append, timeout=_TIMEOUT)
        except GitError as error:
            raise CouldNotLookError(
                f"{remote} could not be asked for pull request {number}: {error.message}"
            ) from error
        return target
