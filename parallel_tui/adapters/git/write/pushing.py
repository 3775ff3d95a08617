"""Give base's remote branch what has landed, and ask where that stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from parallel_tui.adapters.git.read.upstream import upstream_of
from parallel_tui.adapters.git.run import failure
from parallel_tui.adapters.git.run.runner import WRITE_TIMEOUT, Runner
from parallel_tui.errors import RefusedError
from parallel_tui.model.landing.run import Pushed
from parallel_tui.model.session.repository import Base
from parallel_tui.model.session.upstream import Upstream
from parallel_tui.record import dataclass

_ASKING: Final = 20.0
"""Seconds for the question where a remote branch stands."""


@dataclass(frozen=True, slots=True)
class Pushing:
    """Implements `LandingRemote`.

    Attributes:
        runner: The gateway to git.
    """

    runner: Runner

    def upstream(self, base: Base) -> Upstream | None:
        """See `LandingRemote.upstream`."""
        return upstream_of(self.runner, base)

    def tracking(self, base: str) -> Mapping[str, str]:
        """See `LandingRemote.tracking`."""
        form = "%(refname)%00%(objectname)%00%(upstream)"
        args = ["for-each-ref", f"--format={form}", "refs/remotes/", f"refs/heads/{base}"]
        rows = [line.split("\0") for line in self.runner.run(args).text.splitlines()]
        followed = {up for ref, _, up in rows if ref == f"refs/heads/{base}"}
        return {
            ref: oid
            for ref, oid, _ in rows
            if ref.startswith("refs/remotes/")
            and (ref in followed or ref.split("/", 3)[3:] == [base])
        }

    def push(self, target: Pushed) -> None:
        """See `LandingRemote.push`."""
        args = ["push", "--porcelain", "--no-follow-tags", "--no-force-with-lease"]
        args += ["--", target.remote, f"{target.after}:{target.ref}"]
        done = self.runner.run(
            [*self._top(), "-c", "gc.auto=0", *args],
            ok=range(256),
            timeout=WRITE_TIMEOUT,
            write=True,
        )
        if not done.status:
            return
        rows = [line.split("\t") for line in done.text.splitlines() if line.startswith("!")]
        if rows:
            said = rows[0][-1]
            raise RefusedError(
                f"{target.name} was not moved: {said}",
                hint="It has something that base here does not have; bring base up to date first."
                if "rejected" in said and "hook" not in said
                else "",
                said=done.stderr,
            )
        raise failure.refused(f"{target.name} was not moved", done)

    def ask(self, target: Pushed) -> str:
        """See `LandingRemote.ask`."""
        args = ["ls-remote", "--", target.remote, target.ref]
        done = self.runner.run([*self._top(), *args], timeout=_ASKING, write=True)
        return next(
            (
                oid
                for oid, _, ref in (line.partition("\t") for line in done.text.splitlines())
                if ref == target.ref
            ),
            "",
        )

    def _top(self) -> list[str]:
        """A remote may be named by a path, which git reads from the main worktree's top."""
        repository = self.runner.repository
        return [] if repository.bare else ["-C", repository.main_path]
