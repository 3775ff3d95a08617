"""What the checklist of a removal says would happen does happen, and undo brings back its part."""

from __future__ import annotations

import threading

import pytest

from parallel_tui.command_lines import said
from parallel_tui.errors import RefusedError
from parallel_tui.model.lifecycle.removal import LossKind
from parallel_tui.model.sharing.coordination import HandoffState
from tests.lifecycle.conftest import OpenCore
from tests.support.stores import files_of
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World


@pytest.mark.parametrize("accepted", [False, True])
def test_an_open_handoff_goes_back_to_its_sender(
    world: World, core_of: OpenCore, accepted: bool
) -> None:
    world.worktree("auth")
    core = core_of()
    handoffs = core.shared.handoffs
    sent = str(handoffs.send("auth", task="finish [the] form", session="main").id)
    handoffs.send("main", task="mine", session="auth")
    if accepted:
        handoffs.accept(sent, "auth")
    plan = core.remover.plan("auth")
    (loss,) = (each for each in plan.losses if each.kind is LossKind.HANDOFFS)
    assert "would go back to the sender" in loss.summary
    core.remover.remove(plan, {"all"})

    back, kept = (
        next(each for each in handoffs.all() if each.receiver == name) for name in ("auth", "main")
    )
    assert back.state is HandoffState.DECLINED
    assert "ended" in back.why
    assert kept.state is HandoffState.PENDING, "what it sent others is theirs"
    told = [
        each
        for each in core.shared.store.read().events
        if each.type == "handoff" and each.recipients == ("main",) and sent in each.payload
    ]
    assert any("finish [the] form" in each.payload and each.unread_by("main") for each in told)
    world.worktree("next")
    assert core.remover.plan("next").losses == ()


def test_every_lock_that_was_named_is_released(world: World, core_of: OpenCore) -> None:
    """Also one that the guide's script took, which has no sidecar."""
    world.worktree("auth")
    core = core_of()
    core.shared.locks.acquire(["src/app.py"], session="auth")
    (world.repo / ".claude/locks/README.md.lock").write_text("auth\n")
    (world.repo / ".claude/locks/other.lock").write_text("somebody\n")
    plan = core.remover.plan("auth")
    (loss,) = (each for each in plan.losses if each.kind is LossKind.LOCKS)
    assert loss.count == 2
    core.remover.remove(plan, {"all"})
    assert [lock.owner for lock in core.shared.locks.all()] == ["somebody"]


def test_nobody_waits_on_for_a_session_that_ended(world: World, core_of: OpenCore) -> None:
    world.worktree("auth")
    world.worktree("api")
    core = core_of()
    core.shared.locks.acquire(["src/app.py"], session="api")
    ended: list[Exception] = []

    def wait() -> None:
        try:
            core_of().shared.locks.acquire(["src/app.py"], session="auth", wait=PATIENCE)
        except RefusedError as error:
            ended.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    eventually(lambda: len(files_of(core).line.load()) == 1)
    core.remover.remove(core.remover.plan("auth"), {"all"})
    waiting.join(PATIENCE)
    assert "ended while it waited" in str(ended)
    assert files_of(core).line.load() == ()
    assert [lock.owner for lock in core.shared.locks.all()] == ["api"]


def test_undo_lets_a_session_do_again_what_it_did(world: World, core_of: OpenCore) -> None:
    world.worktree("auth")
    core = core_of()
    core.shared.registry.register("auth", status="blocked", task="log in")
    core.remover.remove(core.remover.plan("auth"), {"all"})
    (record,) = core.shared.registry.all()
    assert (record.ended is not None, record.current_task) == (True, None)
    core.restorer.restore("auth")
    (record,) = core.shared.registry.all()
    assert (record.status, record.current_task, record.ended) == ("blocked", "log in", None)


def test_undo_says_what_a_session_does_not_have_any_more(world: World, core_of: OpenCore) -> None:
    world.worktree("auth")
    core = core_of()
    core.shared.locks.acquire(["src/a.py", "src/b.py"], session="auth")
    core.shared.handoffs.send("auth", task="finish the form", session="main")
    core.remover.remove(core.remover.plan("auth"), {"all"})
    told = core.restorer.restore("auth").warnings
    assert "it gave back 2 locks and 1 handoff and has not taken them again" in told
    assert core.shared.locks.all() == ()
    core.remover.remove(core.remover.plan("auth"), {"all"})
    assert not any("gave back" in line for line in core.restorer.restore("auth").warnings)


def test_an_open_task_stays_and_can_be_passed_on(world: World, core_of: OpenCore) -> None:
    world.worktree("auth")
    world.worktree("api")
    core = core_of()
    backlog = world.write("backlog.md", "- [ ] one\n")
    core.shared.tasks.deal(backlog, ["auth"])
    plan = core.remover.plan("auth")
    assert any("pdev task pass-on auth" in said(note) for note in plan.notes)
    core.remover.remove(plan, {"all"})
    core.shared.tasks.pass_on("auth", ["api"])
    assert [t.text for each in core.shared.tasks.all() for t in each.tasks if not t.done] == ["one"]
