"""Share the work of sessions with other machines, and read what they share."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import Final

from parallel_tui.engine.retry import Backoff
from parallel_tui.engine.table import Row, always
from parallel_tui.errors import ParallelError
from parallel_tui.model.fact import PENDING, known
from parallel_tui.model.hosts.view import HostsView, Offered, SharedWork, SharingNote
from parallel_tui.model.scope import Look
from parallel_tui.model.session.git_status import WorkStatus
from parallel_tui.model.view.snapshot import Level, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from parallel_tui.engine.facts import Facts
    from parallel_tui.engine.sources.hosts.arrivals import Arrivals
    from parallel_tui.model.hosts.view import Sharing
    from parallel_tui.ports.hosts.work import (
        OnePusher,
        ShareChoice,
        ShareNote,
        WorkNews,
        WorkReceiver,
        WorkSender,
    )

PACE: Final = 0.5
"""Seconds between two pushes at least: what is saved in between goes together."""

ALONE: Final = 20.0
"""Seconds between two fetches where nothing tells of news."""

TAKE_OVER: Final = 2.0
"""Seconds between two looks whether the process that pushes is gone."""

RECONCILE: Final = 300.0
"""The same where a server tells of them."""


class HostsReader:
    """Keeps `Facts.hosts` up to date, and the remote with what this machine shares.

    Args:
        choice: What is shared.
        sender: Makes what shares it; called once, on the thread that uses it.
        receiver: Gets what others share.
        news: Makes what tells of pushes, or says that nothing can; called once, when needed.
        alone: The part of the one process of this clone that pushes and fetches.
        note: Tells what that process has come to.
        facts: Where inputs come from and answers go.
        changed: Called after an answer that differs is in.
    """

    name: Final = "hosts"
    looks: Final[frozenset[Look]] = frozenset({Look.HOSTS})

    def __init__(
        self,
        choice: ShareChoice,
        sender: Callable[[], WorkSender],
        receiver: WorkReceiver,
        news: Callable[[], WorkNews | None],
        alone: OnePusher,
        note: ShareNote,
        facts: Facts,
        changed: Callable[[], None],
    ) -> None:
        self._choice = choice
        self._make = sender
        self._receiver = receiver
        self._make_news = news
        self._news: WorkNews | None = None
        self._alone = alone
        self._telling = note
        self._noted: object = None
        self._ours = False
        self._facts = facts
        self._changed = changed
        self._sender: WorkSender | None = None
        self._unlisten: Callable[[], None] | None = None
        self._told = threading.Event()
        self._paced_until = 0.0
        self._fetch_at = 0.0
        self._as_of: Sharing | None = None
        self._backoff = Backoff()
        self._lost = False
        self._measuring: Arrivals | None = None

    @property
    def _arrivals(self) -> Arrivals:
        if self._measuring is None:
            from parallel_tui.engine.sources.hosts.arrivals import Arrivals  # nothing is shared yet

            self._measuring = Arrivals(self._facts.clock)
        return self._measuring

    def row(self, look: Callable[[], None]) -> Row:
        """Its row among the sources.

        Args:
            look: Makes it look; called from any thread.
        """
        self._look = look
        after = {"topology": always, "statuses": always}
        return Row(source=self, awaited=False, after=after, close=self.close)

    def read(self) -> float | None:
        """Share what changed, and fetch what others did; returns seconds to the next look."""
        try:
            sharing = self._choice.read()
            if not sharing.on:
                self._off()
                return None
            return self._exchange(sharing)
        except (ParallelError, OSError) as error:
            self._facts.trouble(Source.HOSTS, str(error))
            self._lost = True
            self._arrivals.forget()
            self._changed()
            self._tell_ours(str(error))
            now = time.monotonic()
            pause = self._backoff.failed(now)
            # An edit meanwhile is no reason to knock again.
            self._paced_until = self._fetch_at = now + pause
            return pause

    def ask_now(self) -> None:
        """Ask for news at once, for something was done elsewhere; from any thread."""
        self._hear()

    def close(self) -> None:
        """End listening, and delete temporary objects."""
        unlisten, self._unlisten = self._unlisten, None
        if unlisten is not None:
            unlisten()
        self._end_sending()

    def _end_sending(self) -> None:
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.close()
        self._alone.close()
        self._ours = False

    def _off(self) -> None:
        self._as_of = None
        # What the remote has by now, somebody else has changed.
        self._end_sending()
        self._well()
        self._note("refused", (), "")
        self._note("held", (), "")
        if self._facts.put(hosts=None):
            self._changed()

    def _exchange(self, sharing: Sharing) -> float:
        ours, self._ours = self._ours, self._alone.take()
        if sharing != self._as_of or ours != self._ours:
            # Whoever did it before may have ended before it was done.
            self._as_of, self._fetch_at, self._paced_until = sharing, 0.0, 0.0
            with suppress(ParallelError, OSError):  # then it is measured anew
                self._arrivals.recall(self._telling.read().lags)
        if not self._ours:
            return self._follow(sharing)
        if self._unlisten is None:
            self._news = self._make_news()
            self._unlisten = self._news.listen(self._hear) if self._news is not None else _nothing
        began = time.monotonic()
        early = began < self._paced_until
        if early and self._lost:
            return self._paced_until - began  # nothing was tried since, so nothing is well
        before = self._facts.hosts
        sent = before.sent if before is not None and before.sharing == sharing else SharedWork()
        if not early:
            self._paced_until = began + PACE
            sent = self._send(sharing) or sent
        if (told := self._told.is_set()) or began >= self._fetch_at:
            self._told.clear()
            # What was fetched before is shown even if the remote is away.
            self._show(sharing, sent)
            looking = self._arrivals.looks_on(RECONCILE if told and self._news else ALONE)
            self._receiver.fetch(sharing)
            self._arrivals.looked()
            self._fetch_at = time.monotonic() + (ALONE if self._news is None else RECONCILE)
            self._show(sharing, sent, arriving=looking)
        elif before is None or before.sent != sent or not before.pushing:
            self._show(sharing, sent)
        self._backoff.well(time.monotonic())
        self._well()
        self._tell_ours("")
        now = time.monotonic()
        due = [self._fetch_at - now]
        if early:
            due.append(self._paced_until - now)
        return max(0.05, min(due))

    def _follow(self, sharing: Sharing) -> float:
        """Show what another process of this clone has pushed and fetched."""
        now, stamp = time.monotonic(), self._telling.stamp()
        if (stamp, True) != self._noted or now >= self._fetch_at:
            self._noted, self._fetch_at = (stamp, True), now + ALONE
            said = self._telling.read()
            self._arrivals.recall(said.lags)
            self._show(sharing, said.sent, pushing=False)
            if said.trouble:
                self._facts.trouble(Source.HOSTS, said.trouble)
                self._changed()
                self._lost = True
            else:
                self._well()
        return TAKE_OVER

    def _tell_ours(self, trouble: str) -> None:
        """Tell the other processes of this clone what is different, where this one pushes."""
        view = self._facts.hosts
        if not self._ours or view is None:
            return
        told = (view.sent, view.sessions, view.refused, trouble)
        if told != self._noted:
            with suppress(ParallelError, OSError):  # they look every now and then all the same
                self._telling.write(SharingNote(view.sent, trouble, view.lags))
            self._noted = told

    def _well(self) -> None:
        self._facts.well(Source.HOSTS)
        lost, self._lost = self._lost, False
        if lost:
            self._changed()

    def _send(self, sharing: Sharing) -> SharedWork | None:
        offered = self._offered()
        if offered is None:
            return None
        self._sender = self._sender or self._make()
        sent = self._sender.send(sharing, offered)
        if sent.pushed and self._news is not None:
            self._news.tell()
        return SharedWork(sent.names, sent.held)

    def _show(
        self,
        sharing: Sharing,
        sent: SharedWork,
        *,
        pushing: bool = True,
        arriving: bool = False,
    ) -> None:
        sessions, refused = self._receiver.read(sharing)
        self._note("refused", refused, "{} is not believed: {}")
        self._note("held", sent.held, "{} is not shared: {}")
        before = self._facts.hosts
        if arriving and before is not None:
            self._arrivals.note(before.sessions, sessions)
        view = HostsView(sharing, sent, sessions, refused, self._arrivals.lags, pushing)
        if self._facts.put(hosts=view):
            self._changed()

    def _note(self, about: str, found: tuple[tuple[str, str], ...], words: str) -> None:
        if not found:
            self._facts.well(Source.HOSTS, about=about)
            return
        more = f" (+{len(found) - 1} more)" if len(found) > 1 else ""
        told = f"{words.format(*found[0])}{more}"
        self._facts.trouble(Source.HOSTS, told, about=about, level=Level.NOTE)

    def _hear(self) -> None:
        self._told.set()
        self._look()

    def _offered(self) -> tuple[Offered, ...] | None:
        """The sessions to share; `None` while they are not known."""
        facts, base = self._facts, known(self._facts.base)
        if facts.worktrees is None or base is None:
            return None
        found = []
        for each in facts.joined():
            tree = each.worktree
            if tree is None or tree.bare or tree.missing:
                continue
            status = facts.statuses.get(tree.git_dir, PENDING)
            entries = status.entries if isinstance(status, WorkStatus) else status
            at_base = tree.is_main and tree.head == base.oid
            found.append(Offered(each.name, tree, entries, at_base))
        return tuple(found)


def _nothing() -> None:
    """There is nothing to end."""
