"""Verbs on shared data, all on one store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from parallel_tui.ports.store import Store
from parallel_tui.ports.system import Holders
from parallel_tui.services.session.identity import Identity
from parallel_tui.services.session.lookup import Sessions
from parallel_tui.services.sharing.events import Events
from parallel_tui.services.sharing.handoffs import Handoffs
from parallel_tui.services.sharing.locks import Locks
from parallel_tui.services.sharing.registry import Registry
from parallel_tui.services.sharing.status_page import StatusPage
from parallel_tui.services.sharing.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Shared:
    """Locks, register, handoffs, events and tasks of one repository.

    Attributes:
        store: What sessions share.
        identity: Who asks.
        status: The page for sessions to read.
        locks: Who may write what.
        registry: Which sessions there are and what they say they do.
        handoffs: Work passed from one to another.
        events: Messages.
        tasks: Lists of work.
    """

    store: Store
    identity: Identity
    status: StatusPage
    locks: Locks
    registry: Registry
    handoffs: Handoffs
    events: Events
    tasks: Tasks

    @classmethod
    def of(
        cls,
        *,
        store: Store,
        sessions: Sessions,
        env: Mapping[str, str],
        cwd: str,
        holders: Holders,
    ) -> Shared:
        """Assemble the verbs on a store."""
        identity = Identity(sessions, env, cwd, holders)
        status = StatusPage(sessions)
        return cls(
            store=store,
            identity=identity,
            status=status,
            locks=Locks(store, identity, status, holders),
            registry=Registry(store, identity, status),
            handoffs=Handoffs(store, identity, status),
            events=Events(store, identity),
            tasks=Tasks(store, identity, status),
        )
