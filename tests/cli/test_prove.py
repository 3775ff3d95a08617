"""`pdev prove`: sessions checked together on what they come to, and whoever breaks that named."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import PDEV, Ran, pdev
from tests.cli.test_merge_plan import configured
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World

TAP = "; ".join(
    (
        'fail() { echo "not ok 1 - $1"; bad=1; }',
        'if test -f old; then fail "old trouble"; fi',
        'if test -f a && test -f b; then fail "a meets b"; fi',
        'if test -f c; then fail "c alone"; fi',
        'test -z "$bad"',
    )
)
"""Fails by the names of tests: for a and b together, for c alone, and on base already."""


def prove(world: World, *more: str) -> Ran:
    words = ["--tmux-socket", world.socket, "prove", *more]
    return pdev(*words, cwd=world.repo, env=world.env)


def proof(ran: Ran) -> dict[str, Any]:
    found: dict[str, Any] = ran.json["proof"]
    return found


def breaks(told: dict[str, Any]) -> dict[tuple[str, ...], list[str]]:
    return {tuple(each["sessions"]): each["tests"] for each in told["breaks"]}


def session(world: World, name: str, path: str | None = None, text: str = "1\n") -> Path:
    tree = world.worktree(name)
    world.commit(path or name, text, cwd=tree)
    return tree


def everything(world: World) -> str:
    refs = world.git("for-each-ref")
    objects = world.git("count-objects", "-v")
    return refs + objects + world.git("worktree", "list") + world.git("status", "--porcelain")


def pool(world: World) -> Path:
    (found,) = Path(world.env["HOME"], ".cache/pdev/prove").glob("*/1/*")
    return found


def checks(world: World, *lines: str, more: str = "") -> None:
    listed = ", ".join("'" + line.replace("'", "''") + "'" for line in lines)
    configured(world, f"merge: {{check: [{listed}]}}\n{more}")


@pytest.fixture
def counted(world: World) -> Callable[[], int]:
    """How often the check has run."""
    return lambda: len((world.root / "runs").read_text()) if (world.root / "runs").exists() else 0


def test_a_pair_is_named_what_base_fails_counts_for_nobody_and_nothing_is_left(
    world: World,
) -> None:
    world.commit("old", "")
    for name in ("a", "b", "c"):
        session(world, name)
    checks(world, TAP)
    before = everything(world)
    ran = prove(world, "--json")
    told = proof(ran)
    assert breaks(told) == {("a", "b"): ["a meets b"], ("c",): ["c alone"]}
    assert (ran.status, told["passed"], told["proved"]) == (1, False, ["a"])
    assert told["base_fails"] == ["old trouble"]
    assert "not ok 1 - a meets b" in Path(told["breaks"][0]["log"]).read_text()
    assert everything(world) == before
    again = proof(prove(world, "--json"))
    assert (again["runs"], breaks(again)) == (0, breaks(told))
    shown = prove(world).out
    assert "✗ a × b: a meets b fails with both of them, and with neither alone" in shown
    assert "✗ c: c alone fails with it, and not on main without it" in shown


def test_marks_stand_where_sessions_and_pairs_are_shown(world: World) -> None:
    def told(*words: str) -> Ran:
        return pdev(*words, cwd=world.repo, env=world.env)

    for name in ("a", "b", "d"):
        session(world, name)
    checks(world, TAP)
    assert "TESTS" not in told("list").out
    assert told("list", "--json").json["proofs"] == []
    assert prove(world).status == 1
    listed = {each["session"]: each for each in told("list", "--json").json["proofs"]}
    marks = {name: each["mark"] for name, each in listed.items()}
    assert marks == {"a": "breaks", "b": "breaks", "d": "proved"}
    assert (listed["a"]["with"], listed["a"]["tests"]) == (["b"], ["a meets b"])
    rows = [line.split() for line in told("list").out.splitlines()[1:]]
    assert [row[-2] for row in rows] == ["-", "✗", "✗", "✓"]
    assert "breaks     a × b [breaks: a meets b]" in told("check").out
    pairs = {(e["a"], e["b"]): e for e in told("check", "--json").json["pairs"]}
    assert pairs["a", "b"]["proof"]["mark"] == "breaks"
    assert pairs["a", "d"]["proof"]["mark"] == "proved"
    assert pairs["main", "a"]["proof"] is None
    planned = told("merge", "plan", "--unchecked", "--json").json["order"]
    assert [each["proof"]["mark"] for each in planned] == ["breaks", "breaks", "proved"]
    assert "✓ proved together" in told("merge", "plan", "--unchecked").out
    (event,) = (world.repo / ".claude/events").glob("*.json")
    assert sorted(json.loads(event.read_text())["recipients"]) == ["a", "b"]
    assert prove(world).status == 1
    assert len([*(world.repo / ".claude/events").glob("*.json")]) == 1
    world.commit("b", "2\n", cwd=world.root / "myapp-b")
    assert "breaks" not in told("check").out


def test_what_works_together_takes_one_run_and_is_not_run_again(
    world: World, counted: Callable[[], int]
) -> None:
    for name in ("a", "b", "d"):
        session(world, name)
    checks(world, f"test -f a -a -f b -a -f d && printf x >> {world.root}/runs")
    ran = prove(world)
    assert ran.status == 0
    assert "✓ a, b, d: work together on main at" in ran.out
    assert (prove(world).status, counted()) == (0, 1)
    # Nor where it is another commit with the same tree.
    world.git("commit", "-q", "--amend", "-m", "reworded", cwd=world.root / "myapp-a")
    assert (prove(world).status, counted()) == (0, 1)
    world.commit("a", "2\n", cwd=world.root / "myapp-a")
    assert (prove(world).status, counted()) == (0, 2)


def test_one_that_fails_once_is_not_named(world: World, counted: Callable[[], int]) -> None:
    session(world, "a")
    checks(world, f"printf x >> {world.root}/runs; test $(wc -c < {world.root}/runs) -gt 1")
    ran = prove(world, "--json")
    told = proof(ran)
    assert (ran.status, told["proved"], told["breaks"]) == (0, ["a"], [])
    assert told["unsteady"][0].startswith("$ printf x")
    assert counted() == 2
    assert prove(world).status == 0
    assert counted() == 2


def test_which_tests_failed_is_read_from_reports(world: World) -> None:
    session(world, "a")
    world.commit(".gitignore", "*.xml\n", cwd=world.root / "myapp-a")
    case = '<testsuite><testcase classname="A" name="{}"><failure/></testcase></testsuite>'
    named = f"test -f a || exit 0; echo '{case.format('named')}' > $PDEV_JUNIT; exit 1"
    checks(world, named)
    assert breaks(proof(prove(world, "--json"))) == {("a",): ["A::named"]}
    # Reports with a usual name are found; a pipe of that name is passed over.
    found = f"test -f a || exit 0; mkdir -p out; echo '{case.format('found')}' > out/junit-1.xml; "
    checks(world, found + "rm -f junit.xml; mkfifo junit.xml; exit 1")
    assert breaks(proof(prove(world, "--json"))) == {("a",): ["A::found"]}


def test_a_work_tree_keeps_what_is_ignored_and_is_set_up_once(world: World) -> None:
    world.commit(".gitignore", "deps/\n")
    world.commit("requirements.txt", "1\n")
    session(world, "a")
    session(world, "b")
    setup = f"printf s >> {world.root}/setups; mkdir -p deps; cp requirements.txt deps/"
    check = "cmp requirements.txt deps/requirements.txt && ! test -e left && touch left && rm old*"
    world.commit("old1", "")
    world.git("branch", "-f", "x")
    for name in ("a", "b"):
        world.git("rebase", "-q", "main", cwd=world.root / f"myapp-{name}")
    configured(world, f"setup: '{setup}'\nmerge: {{check: '{check}'}}\n")
    for names in (("a",), ("b",), ("a", "b")):
        assert prove(world, *names).status == 0
    assert (world.root / "setups").read_text() == "s"
    # Other dependencies are set up again.
    world.commit("requirements.txt", "2\n", cwd=world.root / "myapp-b")
    assert prove(world, "b").status == 0
    assert (world.root / "setups").read_text() == "ss"
    assert (pool(world) / "deps/requirements.txt").read_text() == "2\n"


def test_a_setup_that_fails_proves_nothing_and_says_where_to_read(world: World) -> None:
    session(world, "a")
    configured(world, "setup: 'echo no net; exit 4'\nmerge: {check: 'true'}\n")
    told = proof(prove(world, "--json"))
    assert (told["proved"], told["breaks"]) == ([], [])
    assert "the setup command `echo no net; exit 4` ended with status 4" in told["unknown"]
    assert Path(told["unknown"].rpartition(": ")[2]).read_text() == "no net\n"


def gone(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True
    return stat.rpartition(") ")[2].startswith("Z")


def test_what_takes_too_long_is_ended_with_all_it_started(world: World) -> None:
    session(world, "a")
    pid = world.root / "pid"
    checks(world, f"test -f a || exit 0; sleep 600 & echo $! > {pid}; wait")
    told = proof(prove(world, "--timeout", "0.4s", "--json"))
    assert list(breaks(told)) == [("a",)]
    assert "(not within 0.4 s)" in told["breaks"][0]["tests"][0]
    assert eventually(lambda: gone(int(pid.read_text())))
    # How long something takes is no fact about a tree.
    checks(world, "true")
    assert prove(world).status == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_all_it_started(world: World, number: signal.Signals) -> None:
    session(world, "a")
    pid = world.root / "pid"
    checks(world, f"trap '' INT TERM; sleep 600 & echo $! > {pid}.new; mv {pid}.new {pid}; wait")
    words = [PDEV, "--tmux-socket", world.socket, "prove"]
    with subprocess.Popen(words, cwd=world.repo, env=dict(world.env)) as process:
        assert eventually(pid.exists)
        process.send_signal(number)
        assert process.wait(PATIENCE) in (130, 143)
    assert eventually(lambda: gone(int(pid.read_text())))
    assert not list((world.repo / ".git/pdev").glob("proving-*"))
    checks(world, "true")
    assert prove(world).status == 0


def test_the_check_of_a_pdev_that_is_killed_ends_with_it(world: World) -> None:
    session(world, "a")
    checks(world, f"(sleep 600 & echo $! >{world.root}/pid; wait); echo went on >{world.root}/on")
    with subprocess.Popen([PDEV, "prove"], cwd=world.repo, env=world.env) as running:
        pid = world.root / "pid"
        assert eventually(lambda: pid.exists() and pid.read_text().endswith("\n"))
        running.kill()
    assert eventually(lambda: gone(int(pid.read_text())))
    checks(world, "true")
    assert prove(world).status == 0, "its work tree is free"
    assert not (world.root / "on").exists()


def test_commands_and_the_scripts_they_name_are_asked_about_as_they_would_run(
    world: World,
) -> None:
    world.commit("check.sh", "true\n")
    tree = session(world, "a")
    world.commit(".claude/parallel-config.yml", "merge: {check: sh check.sh}\n")
    ran = prove(world, "--json")
    assert (ran.status, "sh check.sh" in ran.json["content"]) == (1, True)
    assert prove(world, "--trust").status == 0
    world.commit("check.sh", f"touch {world.root}/ran\n", cwd=tree)
    ran = prove(world, "--json")
    assert (ran.status, f"touch {world.root}/ran" in ran.json["content"]) == (1, True)
    assert not (world.root / "ran").exists()
    assert prove(world, "--trust").status == 0
    assert (world.root / "ran").exists()


def test_what_is_named_is_tried_by_its_commits_and_what_is_not_ready_is_left_out(
    world: World,
) -> None:
    for name in ("a", "b"):
        session(world, name)
    world.write("loose", "", cwd=world.root / "myapp-b")
    checks(world, "! test -e loose")
    told = proof(prove(world, "--json"))
    assert told["proved"] == ["a"]
    assert told["out"] == [{"session": "b", "why": "1 file not committed"}]
    assert proof(prove(world, "--pair", "a", "b", "--json"))["proved"] == ["a", "b"]


def test_a_pair_that_conflicts_is_not_proved(world: World) -> None:
    session(world, "a", "f", "1\n")
    session(world, "b", "f", "2\n")
    checks(world, "true")
    ran = prove(world, "--pair", "a", "b", "--json")
    told = proof(ran)
    assert (ran.status, told["proved"]) == (1, ["a"])
    assert told["out"] == [{"session": "b", "why": "it conflicts with a in f"}]


def test_mistakes_are_told_in_one_sentence(world: World) -> None:
    session(world, "a")
    assert "No command is configured" in prove(world).err
    checks(world, "true")
    assert "There is no session named 'nope'" in prove(world, "nope").err
    assert "a and itself are no pair" in prove(world, "--pair", "a", "a").err
    assert "not both" in prove(world, "a", "--pair", "a", "a").err
    assert "is not a duration" in prove(world, "--timeout", "soon").err
    checks(world, "true", more="prove: {disk: 1}\n")
    told = prove(world)
    assert "There is no room for worktrees" in told.err
    assert "prove.disk" in told.err
    checks(world, "true", more="prove: {timeout: never}\n")
    assert "a duration such as 90s" in prove(world).err


def test_without_a_cache_folder_it_says_so(world: World) -> None:
    session(world, "a")
    checks(world, "true")
    cache = Path(world.env["HOME"], ".cache")
    cache.write_text("")
    ran = prove(world)
    assert (ran.status, "No worktree can be made in" in ran.err) == (2, True)


def test_the_repository_may_not_take_the_machines_time(world: World) -> None:
    world.commit(".claude/parallel-config.yml", "prove: {continuous: true, workers: 9}\n")
    ran = pdev("config", "show", "--json", cwd=world.repo, env=world.env)
    assert "only your own configuration may set it" in ran.out + ran.err


def test_a_bare_repository_with_odd_names(world: World) -> None:
    bare = world.root / 'odd "$(x) #{y}\n.git'
    world.git("clone", "-q", "--bare", str(world.repo), str(bare))
    tree = world.root / "-work tree"
    world.git("worktree", "add", "-q", "-b", "feature/ü", "--", str(tree), cwd=bare)
    world.commit("ä", "1\n", cwd=tree)
    checks(world, 'test -f "ä" && git rev-parse --show-toplevel')
    ran = pdev("prove", "--json", cwd=tree, env=world.env)
    told = proof(ran)
    assert ran.status == 0, told
    assert os.path.dirname(Path(told["log"]).read_text().split("/.cache/")[-1])  # noqa: PTH120


def test_nothing_lands_that_is_not_proved(world: World) -> None:
    def land(*more: str) -> Ran:
        words = ["merge", "run", *more, "--yes", "--unchecked", "--prove"]
        return pdev(*words, cwd=world.repo, env=world.env)

    for name in ("a", "b"):
        session(world, name)
    checks(world, TAP)
    before = everything(world)
    ran = land()
    assert ran.status == 1
    assert "✗ a × b: a meets b fails" in ran.out
    assert "They are not proved together, so nothing was landed" in ran.err
    assert everything(world) == before
    ran = land("b")
    assert ran.status == 0, ran.err
    assert "Proved together: b" in ran.err
    assert world.git("merge-base", "--is-ancestor", "feature/b", "main") == ""
