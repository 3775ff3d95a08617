"""Conflicts where sessions read them: true, once, and with nothing of others lost."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Core, Overrides, open_core
from parallel_tui.errors import ParallelError, RefusedError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.overlap.verdict import ConflictKind, Level, PathOverlap, Verdict
from parallel_tui.model.session.repository import Base
from parallel_tui.model.settings.config import Config
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.services.overlap.report import OverlapReport
from tests.support.waiting import PATIENCE
from tests.support.world import World
from tests.ui import samples


def verdict(level: Level, proof: str = "t1") -> Verdict:
    kind = ConflictKind.CONTENT if level is Level.CONFLICT else None
    return Verdict(level, (PathOverlap("src/app.py", level, kind),), (proof, "base"))


def seen(
    auth_api: Verdict | Unknown, base: Level = Level.CLEAR, *, stale: bool = False
) -> Snapshot:
    """A snapshot of `auth` and `api` with these verdicts."""
    a, b = samples.key("auth"), samples.key("api")
    return replace(
        samples.typical(),
        overlaps=(Overlap(a, b, auth_api, stale), Overlap(a, None, verdict(base))),
    )


def state(world: World) -> dict[str, object]:
    found = json.loads((world.repo / ".claude/parallel-state.json").read_text())
    assert isinstance(found, dict)
    return found


def events(world: World) -> list[dict[str, object]]:
    folder = world.repo / ".claude/events"
    return (
        [json.loads(each.read_text()) for each in folder.glob("*.json")] if folder.exists() else []
    )


@pytest.fixture
def core(world: World) -> Core:
    return open_core(Overrides(str(world.repo)), dict(world.env))


def test_a_conflict_is_noted_told_to_both_once_and_taken_back(world: World, core: Core) -> None:
    page = world.repo / ".claude/status.md"
    assert core.report.report(seen(verdict(Level.CONFLICT)))
    line = "auth × api: src/app.py (content)"
    assert state(world)["conflicts"] == [line]
    assert f"## Overlaps\n\n- {line}" in page.read_text()
    (event,) = events(world)
    assert event["type"] == "conflict"
    assert event["recipients"] == ["auth", "api"]
    # The same again, another proof of the same conflict, and a look that failed: nothing new.
    assert not core.report.report(seen(verdict(Level.CONFLICT)))
    core.report.report(seen(verdict(Level.CONFLICT, "t2")))
    core.report.report(seen(Unknown("git gave no answer")))
    assert state(world)["conflicts"] == [line]
    assert len(events(world)) == 1
    assert core.report.report(seen(verdict(Level.NEAR)))
    assert state(world)["conflicts"] == []
    assert line not in page.read_text()
    # A dashboard that lags behind tells what was told already; a new conflict is told again.
    core.report.report(seen(verdict(Level.CONFLICT)))
    assert len(events(world)) == 1
    core.report.report(seen(verdict(Level.CLEAR)))
    core.report.report(seen(verdict(Level.CONFLICT, "t3")))
    assert len(events(world)) == 2


def test_what_others_wrote_stays(world: World, core: Core) -> None:
    foreign = ["feature-auth: touches api too", {"by": "another tool"}]
    world.write(".claude/parallel-state.json", json.dumps({"conflicts": foreign, "theirs": [1]}))
    core.report.report(seen(verdict(Level.CONFLICT), Level.CONFLICT))
    assert state(world)["conflicts"] == [
        *foreign, "auth × api: src/app.py (content)", "auth × base: src/app.py (content)"
    ]  # fmt: skip
    core.report.report(seen(verdict(Level.CLEAR)))
    assert state(world)["conflicts"] == foreign
    assert state(world)["theirs"] == [1]
    assert len(events(world)) == 1  # none for base: there is nobody to talk to


def test_nothing_is_written_while_nothing_conflicts_or_all_is_not_known(
    world: World, core: Core
) -> None:
    assert not core.report.report(seen(verdict(Level.NEAR)))
    assert not core.report.report(seen(verdict(Level.CONFLICT), stale=True))
    assert not core.report.report(samples.typical())
    assert not (world.repo / ".claude").exists()


def test_events_can_be_switched_off(world: World, core: Core) -> None:
    report = replace(core.report, config=Config(conflict_events=False))
    assert report.report(seen(verdict(Level.CONFLICT)))
    assert state(world)["conflicts"]
    assert not events(world)


def test_a_session_that_ends_takes_its_conflicts_along(world: World, core: Core) -> None:
    core.report.report(seen(verdict(Level.CONFLICT)))
    left = seen(verdict(Level.CONFLICT))
    left = replace(left, sessions=tuple(s for s in left.sessions if s.name != "api"))
    core.report.report(left)
    assert state(world)["conflicts"] == []


def test_a_file_that_cannot_be_read_is_left_as_it_is(world: World, core: Core) -> None:
    path = world.write(".claude/parallel-state.json", "{ half")
    with pytest.raises(RefusedError):
        core.report.report(seen(verdict(Level.CONFLICT)))
    assert path.read_text() == "{ half"


def test_names_from_anywhere_are_written_and_stand_in_one_line(world: World, core: Core) -> None:
    shot = seen(verdict(Level.CONFLICT))
    odd = 'new\nline "q" \udcff × | [b]'
    names = {"auth": odd}
    shot = replace(
        shot, sessions=tuple(replace(s, name=names.get(s.name, s.name)) for s in shot.sessions)
    )
    assert core.report.report(shot)
    assert not core.report.report(shot)
    # What is no UTF-8 is replaced: with it in it nobody could read the file any more.
    odd = odd.replace("\udcff", "?")
    assert state(world)["conflicts"] == [f"{odd} × api: src/app.py (content)"]
    assert core.shared.store.read().problems == ()


def on(base: str, shot: Snapshot) -> Snapshot:
    """The same seen by somebody who measures against another base."""
    return replace(shot, base=Base(base, f"refs/heads/{base}", "b" * 40, "config"))


def test_those_with_other_bases_do_not_overwrite_each_other(world: World, core: Core) -> None:
    line = "auth × api: src/app.py (content)"
    core.report.report(seen(verdict(Level.CONFLICT)))
    core.report.report(on("next", seen(verdict(Level.CLEAR))))
    assert state(world)["conflicts"] == [line]
    core.report.report(on("next", seen(verdict(Level.CONFLICT, "t2"))))
    assert state(world)["conflicts"] == [f"{line} (on main)", f"{line} (on next)"]
    assert not core.report.report(seen(verdict(Level.CONFLICT)))
    core.report.report(seen(verdict(Level.CLEAR)))
    assert state(world)["conflicts"] == [line]
    assert len(events(world)) == 2


@pytest.mark.parametrize("dead", [True, False])
def test_what_nobody_keeps_true_any_more_is_dropped(world: World, core: Core, dead: bool) -> None:
    core.report.report(on("next", seen(verdict(Level.CONFLICT))))
    path = world.repo / ".claude/parallel-state.json"
    data = json.loads(path.read_text())
    if dead:
        data["pdev_conflicts"]["next"]["by"]["start"] = "0"  # a reused process id
        path.write_text(json.dumps(data))
    core.report.report(seen(verdict(Level.CONFLICT, "t2")))
    lines = state(world)["conflicts"]
    assert isinstance(lines, list)
    assert len(lines) == (1 if dead else 2)
    # Somebody who is alive and sees the same takes over what a dead one wrote.
    if dead:
        data = json.loads(path.read_text())
        data["pdev_conflicts"]["main"]["by"]["start"] = "0"
        path.write_text(json.dumps(data))
        assert core.report.report(seen(verdict(Level.CONFLICT, "t2")))
    assert not core.report.report(seen(verdict(Level.CONFLICT, "t2")))


def test_an_event_is_not_sent_again_when_the_memory_of_it_was_lost(
    world: World, core: Core
) -> None:
    """A kill between the two files, or another program that wrote an older state."""
    core.shared.registry.register("auth")
    path = world.repo / ".claude/parallel-state.json"
    before = path.read_bytes()
    assert core.report.report(seen(verdict(Level.CONFLICT)))
    assert len(events(world)) == 1
    path.write_bytes(before)
    assert core.report.report(seen(verdict(Level.CONFLICT)))
    assert len(events(world)) == 1
    assert state(world)["conflicts"] == ["auth × api: src/app.py (content)"]


def test_an_event_that_cannot_be_written_is_told_later(world: World, core: Core) -> None:
    blocked = world.write(".claude/events", "not a folder\n")
    with pytest.raises(ParallelError):
        core.report.report(seen(verdict(Level.CONFLICT)))
    assert not (world.repo / ".claude/parallel-state.json").exists()
    blocked.unlink()
    assert core.report.report(seen(verdict(Level.CONFLICT)))
    assert len(events(world)) == 1


@pytest.mark.parametrize(
    "junk",
    [
        7,
        {"main": 3},
        {"main": {"pairs": {"no json": {"line": "x"}, "[1]": 2}, "by": {"pid": "x"}}},
        {'["api", "auth"]': {"line": "auth × api: old", "proofs": []}},
    ],
)
def test_records_of_another_shape_count_for_nothing(world: World, core: Core, junk: object) -> None:
    lines = ["auth × api: old", "theirs"] if "old" in str(junk) else ["theirs"]
    world.write(
        ".claude/parallel-state.json", json.dumps({"pdev_conflicts": junk, "conflicts": lines})
    )
    assert core.report.report(seen(verdict(Level.CONFLICT)))
    assert state(world)["conflicts"] == ["theirs", "auth × api: src/app.py (content)"]


REPORTER = """
import sys
from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.model.overlap.verdict import Level
from tests.services.test_overlap_report import seen, verdict
core = open_core(Overrides(sys.argv[1]))
sys.stdin.readline()
for number in range(6):
    for level in (Level.CONFLICT, Level.CLEAR):
        core.report.report(seen(verdict(level, f"proof{number}")))
core.report.report(seen(verdict(Level.CONFLICT, "last")))
"""


def test_several_reporters_at_once_tell_each_conflict_once(world: World) -> None:
    """Three processes and, in each order that comes about, one event a proof at most."""
    root = Path(__file__).parents[2]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", REPORTER, str(world.repo)],
            cwd=root, env=dict(world.env), stdin=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )
        for _ in range(3)
    ]  # fmt: skip
    with ThreadPoolExecutor(3) as pool:
        ended = list(pool.map(lambda each: each.communicate("go\n", timeout=PATIENCE), running))
    assert [each.returncode for each in running] == [0, 0, 0], ended
    assert 1 <= len(events(world)) <= 7
    assert state(world)["conflicts"] == ["auth × api: src/app.py (content)"]


def test_the_report_is_wired_to_the_settings(world: World) -> None:
    world.write(".parallel-dev.yml", "conflict_events: false\n")
    env = {**world.env, "PDEV_CONFLICT_EVENTS": "no"}
    made = open_core(Overrides(str(world.repo)), env).report
    assert isinstance(made, OverlapReport)
    assert made.config.conflict_events is False
