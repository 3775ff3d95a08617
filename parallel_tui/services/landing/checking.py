"""Check a session's work with the configured commands, in its own worktree."""

from __future__ import annotations

import time

from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.landing.check import CheckRecord
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from parallel_tui.model.landing.readiness import Tip
    from parallel_tui.model.session.worktree import Worktree
    from parallel_tui.model.settings.consent_question import Question
    from parallel_tui.ports.git import GitReader
    from parallel_tui.ports.overlaps import LandingLook
    from parallel_tui.services.consent import Gate
    from parallel_tui.services.landing.results import CheckResults
    from parallel_tui.services.session.lookup import Sessions


@dataclass(frozen=True, slots=True)
class SessionChecker:
    """Runs checks.

    Attributes:
        git: Questions to git.
        look: Last commits.
        sessions: Look-up of sessions.
        gate: Knows whether the commands may run.
        results: How earlier checks ended.
    """

    git: GitReader
    look: LandingLook
    sessions: Sessions
    gate: Gate
    results: CheckResults

    def check(
        self,
        wanted: str,
        tell: Callable[[bytes], None],
        *,
        again: bool = False,
        stopped: Callable[[], bool] = lambda: False,
    ) -> CheckRecord:
        """Check one session, unless how that ends is known already.

        Args:
            wanted: Its name or key.
            tell: Given what the commands print, as they do.
            again: Whether to check what was checked before.
            stopped: Asked all the time; once true, what runs is ended, and nothing is kept.

        Raises:
            UsageError: When there is no such session, or no command is configured.
            RefusedError: When it was stopped, something is not committed, or the worktree changed
                meanwhile: the outcome says nothing about a commit then, and is not kept.
            TrustNeededError: When the repository's commands were not allowed yet.
            CouldNotLookError: When git gave no answer, or nothing can be run or kept.
        """
        if not self.results.commands:
            raise UsageError(
                "No command is configured that checks a session's work",
                hint="Set merge.check in .claude/parallel-config.yml or in your own configuration.",
            )
        name, tree = self._found(wanted)
        ready = self.gate.ready(self.gate.check(), tree.head or "")
        tip = self._tip(name, tree)
        if not again and (known := self.results.of(tip)) is not None:
            return known
        key = self.results.key(tip)
        began = time.monotonic()
        ran = self.results.kept.run(
            key,
            ready.setup,
            directory=tree.path,
            env={"PDEV_SESSION": name},
            tell=tell,
            stopped=stopped,
        )
        took = time.monotonic() - began
        after = self._tip(*self._found(tree.git_dir))
        if after.commit != tip.commit:
            raise RefusedError(
                f"{name} moved on from {tip.commit[:10]} while it was checked",
                hint="How it ended says nothing about either, and is not kept. Check it again.",
            )
        record = CheckRecord(
            key,
            tip.commit,
            ran.status,
            ran.failed,
            self.results.clock(),
            round(took, 3),
            ran.log,
            ran.tests,
        )
        self.results.kept.keep(record)
        return record

    def last(self, wanted: str, most: int) -> tuple[CheckRecord, bytes] | None:
        """How the check of a session's last commit ended, and the end of what it printed.

        Args:
            wanted: Its name or key.
            most: Bytes.

        Returns:
            `None` where that commit was never checked.

        Raises:
            UsageError: When there is no such session, or it has no work.
            CouldNotLookError: When git gave no answer, or what was printed cannot be read.
        """
        _, tree = self._found(wanted)
        head = tree.head or ""
        record = self.results.of(self.look.tips([head])[head])
        return None if record is None else (record, self.results.kept.printed(record, most))

    def allow(self, question: Question) -> None:
        """Record that the user was shown all these commands of this repository and said yes.

        Raises:
            RefusedError: When they cannot be shown whole, or the answer cannot be recorded.
        """
        self.gate.allow(question)

    def _found(self, wanted: str) -> tuple[str, Worktree]:
        session = self.sessions.worktree(wanted)
        tree = session.worktree
        if tree is None or tree.bare or tree.missing or tree.head is None:
            raise UsageError(f"{session.name} has no work to check")
        return session.name, tree

    def _tip(self, name: str, tree: Worktree) -> Tip:
        """Its last commit.

        Raises:
            RefusedError: When there is more in the worktree than that.
        """
        if tree.operation is not None:
            raise RefusedError(
                f"A {tree.operation.kind.value} is half done in {name}, so no commit can be checked"
            )
        paths = [entry.path for entry in self.git.status(tree)]
        try:
            paths = paths or list(self.git.hidden_edits(tree))
        except OSError as error:
            raise RefusedError(f"What is in {name} cannot be seen: {error}") from error
        if paths:
            more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
            raise RefusedError(
                f"{paths[0]!r}{more} in {name} is not committed, and only commits are checked",
                hint="Commit it, or let git ignore what the check itself leaves behind.",
            )
        head = tree.head or ""
        return self.look.tips([head])[head]
