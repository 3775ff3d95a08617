"""Messages reach agents at rest at once, wait for others, and go out once."""

from __future__ import annotations

import json
import os
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Core
from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.sharing.message import MessageKind
from parallel_tui.services.reaching import delivery
from tests.services.conftest import OpenCore
from tests.support.waiting import eventually
from tests.support.world import World

ROOT = Path(__file__).parents[2]


@dataclass
class At:
    """A session with an agent in its window.

    Attributes:
        world: The world.
        window: Its window.
        got: File with what the agent was given.
    """

    world: World
    window: str
    got: Path

    @property
    def prompts(self) -> list[str]:
        """What the agent was given so far."""
        text = self.got.read_text() if self.got.exists() else ""
        return [json.loads(line) for line in text.splitlines()]

    def rest(self) -> None:
        """Let it come to rest, and wait until it has."""
        rest = Path(f"{self.got}.rest")
        rest.write_text("")
        eventually(lambda: not rest.exists())

    def press(self, *keys: str) -> None:
        """Press keys in its window."""
        self.world.tmux("send-keys", "-t", self.window, *keys)


@pytest.fixture
def core(core_of: OpenCore, world: World) -> Core:
    """The services, with an agents' folder of the world's own."""
    return core_of()


def at(world: World, core: Core, name: str) -> At:
    """Start an agent in a session of its own, and wait until it is at rest."""
    tree = world.worktree(name)
    got = world.root / f"{name}.got"
    config = Path(world.env["HOME"]) / ".claude"
    command = f"exec env PYTHONPATH={ROOT} {sys.executable} -m tests.support.typed_agent"
    window = world.window(name, tree, f"{command} {config} {got}")
    found = At(world, window, got)
    rest = core.reaching.post.delivery.rest

    def proved() -> bool:
        session = core.sessions.find(name, windows_matter=True)
        return not isinstance(rest.proved(session), str)

    eventually(proved, what=f"{name} at rest")
    eventually(lambda: "❯" in world.tmux("capture-pane", "-p", "-t", window))
    return found


def test_an_agent_at_rest_gets_a_prompt_at_once(core: Core, world: World) -> None:
    auth = at(world, core, "auth")
    text = "Fix it:\n- $(touch pwned) #{pid}\n- `x`; [b] 'q' \"u\" ünï 🚀"
    receipt = core.reaching.post.send(["auth"], text)
    assert (receipt.delivered, receipt.queued) == (("auth",), ())
    assert auth.prompts == [text]
    assert core.reaching.post.queued() == ()
    assert "pwned" not in {path.name for path in world.root.rglob("*")}


def test_an_agent_at_work_gets_it_when_it_comes_to_rest(core: Core, world: World) -> None:
    auth = at(world, core, "auth")
    core.reaching.post.send(["auth"], "one")
    receipt = core.reaching.post.send(["auth"], "two")
    assert receipt.queued == ("auth",)
    assert "because its agent is working" in receipt.message
    with pytest.raises(RefusedError, match="its agent is working"):
        core.reaching.post.deliver("auth")
    auth.rest()
    eventually(lambda: not isinstance(_rest(core), str))
    assert core.reaching.post.deliver("auth").delivered == ("auth",)
    assert auth.prompts == ["one", "two"]
    with pytest.raises(RefusedError, match="nothing waits"):
        core.reaching.post.deliver("auth")


def _rest(core: Core) -> object:
    return core.reaching.post.delivery.rest.proved(core.sessions.find("auth", windows_matter=True))


def test_nothing_is_typed_over_what_somebody_began(core: Core, world: World) -> None:
    auth = at(world, core, "auth")
    auth.press("-l", "half a dra")
    eventually(lambda: "half" in world.tmux("capture-pane", "-p", "-t", auth.window))
    receipt = core.reaching.post.send(["auth"], "go on")
    assert "something stands in its input" in receipt.message
    assert auth.prompts == []
    assert [each.text for each in core.reaching.post.queued("auth")] == ["go on"]


def test_nothing_is_typed_while_somebody_scrolls(core: Core, world: World) -> None:
    auth = at(world, core, "auth")
    world.tmux("copy-mode", "-t", auth.window)
    assert "somebody scrolls" in core.reaching.post.send(["auth"], "go on").message
    world.tmux("send-keys", "-t", auth.window, "-X", "cancel")
    assert core.reaching.post.deliver("auth").delivered == ("auth",)


def test_a_shell_or_a_silent_program_gets_nothing(core: Core, world: World) -> None:
    world.window("auth", world.worktree("auth"), "exec cat")
    world.worktree("api")
    told = core.reaching.post.send(["auth", "api"], "rm -rf /").message
    assert "no agent in its window says what it does" in told
    assert "api, because it has no window" in told
    assert world.tmux("capture-pane", "-p", "-t", "work:").strip() == ""


def test_what_was_typed_and_not_taken_up_is_told_and_never_typed_again(
    core: Core, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "PATIENCE", 0.2)
    auth = at(world, core, "auth")
    Path(f"{auth.got}.deaf").write_text("")
    receipt = core.reaching.post.send(["auth"], "go on")
    assert (receipt.delivered, receipt.queued) == ((), ())
    assert "it is not typed again" in receipt.warnings[0]
    assert core.reaching.post.queued() == ()
    assert auth.prompts == ["go on"]


@pytest.mark.parametrize("texts", [["once"], ["one", "two", "three", "four"]])
def test_of_many_who_deliver_one_does(
    core: Core, world: World, core_of: OpenCore, texts: list[str]
) -> None:
    auth = at(world, core, "auth")
    for text in texts:
        core.reaching.post.send(["auth"], text, later=True)
    others = [core_of() for _ in range(4)]
    together = threading.Barrier(len(others))

    def deliver(one: Core) -> None:
        together.wait()
        with suppress(RefusedError):
            one.reaching.post.deliver("auth")

    threads = [threading.Thread(target=deliver, args=(one,)) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert auth.prompts == texts[:1]
    assert [each.text for each in core.reaching.post.queued()] == texts[1:]


def test_a_message_can_be_taken_back_while_it_waits(core: Core, world: World) -> None:
    world.worktree("auth")
    (sent,) = core.reaching.post.send(["auth"], "go on").ids
    assert core.reaching.post.revoke([sent]).revoked == (sent,)
    with pytest.raises(RefusedError, match="is not waiting any more"):
        core.reaching.post.revoke([sent])
    core.reaching.post.send(["auth"], "one")
    core.reaching.post.send(["auth"], "two")
    assert len(core.reaching.post.revoke([], session="auth").revoked) == 2
    assert core.reaching.post.queued() == ()
    told = [entry.what for entry in core.store.journal(10)]
    assert told.count("revoke") == 3


def test_to_all_is_to_every_other_session_with_a_window(core: Core, world: World) -> None:
    for name in ("auth", "api"):
        world.window(name, world.worktree(name), "exec cat")
    world.worktree("idle")
    receipt = core.reaching.post.send([], "stop", everyone=True, sender="api")
    assert receipt.queued == ("auth",)
    (message,) = core.reaching.post.queued()
    assert (message.sender, message.kind) == ("api", MessageKind.PROMPT)


def test_a_message_of_a_session_says_so(core: Core, world: World) -> None:
    auth = at(world, core, "auth")
    core.reaching.post.send(["auth"], "the API changed", sender="api")
    assert auth.prompts == ["Message from the session api:\nthe API changed"]


@pytest.mark.parametrize(
    ("names", "text", "everyone"),
    [([], "x", False), (["main"], "x", True), (["nobody"], "x", False), (["main"], " \n", False)],
)
def test_what_cannot_be_sent_is_said(
    core: Core, names: list[str], text: str, everyone: bool
) -> None:
    with pytest.raises(UsageError):
        core.reaching.post.send(names, text, everyone=everyone)
    assert core.reaching.post.queued() == ()


def listening(world: World, name: str) -> None:
    """Have the hook of a session's agent tell something, as the real one does."""
    folder = world.repo / ".claude/pdev/agents"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}--{os.getpid()}.json").write_text("{}")


@pytest.mark.files
def test_handoffs_and_events_reach_an_agent_that_listens(core: Core, world: World) -> None:
    for name in ("auth", "api"):
        world.worktree(name)
    listening(world, "auth")
    made = core.shared.handoffs.send("auth", task="Take the tests", context="c", session="api")
    core.shared.events.emit(
        "note", session="api", to=["auth", "main"], payload='{"a": 1, "b": false}'
    )
    handoff, event = core.reaching.post.queued()
    assert (handoff.kind, handoff.sender, handoff.session) == (MessageKind.HANDOFF, "api", "auth")
    assert handoff.text.startswith("Take the tests\nc\n")
    assert f"pdev handoff accept {made.id}" in handoff.text
    assert (event.kind, event.session) == (MessageKind.EVENT, "auth")
    assert event.text == "api told auth and main: a 1, not b"
    core.shared.handoffs.accept(made.id, "auth")
    assert core.reaching.post.queued() == (event,)


@pytest.mark.files
def test_nothing_is_queued_for_sessions_without_hooks(core: Core, world: World) -> None:
    for name in ("auth", "api"):
        world.worktree(name)
    core.shared.handoffs.send("auth", task="t", session="api")
    core.shared.events.emit("note", session="api", to=["auth"])
    assert core.reaching.post.queued() == ()


def test_an_agent_at_rest_takes_a_handoff_as_its_next_turn(core: Core, world: World) -> None:
    auth = at(world, core, "auth")
    core.store.outbox.add("auth", MessageKind.EVENT, "api", "told beside")
    core.store.outbox.add("auth", MessageKind.HANDOFF, "api", "Take the tests")
    assert core.reaching.post.deliver("auth").delivered == ("auth",)
    assert auth.prompts == ["Handoff from the session api:\nTake the tests"]
    assert [each.kind for each in core.reaching.post.queued()] == [MessageKind.EVENT]
