"""Choose what is shared with other machines, and show it."""

from __future__ import annotations

import os
from contextlib import closing, suppress

from parallel_tui.errors import CouldNotLookError, RefusedError, UsageError
from parallel_tui.model.hosts.shared import ShareMode, host_name, usual_host_name
from parallel_tui.model.hosts.view import HostsView, Offered, SharedWork, Sharing
from parallel_tui.record import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Final

    from parallel_tui.ports.git import GitReader
    from parallel_tui.ports.hosts.work import (
        OnePusher,
        ShareChoice,
        ShareNote,
        WorkNews,
        WorkReceiver,
        WorkSender,
    )
    from parallel_tui.services.session.lookup import Sessions

_A_PUSH: Final = 5.0
"""Seconds to wait for a dashboard that is just pushing."""

USUAL_REMOTE: Final = "origin"


@dataclass(frozen=True, slots=True)
class ShareChosen:
    """What came of a choice.

    Attributes:
        sharing: The choice.
        sent: What is shared now; `None` where a dashboard of this clone does it.
        taken_back: Number of sessions that others do not see any more.
    """

    sharing: Sharing
    sent: SharedWork | None
    taken_back: int = 0


@dataclass(frozen=True, slots=True)
class WorkSharing:
    """Answers for `pdev host`.

    Attributes:
        choice: What is shared.
        sender: Makes what shares it.
        receiver: Gets what others share.
        news: Makes what tells of pushes, or says that nothing can.
        alone: Makes the part of the one process of this clone that pushes.
        note: What that process has come to.
        git: Questions to git.
        sessions: Look-up of sessions.
        configured_base: Base, where one is configured.
        system_name: What this machine calls itself.
        noted: Notes where this clone is, for whoever asks from another machine.
        known_as: What was noted before to tell this clone, or one at its place, apart.
    """

    choice: ShareChoice
    sender: Callable[[], WorkSender]
    receiver: WorkReceiver
    news: Callable[[], WorkNews | None]
    alone: Callable[[], OnePusher]
    note: ShareNote
    git: GitReader
    sessions: Sessions
    configured_base: str | None
    system_name: Callable[[], str]
    noted: Callable[[str], None]
    known_as: Callable[[], Sequence[str]]

    def share(
        self, mode: ShareMode, *, remote: str | None = None, name: str | None = None
    ) -> ShareChosen:
        """Choose what is shared from now on, and share it.

        Args:
            mode: What; `off` takes all back.
            remote: Through which remote; by default the last one, else `origin`, else the only one.
            name: The machine's name for others; by default the last one, else what it calls itself.

        Raises:
            UsageError: When there is no such remote, or the name is none.
            RefusedError: When another clone has the name, the remote does not take it, or the
                choice cannot be noted. Nothing is chosen then.
            GitError: When the remote cannot be asked. Nothing is chosen then.
        """
        try:
            before = self.choice.read()
        except CouldNotLookError:
            if mode is not ShareMode.OFF:
                raise
            return self._end_unreadable(remote)
        wanted = Sharing(
            mode,
            self._remote(remote or before.remote, mode),
            host_name(name) if name else before.host or usual_host_name(self.system_name()),
            # One that was here before is gone, and what it shared is ours to change.
            before.clone or next(iter(self.known_as()), "") or os.urandom(8).hex(),
        )
        moved = before.on and (before.remote, before.host) != (wanted.remote, wanted.host)
        gone = 0
        if mode is ShareMode.OFF or moved:
            # Noted first, so that a dashboard does not put it there again.
            self.choice.write(replace(before, mode=ShareMode.OFF) if before.on else before)
            gone = self._take_back(before)
        if mode is ShareMode.OFF:
            return ShareChosen(replace(before, mode=ShareMode.OFF), SharedWork(), gone)
        self.noted(wanted.clone)
        with closing(self.alone()) as part:
            if not part.take(_A_PUSH):
                self.choice.write(wanted)
                return ShareChosen(wanted, None, gone)
            self.choice.write(wanted)
            try:
                with closing(self.sender()) as sender:
                    sent = sender.send(wanted, self._offered())
            except BaseException:
                with suppress(RefusedError):
                    self.choice.write(replace(before, mode=ShareMode.OFF) if moved else before)
                raise
        self._tell(sent.pushed)
        return ShareChosen(wanted, sent, gone)

    def again(self) -> None:
        """Share what is there now, unless nothing is shared, or a dashboard does it.

        Raises:
            ParallelError: As `share`.
        """
        sharing = self.choice.read()
        if not sharing.on:
            return
        with closing(self.alone()) as part:
            if not part.take():
                return
            with closing(self.sender()) as sender:
                sent = sender.send(sharing, self._offered())
        self._tell(sent.pushed)

    def told(self) -> tuple[bool, SharedWork, str]:
        """What comes of sharing, by the process of this clone that pushes.

        Returns:
            Whether there is such a process now, what it shares, and what keeps it from working.

        Raises:
            RefusedError: When it cannot be said whether there is one.
        """
        with closing(self.alone()) as part:
            if part.take():
                return False, SharedWork(), ""
        try:
            told = self.note.read()
        except CouldNotLookError as error:
            return True, SharedWork(), str(error)
        return True, told.sent, told.trouble

    def look(self, *, fetch: bool) -> HostsView:
        """What others share; as known last, or asked for now.

        Args:
            fetch: Whether to ask the remote.

        Raises:
            RefusedError: When this clone shares nothing, and so sees nothing.
            GitError: When the remote cannot be asked, or git gave no answer.
        """
        sharing = self.choice.read()
        if not sharing.on:
            raise RefusedError(
                "This clone shares no work, and so sees none of others",
                hint="Choose first what to share: commits, or work.",
            )
        if fetch:
            self.receiver.fetch(sharing)
        sessions, refused = self.receiver.read(sharing)
        lags: tuple[tuple[str, float], ...] = ()
        with suppress(CouldNotLookError):  # then it is not known how old things are
            lags = self.note.read().lags
        return HostsView(sharing, SharedWork(), sessions, refused, lags)

    def _end_unreadable(self, remote: str | None) -> ShareChosen:
        """Take back what was shared by a choice that cannot be read any more, and choose `off`."""
        through = self._remote(remote or "", ShareMode.OFF)
        clones = self.known_as() if through else ()
        ours = self.receiver.shared_by(through, clones) if clones else ()
        # Nothing is pushed while the choice cannot be read; it stays so until all is taken back.
        former = [Sharing(ShareMode.OFF, through, host, clone) for host, clone in ours]
        gone = sum(self._take_back(each) for each in former)
        chosen = former[0] if former else Sharing()
        self.choice.write(chosen)
        return ShareChosen(chosen, SharedWork(), gone)

    def _take_back(self, before: Sharing) -> int:
        if not before.clone:
            return 0
        # Also of a clone that shares nothing any more: the remote may have been away then.
        with closing(self.sender()) as sender:
            gone = sender.take_back(before)
        self.receiver.forget()
        self._tell(gone)
        return gone

    def _tell(self, pushed: int) -> None:
        news = self.news() if pushed else None
        if news is not None:
            news.tell()

    def _remote(self, wanted: str, mode: ShareMode) -> str:
        there = self.receiver.remotes()
        if wanted:
            if wanted not in there and mode is not ShareMode.OFF:
                known = ", ".join(there) or "none"
                raise UsageError(
                    f"There is no remote {wanted!r}", hint=f"Remotes of this repository: {known}"
                )
            return wanted
        if USUAL_REMOTE in there:
            return USUAL_REMOTE
        if len(there) == 1:
            return there[0]
        if mode is ShareMode.OFF:
            return ""
        raise UsageError(
            "There is no remote to share work through"
            if not there
            else f"It is not known through which remote work is to be shared: {', '.join(there)}",
            hint="Add one with git remote add, or name one with --remote.",
        )

    def _offered(self) -> tuple[Offered, ...]:
        from parallel_tui.services.overlap.check import statuses_of

        joined = [
            (each.name, each.worktree)
            for each in self.sessions.all()
            if each.worktree is not None and not each.worktree.bare and not each.worktree.missing
        ]
        base = self.git.base(self.configured_base)
        statuses = statuses_of(self.git, [tree for _, tree in joined])()
        return tuple(
            Offered(name, tree, status, tree.is_main and tree.head == base.oid)
            for (name, tree), status in zip(joined, statuses, strict=True)
        )
