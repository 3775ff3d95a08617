"""Prompts from the dashboard: sending, what waits, and answers, as a person meets them."""

from __future__ import annotations

import pytest
from textual.widgets import TextArea

from parallel_tui.errors import RefusedError
from parallel_tui.model.agent.asked import PermissionAsk
from parallel_tui.model.fact import known
from parallel_tui.model.session.session import Evidence, SessionState
from parallel_tui.model.settings.config import Config
from parallel_tui.model.sharing.coordination import Coordination
from parallel_tui.model.sharing.message import Message, MessageKind
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.record import replace
from parallel_tui.services.reaching.after_limit import MARGIN
from parallel_tui.services.reaching.receipts import Posted, Resumed
from parallel_tui.ui.controllers.reaching import LOOK
from tests.ui import samples
from tests.ui.fake_engine import FakeCore, Recorder
from tests.ui.harness import core_of, on_screen, running, toasts, until
from tests.ui.settling import settled

SENT = Posted(message="Sent to auth", ids=("1",), delivered=("auth",), queued=())
OPENED = Resumed(message="docs goes on", name="docs", conversation="c", window="@9")
ASK = PermissionAsk("q", "auth", 7, "Bash", "rm -rf [b]build[/b]\n# and more", samples.NOW - 5)


def with_message(session: str, kind: MessageKind = MessageKind.PROMPT) -> Snapshot:
    """A typical view with a prompt, or a sync, that waits for a session."""
    seen = samples.typical()
    text = "Run [b]the tests[/b]\nagain"
    message = Message("1_a", session, kind, "user", text, samples.NOW - 60)
    shared = known(seen.coordination) or Coordination()
    return replace(seen, coordination=replace(shared, messages=(message,)))


async def test_a_prompt_is_sent_to_the_selected_session() -> None:
    core = core_of(samples.typical())
    core.reaching.post = Recorder(send=SENT)
    async with running(core) as (pilot, dashboard):
        name = dashboard.situation.session
        assert name is not None
        await pilot.press("p")
        await until(pilot, lambda: "Send a prompt" in on_screen(pilot))
        await pilot.press(*"go on", "enter", *"now", "ctrl+s")
        await until(pilot, lambda: core.reaching.post.calls)
        assert core.reaching.post.calls == [("send", ([name.name], "go on\nnow", False, False))]
        await until(pilot, lambda: "Sent to auth" in toasts(pilot))


async def test_a_prompt_that_was_closed_by_escape_comes_back_until_it_is_sent() -> None:
    core = core_of(samples.typical())
    core.reaching.post = Recorder(send=SENT)
    async with running(core) as (pilot, dashboard):
        await pilot.press("p")
        await until(pilot, lambda: "Send a prompt" in on_screen(pilot))
        await pilot.press(*"long", "escape")
        await until(pilot, lambda: "What you typed is kept" in toasts(pilot))
        await pilot.press("j", "p")
        await until(pilot, lambda: "Send a prompt" in on_screen(pilot))
        assert pilot.app.screen.query_one(TextArea).text == "", "it is another session's"
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is dashboard)
        await pilot.press("k", "p")
        await until(pilot, lambda: "Send a prompt" in on_screen(pilot))
        assert pilot.app.screen.query_one(TextArea).text == "long"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: core.reaching.post.calls)
        await until(pilot, lambda: pilot.app.screen is dashboard)
        await pilot.press("p")
        await until(pilot, lambda: "Send a prompt" in on_screen(pilot))
        assert pilot.app.screen.query_one(TextArea).text == ""


@pytest.mark.parametrize(("key", "verb"), [("tab", "deliver"), ("tab tab", "revoke")])
async def test_what_waits_is_shown_and_acted_on(key: str, verb: str) -> None:
    core = core_of(with_message("auth"))
    core.reaching.post = Recorder(revoke=SENT, deliver=SENT)
    async with running(core) as (pilot, dashboard):
        assert "1 prompt queued" in on_screen(pilot)
        dashboard.select_session("auth")
        await pilot.press("P")
        await until(pilot, lambda: "Waiting for auth" in on_screen(pilot))
        assert "Run [b]the tests[/b]" in on_screen(pilot)
        core.reaching.post.calls.clear()  # the view itself may have tried
        await pilot.press(*key.split(), "enter")
        await until(pilot, lambda: core.reaching.post.calls)
        assert core.reaching.post.calls[0][0] == verb


async def test_where_only_a_sync_waits_it_is_carried_out() -> None:
    core = core_of(with_message("auth", MessageKind.SYNC))
    core.reaching.post = Recorder()
    core.reaching.resting_sync = Recorder(attempt=RefusedError("its agent works"))
    async with running(core) as (pilot, dashboard):
        dashboard.select_session("auth")
        await pilot.press("P")
        await until(pilot, lambda: "Sync now" in on_screen(pilot))
        core.reaching.resting_sync.calls.clear()  # the view itself may have tried
        await pilot.press("tab", "enter")
        await until(pilot, lambda: core.reaching.resting_sync.calls)
        assert core.reaching.resting_sync.calls[0] == ("attempt", ("auth",))
        assert core.reaching.post.calls == []


async def test_what_waits_is_delivered_when_an_agent_may_have_come_to_rest() -> None:
    seen = samples.typical()
    idle = next(each for each in seen.sessions if each.state.value == "idle" and each.windows)
    core = core_of(with_message(idle.name))
    core.reaching.post = Recorder(deliver=RefusedError("Nothing was delivered"))
    async with running(core) as (pilot, _):
        await until(pilot, lambda: core.reaching.post.calls)
        assert core.reaching.post.calls == [("deliver", (idle.name, True))], (
            "once, not at each look"
        )
        assert "Nothing was delivered" not in toasts(pilot)


PARKED = Posted(message="It is parked", ids=(), delivered=(), queued=("x",))


def limited(until: float | None) -> Snapshot:
    """A view with a prompt that waits for an agent that has reached its limit."""
    seen = samples.typical()
    idle = next(each for each in seen.sessions if each.state.value == "idle" and each.windows)
    evidence = Evidence(SessionState.LIMITED, "hook", "its limit", samples.NOW - 60, until=until)
    turned = tuple(
        replace(each, evidence=evidence) if each is idle else each for each in seen.sessions
    )
    return replace(with_message(idle.name), sessions=turned)


def wanting(until: float | None, *, allowed: bool = True) -> FakeCore:
    """A core with such a view, whose deliveries end parked."""
    core = core_of(limited(until))
    core.config = Config(deliver_after_limit=allowed)
    core.reaching.post = Recorder(deliver=PARKED)
    return core


async def test_a_prompt_goes_out_when_a_limit_has_ended_and_parking_is_told() -> None:
    core = wanting(samples.NOW - MARGIN)
    async with running(core) as (pilot, _):
        await until(pilot, lambda: "It is parked" in toasts(pilot))
        core.live.publish(replace(core.live.snapshot, windows=()))
        await settled(pilot)
        assert len(core.reaching.post.calls) == 1, "once, not at each look"
        assert core.reaching.post.calls[0][1][1] is True


@pytest.mark.parametrize(
    ("end", "allowed"),
    [(samples.NOW - MARGIN, False), (samples.NOW + 60, True), (None, True)],
)
async def test_no_prompt_goes_out_while_a_limit_lasts_or_where_it_is_not_set(
    end: float | None, allowed: bool
) -> None:
    core = wanting(end, allowed=allowed)
    async with running(core) as (pilot, _):
        await settled(pilot)
        assert core.reaching.post.calls == []


async def test_the_end_of_a_limit_is_noticed_without_news() -> None:
    core = wanting(samples.NOW + 60)
    async with running(core) as (pilot, _):
        assert core.reaching.post.calls == []
        (looks,) = [each for each in pilot.app._timers if each._interval == LOOK]
        assert looks._callback is not None
        core.passed = 1.0
        looks._callback()
        await settled(pilot)
        assert core.reaching.post.calls == [], "it lasts"
        core.passed = 60 + MARGIN
        looks._callback()
        await until(pilot, lambda: core.reaching.post.calls)


@pytest.mark.parametrize(("key", "allow"), [("y", True), ("n", False)])
async def test_a_question_for_leave_is_shown_whole_and_answered(key: str, allow: bool) -> None:
    core = core_of(samples.typical())
    core.reaching.asks = Recorder(pending=(ASK,), answer=True)
    async with running(core) as (pilot, dashboard):
        waiting = next(s for s in samples.typical().sessions if s.state.value == "waiting")
        dashboard.select_session(waiting.name)
        await pilot.press("A")
        await until(pilot, lambda: "asks for permission" in on_screen(pilot))
        assert "rm -rf [b]build[/b]" in on_screen(pilot)
        assert "# and more" in on_screen(pilot)
        await pilot.press(key)
        await until(pilot, lambda: len(core.reaching.asks.calls) > 1)
        assert core.reaching.asks.calls[-1] == ("answer", (ASK, allow))


async def test_enter_answers_no_question_for_leave() -> None:
    core = core_of(samples.typical())
    core.reaching.asks = Recorder(pending=(ASK,), answer=True)
    async with running(core) as (pilot, dashboard):
        waiting = next(s for s in samples.typical().sessions if s.state.value == "waiting")
        dashboard.select_session(waiting.name)
        await pilot.press("A")
        await until(pilot, lambda: "asks for permission" in on_screen(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "asks for permission" not in on_screen(pilot))
        assert [name for name, _ in core.reaching.asks.calls] == ["pending"]


@pytest.mark.parametrize(("key", "anew"), [("c", False), ("n", True)])
async def test_enter_offers_the_conversation_of_a_session_without_a_window(
    key: str, anew: bool
) -> None:
    core = core_of(samples.typical())
    core.reaching.resumer = Recorder(known="c", resume=OPENED)
    core.attacher.answers["attach"] = RefusedError("no terminal here")
    closed = next(
        s
        for s in samples.typical().sessions
        if not s.windows and s.worktree and not s.worktree.is_main and s.state.value == "no window"
    )
    async with running(core) as (pilot, dashboard):
        dashboard.select_session(closed.name)
        await pilot.press("enter")
        await until(pilot, lambda: f"Open {closed.name}" in on_screen(pilot))
        await pilot.press(key)
        await until(pilot, lambda: len(core.reaching.resumer.calls) > 1)
        assert core.reaching.resumer.calls[-1] == ("resume", (closed.key, anew))
