"""Move the reference of the train: base with all ready sessions landed."""

from __future__ import annotations

from parallel_tui.adapters.git.run.runner import WRITE_TIMEOUT, Runner
from parallel_tui.errors import GitError
from parallel_tui.model.proving.train import REF
from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class TrainReference:
    """Implements `ports.proving.train.TrainRef`.

    Attributes:
        runner: The gateway to git.
    """

    runner: Runner

    def read(self) -> str | None:
        """See `TrainRef.read`."""
        found = self.runner.run(["rev-parse", "-q", "--verify", REF], ok=(0, 1))
        return found.text.strip() or None

    def move(self, commit: str | None, before: str | None, pack: bytes) -> None:
        """See `TrainRef.move`."""
        if commit is not None:
            self.runner.run(["unpack-objects", "-q"], stdin=pack, write=True, timeout=WRITE_TIMEOUT)
        change = ["-d", REF] if commit is None else [REF, commit]
        # An empty old value says that there must be none yet.
        old = before if before is not None else "0" * len(commit or "")
        try:
            self.runner.run(["update-ref", "--no-deref", *change, old], write=True)
        except GitError as error:
            if self.read() != before:
                raise GitError(
                    f"{REF} was moved by somebody else meanwhile",
                    hint="Look at it again: pdev train show",
                    status=error.status,
                    stderr=error.stderr,
                ) from error
            raise
