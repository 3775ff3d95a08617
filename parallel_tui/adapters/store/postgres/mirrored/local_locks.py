"""Lock files of this machine beside the locks on the server: each follows the other."""

from __future__ import annotations

from contextlib import suppress

from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.adapters.store.postgres.kinds import locks
from parallel_tui.adapters.store.postgres.mirrored import claims
from parallel_tui.adapters.store.postgres.mirrored.mirror import mirror
from parallel_tui.adapters.store.postgres.server.address import AwayError
from parallel_tui.errors import ParallelError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from parallel_tui.adapters.store.files.store import FileStore
    from parallel_tui.adapters.store.postgres.changing import ServerChanges
    from parallel_tui.adapters.store.postgres.kinds.rows import Rows
    from parallel_tui.adapters.store.postgres.known import LastKnown
    from parallel_tui.adapters.store.postgres.transaction import RowTransaction


class LocalLocks:
    """Keeps lock files in step with the server, and the server with those of other programs.

    Args:
        local: Files of this machine.
    """

    def __init__(self, local: FileStore) -> None:
        self._local = local
        self._seen: object = None
        self.unsettled = False
        """Whether the server has to be told of something."""

    def follow(self, rows: Rows) -> None:
        """Bring the files to what the server says.

        Args:
            rows: What it said.
        """
        with suppress(ParallelError, OSError):  # told by whoever changes a lock here
            self._local.prepare()
            self.unsettled = mirror(self._local, rows, {})
            self._seen = self._stamps()

    def look(self, rows: Rows) -> None:
        """The same where somebody made or deleted files since; a few system calls otherwise."""
        if self._stamps() != self._seen:
            self.follow(rows)

    def carry(self, transaction: RowTransaction, known: LastKnown) -> None:
        """Bring the files to what a transaction that was kept has changed.

        Args:
            transaction: Which; what could not be written is among its warnings then.
            known: What is shown while the server is away.
        """
        found: list[str] = []
        edits = transaction.locks.now
        if edits:
            known.keep(locks.after(transaction.found, edits), events=False, urgent=True)
        try:
            if edits:
                mirror(self._local, transaction.rows, edits)
        except (ParallelError, OSError) as error:
            found.append(f"hooks here do not see the change of the locks yet: {error}")
        if transaction.page is not None:
            try:
                self._local.page.write(transaction.page)
            except (ParallelError, OSError) as error:
                found.append(f"status.md was not brought up to date: {error}")
        transaction.warnings = tuple(found)

    def settle(
        self,
        transaction: RowTransaction,
        changes: ServerChanges,
        follow: Callable[[RowTransaction], None],
        notice: Callable[[str], None],
    ) -> bool:
        """Tell the server what other programs did with lock files here.

        Args:
            transaction: The one that has just begun.
            changes: Ends it.
            follow: Brings the files to what it came to.
            notice: Told where the server does not take it.

        Returns:
            Whether there was anything to tell: the transaction has ended then.

        Raises:
            AwayError: When the server cannot be used.
        """
        try:
            found = claims.of_files(self._local, transaction.rows)
            if not found:
                return False
            transaction.who = claims.SENDER
            claims.settle(self._local, transaction, found)
            changes.commit(transaction)
            follow(transaction)
            self.unsettled = False
        except AwayError:
            changes.roll_back()
            raise
        except (ParallelError, OSError) as error:
            changes.roll_back()
            notice(f"lock files of other programs are not known to the others: {error}")
        return True

    def _stamps(self) -> object:
        files = self._local.locks
        try:
            return files.folder.stamps(), files.meta.stamps()
        except UnusableFileError:
            return None
