"""Teams on a real repository and a real tmux: from nothing to running agents, and back."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from parallel_tui.adapters.tmux.windows import Windows
from parallel_tui.adapters.undo.team_record import TeamRecordFiles
from parallel_tui.command_lines import on_tasks
from parallel_tui.errors import NO_ROOM, RefusedError, UsageError
from parallel_tui.model.session.repository import Base
from parallel_tui.model.settings.consent import TrustNeededError
from parallel_tui.model.team.presets import preset
from parallel_tui.model.team.reading import team_of
from parallel_tui.model.team.steps import StepKind
from parallel_tui.model.team.team import Team
from parallel_tui.services.spawn.steps import SpawnSteps
from tests.odd.test_full_disk import room
from tests.services.conftest import OpenCore
from tests.support.waiting import eventually
from tests.support.world import World

AGENT = "sh -c 'echo \"$PDEV_SESSION: $1\" >>../said; exec sleep 1000' agent {prompt}"
"""Says what it was told, and goes on as an agent does."""

CONFIG = ".claude/parallel-config.yml"


def up(core: Any, team: Team | None, **how: Any) -> Any:
    starter = core.teams.starter
    return starter.start(starter.look(team, **how))


def said(world: World) -> str:
    file = world.root / "said"
    return file.read_text() if file.exists() else ""


def listed(world: World) -> set[str]:
    """Branches of all worktrees but the main one."""
    lines = world.git("worktree", "list", "--porcelain").splitlines()
    heads = {line.removeprefix("branch refs/heads/") for line in lines if line.startswith("branch")}
    return heads - {"main"}


def windows(world: World) -> dict[str, str]:
    """Id of each window by its name."""
    lines = world.tmux("list-windows", "-a", "-F", "#{window_name} #{window_id}", check=False)
    return dict(line.split(" ") for line in lines.splitlines())


def test_teams_that_are_started_at_the_same_time_are_whole(world: World, core_of: OpenCore) -> None:
    one, same, other = (core_of(agent="").teams.starter for _ in range(3))
    team, later = preset("fullstack"), preset("migration")
    looks = one.look(team), same.look(team), other.look(later)
    assert one.start(looks[0]).sessions == team.names
    again = same.start(looks[1])
    assert again.sessions == ()
    assert again.warnings[0] == "dashboard-frontend was started by somebody else meanwhile"
    # Planned before the first wrote its own boundaries, which two of these would meet.
    third = other.start(looks[2])
    assert third.sessions == later.names
    without = [each.split(" ")[0] for each in third.warnings if "gets no boundaries" in each]
    assert without == ["migration-new-api", "migration-tests"]
    file = core_of().teams.boundaries
    assert file is not None
    _, written = file.read()
    assert {each.name for each in written} == {
        *(each.name for each in team.territories),
        "migration-analysis",
        "migration-data",
    }
    assert core_of().teams.starter.look(later).plan.steps == ()


def test_a_preset_from_nothing_to_running_agents_to_down(world: World, core_of: OpenCore) -> None:
    core = core_of(agent=AGENT)
    team = preset("migration")
    look = core.teams.starter.look(team)
    steps: list[str] = []
    done = core.teams.starter.start(look, lambda number, total, words: steps.append(words))
    # What was shown is what happened, and what happened is there.
    assert tuple(steps) == done.steps == tuple(step.words for step in look.plan.steps)
    assert listed(world) == {member.branch for member in team.members}
    opened = windows(world)
    assert set(opened) == set(team.names)
    eventually(lambda: said(world).count("A legacy code base is migrated") == 4)
    assert "migration-data: A legacy" in said(world)
    assert {each.name: each.after for each in core.shared.registry.all()} == {
        "migration-new-api": ("migration-analysis",),
        "migration-data": ("migration-analysis",),
        "migration-tests": ("migration-new-api", "migration-data"),
    }
    owned = (world.repo / CONFIG).read_text()
    assert "/docs/migration/**" in owned
    world.git("add", CONFIG)
    world.git("commit", "-qm", "whose paths are whose")
    base = core.git.base(None)
    assert isinstance(base, Base)
    policy = core.boundaries.policies.at(base)
    assert [each["name"] for each in policy["sessions"]] == list(team.names)

    # Again: nothing. With a window, a session and a task gone: these, and nothing else.
    assert core.teams.starter.look(team).plan.steps == ()
    world.tmux("kill-window", "-t", opened["migration-data"])
    tests = core.remover.plan("migration-tests")
    core.remover.remove(tests, {"all"})
    again = core_of(agent=AGENT)
    look = again.teams.starter.look(team)
    assert [(step.kind, step.session) for step in look.plan.steps] == [
        (StepKind.WINDOW, "migration-data"),
        (StepKind.START, "migration-tests"),
        (StepKind.AFTER, "migration-tests"),
    ]
    done = again.teams.starter.start(look)
    assert done.sessions == ("migration-data", "migration-tests")
    told = "Started migration: 1 session (migration-tests); opened 1 window (migration-data)"
    assert done.message == told
    kept = {name: opened[name] for name in ("migration-analysis", "migration-new-api")}
    assert kept.items() <= windows(world).items()
    assert (world.repo / CONFIG).read_text() == owned

    # Down: windows first, then all; each loss needs its consent, and an undo brings all back.
    ender = again.teams.ender()
    names = ender.names(team)
    assert names[-1] == "migration-analysis", "what lands last ends first"
    world.write("work.txt", "mine", cwd=world.root / "myapp-migration-data")
    plans = ender.plans(names)
    with pytest.raises(RefusedError, match="untracked"):
        ender.remove(plans, {"windows", "processes"})
    left = ender.names(team)
    assert left == ("migration-data",), "what has nothing to lose is gone"
    closed = ender.close(ender.windows(left))
    assert (closed.message[:15], windows(world)) == ("Closed 1 window", {})
    gone = ender.remove(ender.plans(left), {"all"})
    assert gone.removed == ("migration-data",)
    assert listed(world) == set()
    with pytest.raises(UsageError, match="No session of migration"):
        again.teams.ender().names(team)
    # Branches stayed: the team starts on them.
    look = core_of(agent="").teams.starter.look(team)
    assert all("which exists" in step.words for step in look.plan.of(StepKind.START))


def test_an_undo_takes_back_the_whole_but_what_was_worked_on(
    world: World, core_of: OpenCore
) -> None:
    core = core_of(agent=AGENT)
    team = preset("feature")
    before = world.git("for-each-ref")
    up(core, team)
    step = core.undoer.find()
    assert step.names == team.names
    with room(0), pytest.raises(RefusedError, match="Nothing of feature was taken back") as full:
        core.undoer.undo(step)
    assert (full.value.hint, full.value.advice) == (NO_ROOM, ())
    core.undoer.undo(step)
    assert (world.git("for-each-ref", "refs/heads"), listed(world)) == (before, set())
    assert not (world.repo / CONFIG).exists()
    assert [each for each in core.shared.tasks.all() if each.tasks] == []
    assert windows(world) == {}

    core = core_of(agent="")
    done = up(core, team)
    world.commit("x", "", cwd=world.root / "myapp-payment-processing")
    receipts, _ = core.undoer.undo(core.undoer.find(done.id))
    assert "notification-system, user-authentication" in receipts[0].message
    assert "payment-processing stays: it has commits" in receipts[0].warnings[0]
    assert listed(world) == {"feature/payment-processing"}
    assert (world.repo / CONFIG).exists(), "one of its sessions is still there"


def test_a_start_that_is_killed_again_and_again_comes_to_its_end(
    world: World, core_of: OpenCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = team_of(
        {
            "sessions": {
                "a": {"owns": ["/a/**"], "tasks": ["one"]},
                "b": {"after": ["a"]},
            }
        },
        name="t",
    )
    for place in range(1, 20):
        child = os.fork()
        if child == 0:
            left = place

            def dies(does: Any, *, before: bool) -> Any:
                def act(*given: Any, **more: Any) -> Any:
                    nonlocal left
                    if before:
                        left -= 1
                        if not left:
                            os.kill(os.getpid(), signal.SIGKILL)
                    found = does(*given, **more)
                    if not before:
                        left -= 1
                        if not left:
                            os.kill(os.getpid(), signal.SIGKILL)
                    return found

                return act

            try:
                for before in (True, False):
                    for kind, name in ((TeamRecordFiles, "add"), (Windows, "open")):
                        monkeypatch.setattr(kind, name, dies(getattr(kind, name), before=before))
                up(core_of(agent=""), team)
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            break
    else:
        raise AssertionError("it never came to its end")
    assert place > 3, "it was killed more than once"
    core = core_of(agent="")
    assert core.teams.starter.look(team).plan.steps == ()
    assert (listed(world), set(windows(world))) == ({"feature/a", "feature/b"}, {"a", "b"})
    (record,) = core.teams.records.all()
    assert {each.name for each in record.sessions} == {"a", "b"}
    core.undoer.undo(core.undoer.find())
    assert (listed(world), windows(world)) == (set(), {})
    assert not (world.repo / CONFIG).exists()


def test_what_cannot_be_started_is_told_before_anything_is_made(
    world: World, core_of: OpenCore
) -> None:
    (world.root / "myapp-backend").mkdir()
    core = core_of()
    with pytest.raises(RefusedError, match=r"backend: .*myapp-backend.*exists"):
        up(core, preset("domain"))
    assert listed(world) == set()


def test_a_step_that_fails_keeps_no_other_from_it(world: World, core_of: OpenCore) -> None:
    core = core_of(setup=['test "$PDEV_SESSION" != b'])
    team = team_of({"sessions": {"a": {}, "b": {}, "c": {}}}, name="t")
    with pytest.raises(RefusedError, match=r"1 of 3 steps failed: start b .* 2 sessions ready"):
        up(core, team, window=False)
    assert listed(world) == {"feature/a", "feature/c"}
    # The repository's file is not copied into sessions, where it would meet itself.
    world.write(CONFIG, "sessions: {a: {owns: [/a/**]}}\n")
    assert up(core_of(), team, window=False).sessions == ("b",)
    assert not (world.root / "myapp-b" / CONFIG).exists()


def test_what_was_left_half_made_and_a_stop_are_told_as_such(
    world: World, core_of: OpenCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = core_of(agent="")
    team = team_of({"sessions": {"a": {}, "b": {}, "c": {}}}, name="t")
    starter = core.teams.starter
    asked = iter((False, True))
    with pytest.raises(RefusedError, match=r"^Stopped before step 2 of 3: start b .*1 session"):
        starter.start(starter.look(team, window=False), stopped=lambda: next(asked))
    assert listed(world) == {"feature/a"}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    # A worktree that stays because taking it back failed too is not somebody else's.
    with monkeypatch.context() as patch:
        patch.setattr(SpawnSteps, "_carry", full)
        patch.setattr(SpawnSteps, "_unmake", full)
        again, stop = core_of(agent="").teams.starter, iter((False, True))
        with pytest.raises(RefusedError, match=r"1 of 2 steps failed: start b .*Left behind"):
            again.start(again.look(team, window=False), stopped=lambda: next(stop))


def test_commands_that_a_file_of_the_repository_brings_are_asked_about(
    world: World, core_of: OpenCore, tmp_path: Path
) -> None:
    text = "sessions:\n  a: {agent: 'echo theirs'}\n  b: {layout: ['{agent}', make]}\n"
    world.write("team.yml", text)
    (tmp_path / "mine.yml").write_text(text)
    core = core_of(agent="")
    starter, choice = core.teams.starter, core.teams.choice
    look = starter.look(choice.find(str(world.repo / "team.yml")))
    asked = []
    for _ in range(2):
        with pytest.raises(TrustNeededError) as needed:
            starter.start(look)
        asked.append(needed.value.question.content)
        core.spawner.allow(needed.value.question)
    assert asked == ["agent: echo theirs", "layout of b: make"]
    assert listed(world) == set()
    starter.demand_possible(look)
    starter.demand_possible(starter.look(choice.find(str(tmp_path / "mine.yml"))))


def test_windows_that_are_missing_open_and_close_again(world: World, core_of: OpenCore) -> None:
    world.worktree("one")
    world.worktree("two")
    core = core_of()
    done = up(core, None)
    assert set(done.sessions) == set(windows(world)) == {"main", "one", "two"}
    assert up(core_of(), None).sessions == ()
    core.undoer.undo(core.undoer.find())
    assert windows(world) == {}
    assert len(listed(world)) == 2


def test_what_runs_is_saved_and_is_whole_when_it_is_started(
    world: World, core_of: OpenCore
) -> None:
    core = core_of(agent="")
    team = preset("migration")
    up(core, team, window=False)
    world.git("worktree", "add", "-q", "--detach", str(world.root / "myapp-loose"))
    found, left_out = core.teams.saver().running("mine")
    assert left_out == ("loose is left out: it is on no branch",)
    by_name = {each.name: each for each in found.members}
    for member in team.members:
        same = by_name[member.name]
        assert same.branch == member.branch
        assert set(same.after) == set(member.after)
        assert same.owns == member.owns
        assert same.prompt == team.prompt_of(member, on_tasks)
    assert core.teams.starter.look(found, window=False).plan.steps == ()


def test_what_is_the_same_for_all_sessions_is_asked_once_before_they_end(
    world: World, core_of: OpenCore
) -> None:
    """And of each before it goes: what came since then keeps it, and it alone."""
    for name in ("a", "b", "c"):
        world.worktree(name)
    core: Any = core_of()
    ender = core.teams.ender()
    ender.plans(["a"])
    before = core.runner.started
    plans = ender.plans(["a", "b", "c"])
    assert [plan.name for plan in plans] == ["a", "b", "c"]
    assert core.runner.started - before <= 6 * len(plans) + 2
    world.write("late.txt", "mine", cwd=world.root / "myapp-b")
    with pytest.raises(RefusedError, match=r"1 of 3 sessions not removed: b .*Removed: a, c"):
        ender.remove(plans, {"all"})
    assert (world.root / "myapp-b/late.txt").read_text() == "mine"
