"""`pdev merge run`: show, ask, land, and take back."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

from tests.cli.running import PDEV, Ran, pdev, pdev_on_terminal
from tests.services.landing import EVERYONE, hook, three, tip
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World


@pytest.fixture
def ready(world: World) -> World:
    """Three sessions that land one upon the other."""
    return three(world)


def merge(world: World, *words: str) -> Ran:
    shared = ["--tmux-socket", world.socket, "merge", "run"]
    return pdev(*shared, *words, cwd=world.repo, env=world.env)


def test_people_see_the_plan_each_landing_and_the_way_back(ready: World) -> None:
    told = merge(ready, "--yes")
    assert told.status == 0
    *plan, one, two, three_, end = told.out.splitlines()
    assert len(plan) == 3
    told_of = zip(EVERYONE, (one, two, three_), strict=True)
    assert all(line.startswith(f"✓ landed {name}: main is at ") for name, line in told_of)
    assert three_.endswith(tip(ready)[:10])
    words, _, back = end.partition("; ")
    assert words == "Landed a, b, c on main"
    undo = back.removesuffix(" takes it back").split()
    assert undo[:2] == ["pdev", "undo"]
    history = pdev("history", cwd=ready.repo, env=ready.env)
    assert "  You landed a, b and c on main  (undo: pdev undo " in history.out
    assert f"(undo: {' '.join(undo)})" in history.out
    gone = pdev(*undo[1:], cwd=ready.repo, env=ready.env)
    assert gone.status == 0
    assert gone.out.startswith("main is back at ")
    assert "Undoing the landing of a, b, c on main" in gone.err
    again = pdev(*undo[1:], cwd=ready.repo, env=ready.env)
    assert (again.status, "was undone already" in again.err) == (1, True)


def test_an_order_that_is_given_is_the_one_that_lands(ready: World) -> None:
    told = merge(ready, "--yes", "--json", "--in-order", "c", "a").json
    assert [each["session"] for each in told["landed"]] == ["c", "a"]


def test_scripts_get_one_object(ready: World) -> None:
    before = tip(ready)
    told = merge(ready, "--yes", "--json", "--strategy", "squash", "c", "a").json
    assert told["base"] == {"name": "main", "before": before, "after": tip(ready)}
    assert [each["session"] for each in told["landed"]] == ["a", "c"]
    assert told["landed"][-1]["after"] == tip(ready)
    assert (told["left"], told["stopped"], told["pushed"]) == ([], None, None)
    assert (told["strategy"], told["cancelled"]) == ("squash", False)
    assert told["undo"] == f"pdev undo {told['run']}"


def test_nobody_is_asked_where_nobody_is(ready: World) -> None:
    before = tip(ready)
    told = merge(ready)
    assert (told.status, tip(ready)) == (1, before)
    assert "Land 3 sessions on main? Nobody can be asked here" in told.err
    assert "--yes" in told.err


@pytest.mark.parametrize("answer", ["y\n", "n\n"])
def test_a_person_is_asked(ready: World, answer: str) -> None:
    before = tip(ready)
    words = ["--tmux-socket", ready.socket, "merge", "run"]
    status, shown = pdev_on_terminal(*words, cwd=ready.repo, env=ready.env, answer=answer)
    assert "Land 3 sessions on main? [y/N]" in shown
    said_yes = answer == "y\n"
    assert (status == 0, tip(ready) != before) == (said_yes, said_yes)


def test_printed_it_is_the_script_of_the_plan(ready: World) -> None:
    before = tip(ready)
    told = merge(ready, "--print")
    plan = pdev("merge", "plan", "--print", cwd=ready.repo, env=ready.env)
    assert (told.status, told.out, tip(ready)) == (0, plan.out, before)
    both = merge(ready, "--print", "--json")
    assert (both.status, "Either --print or --json" in both.err + both.out) == (2, True)


def test_what_stops_half_way_tells_what_landed(ready: World) -> None:
    ready.write(".git/info/exclude", "b.txt\n")
    ready.write("b.txt", "mine\n")
    told = merge(ready, "--yes")
    assert told.status == 1
    assert "pdev: Refused: b brings 'b.txt'" in told.err
    assert told.out.splitlines()[-1].startswith(
        "Landed a on main; 2 sessions did not land: b, c; pdev undo "
    )
    found = merge(ready, "--yes", "--json")
    assert (found.status, found.out.count('"schema"')) == (1, 1)
    assert "b.txt" in found.json["error"]["message"]


def test_nothing_to_land_is_said(world: World) -> None:
    told = merge(world, "--yes")
    assert (told.status, "Nothing is ready to land" in told.err) == (1, True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_told_to_end_it_finishes_the_landing_and_stops(ready: World, number: int) -> None:
    ready.commit("own", "so that base is not simply moved on")
    hook(
        ready,
        "pre-merge-commit",
        'touch "$PWD/../at"; while [ ! -e "$PWD/../go" ]; do sleep 0.02; done',
    )
    with subprocess.Popen(
        [PDEV, "--tmux-socket", ready.socket, "merge", "run", "--yes"],
        cwd=ready.repo,
        env=dict(ready.env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        eventually(lambda: (ready.root / "at").exists())
        os.kill(process.pid, number)
        assert process.stderr is not None
        said = b""
        while b"finishing this landing, then stopping" not in said:
            said += process.stderr.read1(4096)  # type: ignore[attr-defined]
        (ready.root / "go").touch()
        out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert b"Landed a on main; 2 sessions did not land: b, c" in out
    assert ready.git("log", "-1", "--format=%s").strip() == "Merge branch 'feature/a'"
    assert ready.git("status", "--porcelain") == ""


def test_what_is_half_landed_is_settled_by_the_next_command(ready: World) -> None:
    """Git and `pdev` are both killed in the middle of a merge."""
    ready.commit("own", "so that base is not simply moved on")
    before = tip(ready)
    made = hook(
        ready,
        "pre-merge-commit",
        "ours=$(ps -o ppid= -p $PPID)\nkill -9 $ours\nkill -9 $PPID\n",
    )
    told = merge(ready, "--yes")
    assert told.status == -signal.SIGKILL
    made.unlink()
    assert ready.git("status", "--porcelain") != ""
    shown = pdev("list", cwd=ready.repo, env=ready.env)
    assert "an interrupted landing is unfinished" in shown.err
    again = merge(ready, "--yes")
    assert "a killed landing of a was aborted; it stands exactly as before" in again.err
    assert "takes back what has landed" not in again.err
    assert again.status == 0
    assert ready.git("rev-list", "--count", f"{before}..main").strip() == "9"
    assert ready.git("status", "--porcelain") == ""
