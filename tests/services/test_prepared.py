"""A repository prepared for another program works here, after a question."""

from __future__ import annotations

import json

import pytest

from parallel_tui.cli.settings import in_force
from parallel_tui.errors import RefusedError
from parallel_tui.model.lifecycle.spawn import SpawnRequest
from parallel_tui.model.settings.consent import TrustNeededError
from parallel_tui.model.settings.table import BY_NAME
from tests.services.conftest import OpenCore
from tests.support.world import World


def _request(name: str) -> SpawnRequest:
    return SpawnRequest(name, window=False)


def test_its_setup_runs_after_a_question_with_its_variables(
    world: World, core_of: OpenCore
) -> None:
    lines = ['cp "$ROOT_WORKTREE_PATH/.env" .env', "[[ -e .env ]] && . .cursor/more.sh"]
    world.commit(".cursor/more.sh", "echo $CONDUCTOR_WORKSPACE_NAME >made\n")
    world.commit(".cursor/worktrees.json", json.dumps({"setup-worktree": lines}))
    world.commit("conductor.json", '{"scripts": {"setup": "exit 9"}}')
    world.write(".env", "SECRET=1\n")
    core = core_of()
    plan = core.spawner.plan(_request("auth"))
    assert any(".cursor/worktrees.json prepares the worktree" in each for each in plan.warnings)
    assert "conductor.json is not used: .cursor/worktrees.json is" in plan.warnings
    with pytest.raises(TrustNeededError) as raised:
        core.spawner.spawn(_request("auth"))
    question = raised.value.question
    assert {each.use for each in question.commands} == {".cursor/worktrees.json"}
    assert "CONDUCTOR_WORKSPACE_NAME" in question.content, "the script that a line names"
    assert not (world.root / "myapp-auth").exists()
    core.spawner.allow(question)
    core.spawner.spawn(_request("auth"))
    made = world.root / "myapp-auth"
    assert (made / ".env").read_text() == "SECRET=1\n"
    assert (made / "made").read_text() == "auth\n"
    told = in_force(core, BY_NAME["setup"])
    assert told is not None
    assert told.why == "file .cursor/worktrees.json"


def test_ours_overrides_even_when_it_is_empty(world: World, core_of: OpenCore) -> None:
    world.commit("conductor.json", '{"scripts": {"setup": "exit 9"}}')
    for setup in (["touch own"], []):
        core = core_of(setup=setup)
        name = f"s{len(setup)}"
        assert core.spawner.plan(_request(name)).warnings == ()
        core.spawner.spawn(_request(name))
        assert (world.root / f"myapp-{name}/own").exists() == bool(setup)
        assert in_force(core, BY_NAME["setup"]) is None


def test_a_wrong_file_is_told_and_a_failing_line_takes_all_back(
    world: World, core_of: OpenCore
) -> None:
    world.write("conductor.json", "{")
    core = core_of()
    receipt = core.spawner.spawn(_request("one"))
    assert any(each.startswith("conductor.json is not used") for each in receipt.warnings)
    problems = [each.what for each in core.doctor.examine() if each.topic == "configuration"]
    assert any(each.startswith("conductor.json is not used") for each in problems)
    world.write("conductor.json", '{"scripts": {"setup": "echo gone wrong; exit 9"}}')
    core = core_of()
    with pytest.raises(TrustNeededError) as raised:
        core.spawner.spawn(_request("two"))
    core.spawner.allow(raised.value.question)
    with pytest.raises(RefusedError, match="status 9"):
        core.spawner.spawn(_request("two"))
    assert not (world.root / "myapp-two").exists()
