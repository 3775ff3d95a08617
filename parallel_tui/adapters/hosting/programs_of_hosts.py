"""Ask `gh` or `glab` for all requests at once. Neither is needed, and neither is told anything."""

from __future__ import annotations

import shutil
import subprocess

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.process import programs
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.pull_request import (
    PullRequest,
    checks_of_gitlab,
    of_github,
    of_gitlab,
    pipelines_of_gitlab,
)
from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.pull_request import RequestChecks
    from parallel_tui.model.text.strict_json import Json
    from parallel_tui.ports.system import Clock

_MOST: Final = "100"
"""Requests that are asked for; those of living sessions are among the latest."""

_TIMEOUT: Final = 20.0

_GH: Final = (
    *("gh", "pr", "list", "--state", "all", "--limit", _MOST, "--json"),
    "number,headRefName,state,isDraft,title,url,statusCheckRollup",
)
_GLAB: Final = ("glab", "mr", "list", "--all", "--per-page", _MOST, "--output", "json")

_QUIET: Final = {
    "GH_PROMPT_DISABLED": "1",
    "GH_NO_UPDATE_NOTIFIER": "1",
    "NO_COLOR": "1",
    "NO_PROMPT": "1",
    "GLAB_CHECK_UPDATE": "false",
    "PAGER": "cat",
}
"""So that they answer, and do nothing else."""


@dataclass(frozen=True, slots=True)
class HostPrograms:
    """Implements `ports.git.PullRequests`.

    Attributes:
        runner: The gateway to git.
        env: Our environment.
        clock: Epoch seconds.
    """

    runner: Runner
    env: Mapping[str, str]
    clock: Clock

    def possible(self) -> bool:
        """See `PullRequests.possible`; one process where a program is there."""
        return self._program() is not None

    def all(self) -> tuple[PullRequest, ...]:
        """See `PullRequests.all`; two processes, with `glab` three."""
        argv = self._program()
        if argv is None:
            return ()
        now = self.clock()
        found = self._asked(argv)
        try:
            if argv is _GH:
                return of_github(found, now)
            return of_gitlab(found, now, self._pipelines(found))
        except ValueError as error:
            raise _unread(argv[0], error) from error

    def _asked(self, argv: tuple[str, ...]) -> Json:
        place = self.runner.repository.main_path or self.runner.repository.common_dir
        try:
            done = programs.run(argv, env=self.env, more=_QUIET, directory=place, timeout=_TIMEOUT)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _silent(argv[0], f"it gave no answer: {error}") from error
        if done.returncode:
            told = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise _silent(argv[0], told[0] if told else f"it ended with status {done.returncode}")
        try:
            return strict_json.parse(done.stdout.decode("utf-8"))
        except (ValueError, strict_json.NotJsonError) as error:
            raise _unread(argv[0], error) from error

    def _pipelines(self, found: Json) -> Mapping[int, RequestChecks]:
        """What pipelines of open requests say; nothing where an older GitLab does not tell."""
        query = pipelines_of_gitlab(found)
        if query is None:
            return {}
        try:
            return checks_of_gitlab(self._asked(("glab", "api", "graphql", "-f", f"query={query}")))
        except CouldNotLookError:
            return {}

    def _program(self) -> tuple[str, ...] | None:
        path = self.env.get("PATH")
        gh, glab = (shutil.which(name, path=path) for name in ("gh", "glab"))
        if gh is None and glab is None:
            return None
        args = ["config", "--get-regexp", r"^remote\..*\.url$"]
        remotes = self.runner.run(args, ok=(0, 1)).text
        if not remotes.strip():
            return None  # nothing hosts it
        if glab is not None and (gh is None or "gitlab" in remotes):
            return _GLAB
        return _GH if gh is not None else None


def _unread(program: str, error: Exception) -> CouldNotLookError:
    return _silent(program, f"its answer cannot be read: {error}")


def _silent(program: str, why: str) -> CouldNotLookError:
    return CouldNotLookError(f"Pull requests are not known: {program}: {why}")
