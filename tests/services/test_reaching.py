"""Messages reach agents at rest at once, wait for others, and go out once."""

from __future__ import annotations

import json
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
    rest = core.post.delivery.rest

    def proved() -> bool:
        session = core.sessions.find(name, windows_matter=True)
        return not isinstance(rest.proved(session), str)

    eventually(proved, what=f"{name} at rest")
    eventually(lambda: "❯" in world.tmux("capture-pane", "-p", "-t", window))
    return found


def test_an_agent_at_rest_gets_a_prompt_at_once(core: Core, world: World) -> None:
    auth = at(world, core, "auth")
    text = "Fix it:\n- $(touch pwned) #{pid}\n- `x`; [b] 'q' \"u\" ünï 🚀"
    receipt = core.post.send(["auth"], text)
    assert (receipt.delivered, receipt.queued) == (("auth",), ())
    assert auth.prompts == [text]
    assert core.post.queued() == ()
    assert "pwned" not in {path.name for path in world.root.rglob("*")}


def test_an_agent_at_work_gets_it_when_it_comes_to_rest(core: Core, world: World) -> None:
    auth = at(world, core, "auth")
    core.post.send(["auth"], "one")
    receipt = core.post.send(["auth"], "two")
    assert receipt.queued == ("auth",)
    assert "because its agent is working" in receipt.message
    with pytest.raises(RefusedError, match="its agent is working"):
        core.post.deliver("auth")
    auth.rest()
    eventually(lambda: not isinstance(_rest(core), str))
    assert core.post.deliver("auth").delivered == ("auth",)
    assert auth.prompts == ["one", "two"]
    with pytest.raises(RefusedError, match="nothing waits"):
        core.post.deliver("auth")


def _rest(core: Core) -> object:
    return core.post.delivery.rest.proved(core.sessions.find("auth", windows_matter=True))


def test_nothing_is_typed_over_what_somebody_began(core: Core, world: World) -> None:
    auth = at(world, core, "auth")
    auth.press("-l", "half a dra")
    eventually(lambda: "half" in world.tmux("capture-pane", "-p", "-t", auth.window))
    receipt = core.post.send(["auth"], "go on")
    assert "something stands in its input" in receipt.message
    assert auth.prompts == []
    assert [each.text for each in core.post.queued("auth")] == ["go on"]


def test_nothing_is_typed_while_somebody_scrolls(core: Core, world: World) -> None:
    auth = at(world, core, "auth")
    world.tmux("copy-mode", "-t", auth.window)
    assert "somebody scrolls" in core.post.send(["auth"], "go on").message
    world.tmux("send-keys", "-t", auth.window, "-X", "cancel")
    assert core.post.deliver("auth").delivered == ("auth",)


def test_a_shell_or_a_silent_program_gets_nothing(core: Core, world: World) -> None:
    world.window("auth", world.worktree("auth"), "exec cat")
    world.worktree("api")
    told = core.post.send(["auth", "api"], "rm -rf /").message
    assert "no agent in its window says what it does" in told
    assert "api, because it has no window" in told
    assert world.tmux("capture-pane", "-p", "-t", "work:").strip() == ""


def test_what_was_typed_and_not_taken_up_is_told_and_never_typed_again(
    core: Core, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "PATIENCE", 0.2)
    auth = at(world, core, "auth")
    Path(f"{auth.got}.deaf").write_text("")
    receipt = core.post.send(["auth"], "go on")
    assert (receipt.delivered, receipt.queued) == ((), ())
    assert "it is not typed again" in receipt.warnings[0]
    assert core.post.queued() == ()
    assert auth.prompts == ["go on"]


def test_of_many_who_deliver_one_does(core: Core, world: World, core_of: OpenCore) -> None:
    auth = at(world, core, "auth")
    core.post.send(["auth"], "once", later=True)
    others = [core_of() for _ in range(4)]
    together = threading.Barrier(len(others))

    def deliver(one: Core) -> None:
        together.wait()
        with suppress(RefusedError):
            one.post.deliver("auth")

    threads = [threading.Thread(target=deliver, args=(one,)) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert auth.prompts == ["once"]


def test_a_message_can_be_taken_back_while_it_waits(core: Core, world: World) -> None:
    world.worktree("auth")
    (sent,) = core.post.send(["auth"], "go on").ids
    assert core.post.revoke([sent]).revoked == (sent,)
    with pytest.raises(RefusedError, match="waits no more"):
        core.post.revoke([sent])
    core.post.send(["auth"], "one")
    core.post.send(["auth"], "two")
    assert len(core.post.revoke([], session="auth").revoked) == 2
    assert core.post.queued() == ()
    told = [entry.what for entry in core.store.journal(10)]
    assert told.count("revoke") == 3


def test_to_all_is_to_every_other_session_with_a_window(core: Core, world: World) -> None:
    for name in ("auth", "api"):
        world.window(name, world.worktree(name), "exec cat")
    world.worktree("idle")
    receipt = core.post.send([], "stop", everyone=True, sender="api")
    assert receipt.queued == ("auth",)
    (message,) = core.post.queued()
    assert (message.sender, message.kind) == ("api", MessageKind.PROMPT)


def test_a_message_of_a_session_says_so(core: Core, world: World) -> None:
    auth = at(world, core, "auth")
    core.post.send(["auth"], "the API changed", sender="api")
    assert auth.prompts == ["Message from the session api:\nthe API changed"]


@pytest.mark.parametrize(
    ("names", "text", "everyone"),
    [([], "x", False), (["main"], "x", True), (["nobody"], "x", False), (["main"], " \n", False)],
)
def test_what_cannot_be_sent_is_said(
    core: Core, names: list[str], text: str, everyone: bool
) -> None:
    with pytest.raises(UsageError):
        core.post.send(names, text, everyone=everyone)
    assert core.post.queued() == ()
