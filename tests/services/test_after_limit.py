"""Nothing is typed into an agent while its limit lasts; then one prompt, where that is set."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Core
from parallel_tui.errors import RefusedError
from parallel_tui.model.agent.rest import Resting
from parallel_tui.model.sharing.message import MessageKind
from parallel_tui.record import replace
from parallel_tui.services.reaching.after_limit import AT_ONCE, MOST, Occasion
from tests.services.conftest import OpenCore
from tests.services.test_reaching import At, at
from tests.support.fake_agent import start_of
from tests.support.waiting import eventually
from tests.support.world import World


def found(core: Core, name: str) -> Resting | str:
    """What is proved of the agent of a session."""
    session = core.sessions.find(name, windows_matter=True)
    return core.reaching.post.delivery.rest.proved(session)


def limit(agent: At, core: Core, name: str, *, until: float | None = None, said: str = "") -> None:
    """Have the hook of an agent at rest tell that it has reached its limit, as a real one does."""
    resting = found(core, name)
    assert isinstance(resting, Resting)
    folder = agent.world.repo / ".claude/pdev/agents"
    folder.mkdir(parents=True, exist_ok=True)
    told = {
        "schema": 1,
        "agent": "claude",
        "session": name,
        "pid": resting.pid,
        "start": start_of(resting.pid),
        "event": "StopFailure",
        "at": time.time(),
        "state": "limited",
        "error": "rate_limit",
        "message": said,
        **({} if until is None else {"until": until}),
    }
    draft = folder / ".draft"
    draft.write_text(json.dumps(told))
    draft.replace(folder / f"{name}--{resting.pid}.json")

    def is_limited() -> bool:
        now = found(core, name)
        return isinstance(now, Resting) and now.limited and (now.until == until or bool(said))

    eventually(is_limited, what="its limit")


def ended() -> float:
    """A moment that has long passed."""
    return time.time() - 120


@pytest.fixture
def core(core_of: OpenCore, world: World) -> Core:
    """The services, by default."""
    return core_of()


@pytest.fixture
def willing(core_of: OpenCore, world: World) -> Core:
    """The services where the user has set that a prompt goes out by itself."""
    return core_of(deliver_after_limit=True)


def test_nothing_is_typed_while_a_limit_lasts_whoever_asks(willing: Core, world: World) -> None:
    auth = at(world, willing, "auth")
    limit(auth, willing, "auth", said="You've hit your limit · resets in 3 hours")
    post = willing.reaching.post
    told = post.send(["auth"], "go on").message
    assert "because its agent's limit lasts until " in told
    for unasked in (True, False):
        with pytest.raises(RefusedError, match="limit lasts until "):
            post.deliver("auth", unasked=unasked)
    assert auth.prompts == []
    assert [each.text for each in post.queued("auth")] == ["go on"]


def test_without_a_known_end_a_person_decides(willing: Core, world: World) -> None:
    auth = at(world, willing, "auth")
    limit(auth, willing, "auth", said="API Error: Request rejected (429)")
    post = willing.reaching.post
    assert "does not say until when" in post.send(["auth"], "go on").message
    with pytest.raises(RefusedError, match="does not say until when"):
        post.deliver("auth", unasked=True)
    assert auth.prompts == []
    assert post.deliver("auth").delivered == ("auth",)
    assert auth.prompts == ["go on"]


def test_when_it_has_ended_what_waits_is_delivered_by_a_person_only(
    core: Core, world: World
) -> None:
    auth = at(world, core, "auth")
    limit(auth, core, "auth", until=ended())
    post = core.reaching.post
    told = post.send(["auth"], "the API changed", sender="api").message
    assert "a person is to deliver what waits" in told
    with pytest.raises(RefusedError, match="a person is to deliver"):
        post.deliver("auth", unasked=True)
    assert auth.prompts == []
    assert post.deliver("auth").delivered == ("auth",)
    assert len(auth.prompts) == 1


def test_what_a_person_sends_after_it_goes_out_at_once(core: Core, world: World) -> None:
    auth = at(world, core, "auth")
    limit(auth, core, "auth", until=ended())
    assert core.reaching.post.send(["auth"], "go on").delivered == ("auth",)
    assert auth.prompts == ["go on"]


def test_where_it_is_set_the_oldest_prompt_goes_out_once(willing: Core, world: World) -> None:
    auth = at(world, willing, "auth")
    limit(auth, willing, "auth", until=ended())
    willing.store.outbox.add("auth", MessageKind.HANDOFF, "api", "Take the tests")
    post = willing.reaching.post
    for text in ("one", "two"):
        post.send(["auth"], text, later=True)
    assert post.deliver("auth", unasked=True).delivered == ("auth",)
    assert auth.prompts == ["one"]
    with pytest.raises(RefusedError, match="its agent is working"):
        post.deliver("auth", unasked=True)
    assert [each.text for each in post.queued("auth")] == ["Take the tests", "two"]


def test_what_was_not_taken_up_is_the_one_of_its_limit(
    willing: Core, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parallel_tui.services.reaching.delivery.PATIENCE", 0.2)
    auth = at(world, willing, "auth")
    Path(f"{auth.got}.deaf").write_text("")
    limit(auth, willing, "auth", until=ended())
    post = willing.reaching.post
    for text in ("one", "two"):
        post.send(["auth"], text, later=True)
    assert post.deliver("auth", unasked=True).delivered == ()
    with pytest.raises(RefusedError, match="one prompt has gone out since"):
        post.deliver("auth", unasked=True)
    assert auth.prompts == ["one"]


def again_and_again(agent: At, core: Core, name: str) -> None:
    """Spend as many prompts in a row as may be on an agent that meets its limit at once."""
    for number in range(MOST):
        limit(agent, core, name, until=ended())
        core.reaching.post.send([name], f"try {number}", later=True, sender="api")
        assert core.reaching.post.deliver(name, unasked=True).delivered == (name,)
        agent.rest()
        eventually(lambda: isinstance(found(core, name), Resting), what="at rest")
    limit(agent, core, name, until=ended())


def test_a_queue_is_parked_after_limits_in_a_row_until_a_person_delivers(
    willing: Core, world: World, core_of: OpenCore
) -> None:
    auth = at(world, willing, "auth")
    again_and_again(auth, willing, "auth")
    post = willing.reaching.post
    post.send(["auth"], "another", later=True, sender="api")
    for one in (willing, core_of(deliver_after_limit=True)):  # another dashboard knows it too
        receipt = one.reaching.post.deliver("auth", unasked=True)
        assert (receipt.ids, receipt.queued) == ((), ("auth",))
        assert "is no longer delivered by itself" in receipt.message
        assert f"{MOST} times in a row" in receipt.message
    assert len(auth.prompts) == MOST
    assert post.deliver("auth").delivered == ("auth",)
    auth.rest()
    eventually(lambda: isinstance(found(willing, "auth"), Resting), what="at rest")
    limit(auth, willing, "auth", until=ended())
    post.send(["auth"], "and another", later=True, sender="api")
    assert post.deliver("auth", unasked=True).delivered == ("auth",)


def test_an_agent_that_got_somewhere_begins_another_row(willing: Core, world: World) -> None:
    auth = at(world, willing, "auth")
    again_and_again(auth, willing, "auth")
    resting = found(willing, "auth")
    assert isinstance(resting, Resting)
    held = willing.reaching.post.delivery.after_limit
    at_once = held.held("auth", resting, Occasion.SEEN)
    assert at_once is not None
    assert at_once.parked
    hours_later = replace(resting, stamp=resting.stamp + AT_ONCE)
    assert held.held("auth", hours_later, Occasion.SEEN) is None
    assert held.held("api", resting, Occasion.SEEN) is None
