"""Fetch and read the refs by which machines share work."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from parallel_tui.adapters.git.run.diagnosis import diagnose
from parallel_tui.adapters.git.run.runner import GitOutput, Runner
from parallel_tui.errors import GitError
from parallel_tui.model.hosts.shared import ROOT, FoundRef, SharedSession, understood
from parallel_tui.model.hosts.view import Sharing
from parallel_tui.record import dataclass

FETCH_TIMEOUT: Final = 120.0
"""Seconds for a fetch, whose first one may bring much history."""

QUIET: Final = ("-c", "gc.auto=0", "-c", "maintenance.auto=false")
"""Nothing is started beside a transfer that nobody asked for."""

_EXCLUDES: Final = (2, 29)
"""The git that can leave some refs out of a fetch."""

_FORM: Final = (
    "%(refname)%00%(objecttype)%00%(objectname)%00%(tree)%00%(parent)%00%(committerdate:unix)%00"
    "%(contents:subject)"
)


@dataclass(frozen=True, slots=True)
class WorkRefs:
    """Implements `WorkReceiver`.

    Attributes:
        runner: The gateway to git.
    """

    runner: Runner

    def remotes(self) -> tuple[str, ...]:
        """See `WorkReceiver.remotes`."""
        return tuple(self.runner.run(["remote"]).text.splitlines())

    def fetch(self, sharing: Sharing) -> None:
        """See `WorkReceiver.fetch`."""
        excluded = self.runner.version >= _EXCLUDES
        self._fetch(sharing.remote, *([f"^{ROOT}{sharing.host}/*"] if excluded else ()))

    def _fetch(self, remote: str, *without: str) -> None:
        args = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"]
        args += ["--prune", "--refmap=", "--", remote, f"+{ROOT}*:{ROOT}*", *without]
        ask(self.runner, remote, [*QUIET, *args], FETCH_TIMEOUT)

    def read(
        self, sharing: Sharing
    ) -> tuple[tuple[SharedSession, ...], tuple[tuple[str, str], ...]]:
        """See `WorkReceiver.read`; one process."""
        believed: list[SharedSession] = []
        refused: list[tuple[str, str]] = []
        for found in read_refs(self.runner, [ROOT]):
            told = understood(found)
            if isinstance(told, str):
                refused.append((found.ref, told))
            elif told.host == sharing.host:
                continue  # ours, which an old git fetches along
            elif told.clone == sharing.clone:
                refused.append((found.ref, "its commit says that it is of this clone"))
            else:
                believed.append(told)
        return tuple(believed), tuple(refused)

    def shared_by(self, remote: str, clones: Collection[str]) -> tuple[tuple[str, str], ...]:
        """See `WorkReceiver.shared_by`."""
        self._fetch(remote)
        said = [understood(each) for each in read_refs(self.runner, [ROOT])]
        ours = {
            (each.host, each.clone)
            for each in said
            if not isinstance(each, str) and each.clone in clones
        }
        return tuple(sorted(ours))

    def forget(self) -> None:
        """See `WorkReceiver.forget`."""
        refs = [each.ref for each in read_refs(self.runner, [ROOT])]
        if refs:
            lines = "".join(f"delete {ref}\n" for ref in refs)
            args = [*QUIET, "update-ref", "--no-deref", "--stdin"]
            self.runner.run(args, stdin=lines.encode("utf-8", "surrogateescape"), write=True)


def read_refs(runner: Runner, below: list[str]) -> list[FoundRef]:
    """Refs with what their commits say; one process.

    Raises:
        GitError: When git gave no answer.
    """
    told = runner.run(["for-each-ref", f"--format={_FORM}", *below])
    rows = [line.split("\0", 6) for line in told.text.split("\n")]
    return [
        FoundRef(ref, kind, oid, tree, tuple(parents.split()), when, subject)
        for ref, kind, oid, tree, parents, when, subject in (row for row in rows if len(row) == 7)
    ]


def ask(runner: Runner, remote: str, args: Sequence[str], timeout: float) -> GitOutput:
    """Ask a remote something.

    Args:
        runner: The gateway to git.
        remote: Which, for messages.
        args: The question.
        timeout: Seconds until it is given up.

    Raises:
        GitError: When it does not answer.
    """
    done = runner.run([*top_of(runner), *args], ok=range(256), timeout=timeout, write=True)
    if done.status:
        found = diagnose(done.stderr, done.status, done.failed)
        raise GitError(
            f"{remote} cannot be reached for shared work: {found.why}",
            hint=found.hint,
            said=found.said,
            status=done.status,
            stderr=done.stderr,
        )
    return done


def top_of(runner: Runner) -> list[str]:
    """Options by which a remote that is a path is read from the main worktree's top."""
    repository = runner.repository
    return [] if repository.bare else ["-C", repository.main_path]
