"""Run many small reference changes in one `git update-ref --stdin`, each a transaction.

Keeping a commit by a reference before each rewrite costs a process a time otherwise. Git answers
when a transaction is on disk, and one that is cut off changes nothing.
"""

from __future__ import annotations

import os
import select
import time
from typing import Final

from parallel_tui.adapters.git.run import failure
from parallel_tui.adapters.git.run.diagnosis import diagnose
from parallel_tui.adapters.git.run.environment import raw, text
from parallel_tui.adapters.git.run.process import Process, end, end_group, pipe_of
from parallel_tui.adapters.git.run.runner import WRITE_TIMEOUT, Runner
from parallel_tui.errors import GitError, RefusedError

_DONE: Final = b"start: ok\nprepare: ok\ncommit: ok\n"


class RefSession:
    """Creates and deletes references. Not thread-safe."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._process: Process | None = None

    def create(self, ref: str, oid: str) -> None:
        """Create a reference that must not exist yet.

        Raises:
            RefusedError: When git refuses; nothing changed then.
        """
        self._do(f"create {ref} {oid}")

    def delete(self, ref: str, oid: str) -> None:
        """Delete a reference that must point at a given commit.

        Raises:
            RefusedError: When git refuses; nothing changed then.
        """
        self._do(f"delete {ref} {oid}")

    def close(self) -> None:
        """End the process; the next change starts another."""
        process, self._process = self._process, None
        if process is not None:
            end(process)

    def _do(self, order: str) -> None:
        try:
            if self._process is None:
                self._process = self._runner.converse(["update-ref", "--stdin"])
            self._transact(self._process, order)
        except GitError as error:
            self.close()
            raise RefusedError(error.message, hint=error.hint) from error
        except BaseException:
            self.close()
            raise

    def _transact(self, process: Process, order: str) -> None:
        said = b""
        output = pipe_of(process.stdout).fileno()
        try:
            pipe = pipe_of(process.stdin)
            pipe.write(raw(f"start\n{order}\nprepare\ncommit\n"))
            pipe.flush()
            deadline = time.monotonic() + WRITE_TIMEOUT
            while said != _DONE:
                ready, _, _ = select.select([output], [], [], max(deadline - time.monotonic(), 0))
                if not ready:
                    end_group(process)
                    raise failure.timed_out(["update-ref"], WRITE_TIMEOUT, order)
                chunk = os.read(output, 4096)
                if not chunk:
                    raise BrokenPipeError
                said += chunk
        except BrokenPipeError:
            stderr = text(pipe_of(process.stderr).read())
            found = diagnose(stderr, process.wait())
            raise RefusedError(
                f"git update-ref failed: {found.why}", hint=found.hint, said=found.said
            ) from None
