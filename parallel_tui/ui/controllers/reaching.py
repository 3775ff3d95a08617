"""Commands that reach agents: send a prompt, see what waits, and deliver it when they rest."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from parallel_tui.errors import RefusedError
from parallel_tui.model.fact import known
from parallel_tui.model.session.session import Session, SessionState
from parallel_tui.model.sharing.message import TURNS, MessageKind
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.services.reaching.after_limit import MARGIN
from parallel_tui.ui.cockpit import Cockpit, Situation
from parallel_tui.ui.command import TOGETHER, Command, Reason, ready, unselected
from parallel_tui.ui.controllers.work import Attempts, CommandWork
from parallel_tui.ui.typeahead import Opens

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.model.agent.asked import PermissionAsk

_AGAIN: Final = 5.0
"""Seconds after which an agent that could not take a message is tried again."""

LOOK: Final = 30.0
"""Seconds after which it is looked again whether a limit has ended; a clock may be set, and a
machine may sleep."""

_MAY_REST: Final = frozenset({SessionState.DONE, SessionState.IDLE, SessionState.QUIET})
"""States in which it is worth to look whether the agent is proved at rest."""


def _nobody(now: Situation) -> Reason:
    return unselected(now) if now.session is None else ready(now)


def _nothing_waits(now: Situation) -> Reason:
    if now.session is None:
        return _nobody(now)
    name = now.session.name
    if all(message.session != name for message in now.coordination.messages):
        return f"No message waits for {name}."
    return ready(now)


def _nothing_asked(now: Situation) -> Reason:
    if now.session is None:
        return _nobody(now)
    if now.session.state is not SessionState.WAITING:
        return f"{now.session.name} asks for nothing now."
    return ready(now)


class ReachingCommands:
    """Sends messages, and delivers those that wait.

    Args:
        cockpit: The dashboard.
        core: The services.
        work: Carries commands out.
    """

    def __init__(self, cockpit: Cockpit, core: Core, work: CommandWork) -> None:
        self._cockpit = cockpit
        self._core = core
        self._work = work
        self._drafts: dict[str, dict[str, str]] = {}
        self._deliveries = Attempts(
            cockpit, self._deliver_to, group="deliver", again=_AGAIN, look=self.seen
        )
        self._looks_again = False

    def send(self, now: Situation) -> None:
        """Send a prompt, after asking for it."""
        from parallel_tui.ui.dialogs.message import message_form

        if now.session is not None:
            sessions = now.snapshot.sessions if now.snapshot else ()
            names = [session.name for session in sessions]
            post, name = self._core.reaching.post, now.session.name
            self._work.form(message_form(post, name, names, self._drafts.setdefault(name, {})))

    def queue(self, now: Situation) -> None:
        """Show what waits for the selected session."""
        from parallel_tui.ui.dialogs.message import queue_dialog

        if now.session is not None:
            name = now.session.name
            waiting = [each for each in now.coordination.messages if each.session == name]
            reaching, clock = self._core.reaching, self._core.clock
            syncs = reaching.resting_sync
            self._work.form(queue_dialog(reaching.post, syncs, name, waiting, clock()))

    def answer(self, now: Situation) -> None:
        """Answer what the session's agent asks permission for, after showing it in full."""
        session = now.session
        if session is None:
            return
        asks, clock = self._core.reaching.asks, self._core.clock

        async def work() -> None:
            from parallel_tui.ui.dialogs.permission import PermissionDialog

            def pending() -> PermissionAsk:
                found = asks.pending(session.name, clock())
                if not found:
                    raise RefusedError(
                        f"What {session.name} asks cannot be answered from here.",
                        hint="Its agent has no hook that waits: answer in its window.",
                    )
                return found[0]

            answer = await self._work.ask_about(
                f"What {session.name} asks",
                "Looking at what is asked …",
                pending,
                lambda ask: PermissionDialog(ask, clock()),
            )
            if answer is None:
                return
            ask, allow = answer
            if not await asyncio.to_thread(lambda: asks.answer(ask, allow=allow)):
                raise RefusedError("It was answered already.")
            said = "Allowed" if allow else "Denied"
            self._cockpit.tell(f"{said}: {session.name}, {ask.tool}")

        self._work.run(work, opens=Opens.QUESTION)

    def seen(self, snapshot: Snapshot) -> None:
        """Deliver what waits for agents that seem to have come to rest, one after another."""
        now = self._core.clock()
        candidates = _waited_for(snapshot)
        if self._core.loaded.config.deliver_after_limit:
            limited = _limited(snapshot)
            candidates += [each for each, end in limited if end <= now]
            self._look_again_at([end for _, end in limited if end > now], now)
        self._deliveries.begin(
            candidates, lambda session: (session.evidence.state, session.evidence.since)
        )

    async def _deliver_to(self, session: Session) -> None:
        deliver = self._core.reaching.post.deliver
        receipt = await asyncio.to_thread(lambda: deliver(session.name, unasked=True))
        if receipt.ids:
            self._work.done(receipt)
        else:  # it is parked
            self._cockpit.tell(f"{receipt.message}.", severity="warning")

    def _look_again_at(self, ends: list[float], now: float) -> None:
        """See to it that the end of a limit is noticed, for nothing else tells of it."""
        if ends and not self._looks_again:
            self._looks_again = True
            self._cockpit.later(min(LOOK, max(0.1, min(ends) - now)), self._look_again)

    def _look_again(self) -> None:
        self._looks_again = False
        snapshot = self._cockpit.situation.snapshot
        if snapshot is not None:
            self.seen(snapshot)


def _waited_for(snapshot: Snapshot) -> list[Session]:
    """Sessions for which a turn waits, and whose agents may be at rest."""
    shared = known(snapshot.coordination)
    if shared is None or not shared.messages:
        return []
    names = {each.session for each in shared.messages if each.kind in TURNS}
    return [
        each
        for each in snapshot.sessions
        if each.name in names and each.windows and each.state in _MAY_REST
    ]


def _limited(snapshot: Snapshot) -> list[tuple[Session, float]]:
    """Sessions with prompts whose agents' limits end, with when one may go out; epoch seconds."""
    shared = known(snapshot.coordination)
    messages = () if shared is None else shared.messages
    names = {each.session for each in messages if each.kind is MessageKind.PROMPT}
    return [
        (each, each.evidence.until + MARGIN)
        for each in snapshot.sessions
        if each.name in names
        and each.windows
        and each.state is SessionState.LIMITED
        and each.evidence.until is not None
    ]


COMMANDS: Final[tuple[Command[Any], ...]] = (
    Command(
        "send",
        "p",
        "Prompt",
        "Send a prompt to the agent of the selected session, or of several.",
        TOGETHER,
        ReachingCommands,
        ReachingCommands.send,
        _nobody,
    ),
    Command(
        "answer",
        "A",
        "Answer",
        "Show what the session's agent asks permission for, and allow or deny it.",
        TOGETHER,
        ReachingCommands,
        ReachingCommands.answer,
        _nothing_asked,
    ),
    Command(
        "queue",
        "P",
        "Waiting prompts",
        "Show what waits for the session's agent; deliver it, or take it back.",
        TOGETHER,
        ReachingCommands,
        ReachingCommands.queue,
        _nothing_waits,
    ),
)
