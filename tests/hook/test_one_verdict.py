"""One input gives one verdict: at the edit, and wherever else a write is looked at."""

from __future__ import annotations

import json
import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parallel_tui import hook
from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.command_lines import BOUNDARY_LINES
from parallel_tui.errors import UsageError
from parallel_tui.model.policy.change import Where
from parallel_tui.model.policy.evaluate import lock_views, touches
from parallel_tui.model.sharing.lock import Lock, check_target, lock_name
from tests.hook.calling import Agent, warned
from tests.support.stores import files_of
from tests.support.world import World

CONFIG = ".claude/parallel-config.yml"
_PATH = st.sampled_from(["a", "a/b", "a/b/c.py", "d.py", "a/d.py", "ab/x", "a_b/c.py", "é/f"])
_LINE = st.sampled_from(
    ["a/**", "a/", "/a", "*.py", "!a/b", "a/*/c.py", "**/d.py", "é/**", "ab", "[ab]", "a/b/c.py"]
)
_ENTRY = st.fixed_dictionaries(
    {"owns": st.lists(_LINE, max_size=3)},
    optional={"can_read": st.lists(_LINE, max_size=2), "note": st.just("ask first")},
)
_ACTIONS = ("allow", "observe", "warn", "ask", "deny")
_LEVEL = st.sampled_from(["observe", "warn", "ask", "deny"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    sessions=st.dictionaries(st.sampled_from(["mine", "theirs", "shared", "Third One"]), _ENTRY),
    levels=st.fixed_dictionaries(
        {}, optional={"level": _LEVEL, "unowned": _LEVEL, "locks": _LEVEL}
    ),
    locks=st.lists(
        st.tuples(_PATH | _LINE, st.sampled_from(["mine", "theirs"]), st.booleans(),
                  st.sampled_from([None, 0.0, 1e9]))
    ),
    path=_PATH,
)  # fmt: skip
def test_the_hook_says_what_the_check_says(
    world: World, sessions: dict[str, object], levels: dict[str, str],
    locks: list[tuple[str, str, bool, float | None]], path: str,
) -> None:  # fmt: skip
    world.write(CONFIG, json.dumps({"sessions": sessions, "boundaries": levels}))
    world.git("add", "-Af", CONFIG)
    world.git("commit", "-q", "--allow-empty", "-m", "boundaries")
    core = open_core(Overrides(directory=str(world.repo)), dict(world.env))
    files = files_of(core).locks
    for lock in files.all():
        files.remove(lock)
    for target, owner, foreign, ttl in locks:
        try:
            target = check_target(target)
            made = files.create(Lock(lock_name(target), target, owner, 1.0, "", ttl, 1))
        except UsageError:
            continue
        if made and foreign:
            files.meta.remove(f"{lock_name(target)}.json")
    policy = core.boundaries.checker.compile()

    place = hook.find(str(world.repo))
    assert place is not None
    verdict = hook.judge(place, "mine", str(world.repo), [path])
    views = lock_views(files.all(), core.shared.locks.state, fold=policy["fold"])
    found = touches("mine", {path: (frozenset({Where.EDITED}), False)}, policy, views, time.time())
    worst = max((each.action for each in found), key=_ACTIONS.index)
    assert verdict.unknown == ""
    assert verdict.decision == (worst if worst in ("ask", "deny") else "")
    said = [each.worded(hook.HOW) for each in found if each.action == worst and each.sentence]
    if verdict.decision:
        assert verdict.deny == said[0]
    elif worst == "warn":
        assert verdict.told == [
            each.worded(hook.HOW) for each in found if each.action == worst
            and each.verdict != "unknown"
        ]  # fmt: skip


def test_the_hook_says_what_to_do_in_the_words_of_the_command_line() -> None:
    assert hook.HOW == BOUNDARY_LINES


def _bounded(world: World) -> Agent:
    world.write(CONFIG, json.dumps({"sessions": {"theirs": {"owns": ["src/**"]}}}))
    world.git("add", "-Af", CONFIG)
    world.git("commit", "-q", "-m", "boundaries")
    core = open_core(Overrides(directory=str(world.repo)), dict(world.env))
    core.boundaries.checker.compile()
    return Agent(world.worktree("mine"), dict(world.env))


def test_an_edit_beyond_the_boundary_is_denied(world: World) -> None:
    agent = _bounded(world)
    denied = agent.edit(agent.cwd / "src/app.py").denied
    assert "src/app.py belongs to theirs (src/** in the boundaries of main at " in denied
    assert denied.endswith("ask with `pdev handoff send theirs --file src/app.py --task …`.")
    assert agent.edit(agent.cwd / "README.md").said == {}
    theirs = Agent(world.worktree("theirs"), dict(world.env))
    assert theirs.edit(theirs.cwd / "src/app.py").said == {}


def test_a_session_cannot_widen_its_own_rights(world: World) -> None:
    agent = _bounded(world)
    (agent.cwd / CONFIG).write_text("sessions: {mine: {owns: ['src/**']}}\n")
    world.git("commit", "-qam", "mine now", cwd=agent.cwd)
    assert agent.edit(agent.cwd / "src/app.py").denied


def test_base_may_move_as_long_as_its_boundaries_stay(world: World) -> None:
    agent = _bounded(world)
    world.commit("README.md", "base moved\n")
    assert "belongs to theirs" in agent.edit(agent.cwd / "src/app.py").denied
    assert agent.edit(agent.cwd / "README.md").said == {}
    agent.extra = {"PATH": "/nowhere"}
    warning = agent.edit(agent.cwd / "src/app.py").warning
    assert "main has moved" in warning, "without git nobody knows"


def test_boundaries_that_are_out_of_date_are_said_once_and_never_used(world: World) -> None:
    agent = _bounded(world)
    world.commit(CONFIG, json.dumps({"sessions": {"theirs": {"owns": ["src/a*", "docs/"]}}}))
    answer = agent.edit(agent.cwd / "src/app.py")
    assert (answer.status, answer.denied) == (0, "")
    assert "main has moved since they were compiled" in answer.warning
    assert "not used: main has moved" in answer.context
    assert any("main has moved" in each for each in warned(world.repo / ".claude"))
    assert agent.edit(agent.cwd / "src/app.py").said == {}, "it was said"
    open_core(Overrides(directory=str(world.repo)), dict(world.env)).boundaries.checker.compile()
    assert agent.edit(agent.cwd / "src/app.py").denied
    world.git("pack-refs", "--all")
    assert agent.edit(agent.cwd / "src/app.py").denied, "wherever git keeps its references"
    policy = world.repo / ".claude/pdev/policy.json"
    policy.write_text(policy.read_text()[:-40])
    assert "cannot be used" in agent.edit(agent.cwd / "src/app.py").warning
    policy.unlink()
    assert "were not compiled yet" in agent.edit(agent.cwd / "src/app.py").warning
