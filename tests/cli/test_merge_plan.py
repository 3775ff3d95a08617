"""`pdev merge plan`: what can land, in which order, and why not the rest."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Ran, pdev
from tests.support.world import World

LINES = "".join(f"{n}\n" for n in range(1, 31))


def line(*numbers: int, word: str) -> str:
    return "".join(f"{word}\n" if n in numbers else f"{n}\n" for n in range(1, 31))


def ready(world: World, name: str, text: str, path: str = "f") -> Path:
    """A session whose last commit says that its tests pass."""
    tree = world.worktree(name)
    world.write(path, text, cwd=tree)
    world.git("add", "-A", cwd=tree)
    world.git("commit", "-qm", f"{name}, tests pass", cwd=tree)
    return tree


def plan(world: World, *more: str) -> Ran:
    words = ["--tmux-socket", world.socket, "merge", "plan", *more]
    return pdev(*words, cwd=world.repo, env=world.env)


def configured(world: World, text: str) -> None:
    home = Path(world.env["HOME"], ".config/pdev")
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.yml").write_text(text)


def order(told: Any) -> list[str]:
    return [each["session"] for each in told["order"]]


def reasons(told: Any, name: str) -> list[dict[str, Any]]:
    (found,) = [each for each in told["blocked"] if each["session"] == name]
    return list(found["reasons"])


@pytest.fixture
def hub(world: World) -> World:
    """Three that do not meet, and one that conflicts with each of them."""
    world.commit("f", LINES)
    ready(world, "hub", line(3, 15, 27, word="h"))
    for name, number in (("a", 3), ("b", 15), ("c", 27)):
        ready(world, name, line(number, word=name))
    return world


def test_three_of_four_land(hub: World) -> None:
    told = plan(hub, "--json").json
    assert (order(told), told["method"], told["strategy"]) == (["a", "b", "c"], "exact", "merge")
    assert told["base"]["commit"] == hub.git("rev-parse", "main").strip()
    first = told["order"][0]
    assert first["branch"] == "feature/a"
    assert first["commit"] == hub.git("rev-parse", "feature/a").strip()
    assert {each["kind"] for each in first["checks"]} == {
        *("branch", "operation", "clean", "ahead", "check", "boundaries"),
    }
    (why,) = reasons(told, "hub")
    assert (why["kind"], why["with"], why["paths"]) == ("conflict", ["a", "b", "c"], ["f"])
    assert why["order"] == ["hub"]
    assert why["fix"].endswith("pdev sync hub")


def test_the_trees_are_those_of_real_merges(hub: World) -> None:
    told = plan(hub, "--json").json
    clone = hub.root / "clone"
    hub.git("clone", "-q", str(hub.repo), str(clone))
    for each in told["order"]:
        hub.git("merge", "-q", "--no-edit", each["commit"], cwd=clone)
        assert hub.git("rev-parse", "HEAD^{tree}", cwd=clone).strip() == each["tree"]
    assert told["tree"] == told["order"][-1]["tree"]


@pytest.mark.parametrize("strategy", ["merge", "squash", "rebase"])
def test_the_script_lands_exactly_what_was_planned(hub: World, strategy: str) -> None:
    ready(hub, "odd", "", "it's $(x)")
    hub.git("branch", "-m", "feature/odd", "it's;odd", cwd=hub.root / "myapp-odd")
    told = plan(hub, "--json", "--strategy", strategy).json
    assert len(order(told)) == 4
    script = plan(hub, "--print", "--strategy", strategy).out
    done = subprocess.run(["sh", "-c", script], cwd="/", env=hub.env, capture_output=True)
    assert done.returncode == 0, done
    assert hub.git("rev-parse", "main^{tree}").strip() == told["tree"]
    assert hub.git("status", "--porcelain") == ""
    # What was planned on another base is not landed on this one.
    again = subprocess.run(["sh", "-c", script], cwd="/", env=hub.env, capture_output=True)
    assert (again.returncode, again.stderr) == (1, b"stopped: main is not as planned\n")


def test_the_script_stops_where_a_branch_has_moved_on(hub: World) -> None:
    script = plan(hub, "--print").out
    hub.commit("more", "", cwd=hub.root / "myapp-b")
    done = subprocess.run(["sh", "-c", script], cwd="/", env=hub.env, capture_output=True)
    assert done.returncode != 0
    assert "Land feature/b" not in hub.git("log", "--format=%s", "main")


def test_there_is_no_script_where_base_is_checked_out_nowhere(hub: World) -> None:
    hub.git("checkout", "-q", "-b", "elsewhere")
    ran = plan(hub, "--print", "--base", "main")
    assert (ran.status, ran.out) == (1, "")
    assert "main is checked out nowhere" in ran.err


def test_people_read_the_same(hub: World) -> None:
    configured(hub, "merge: {priority: {a: 3, b: 2, c: 1}}\n")
    told = plan(hub)
    assert told.status == 0
    assert told.out.splitlines() == [
        "  1  a (feature/a): priority 3, before b with 2",
        "  2  b (feature/b): priority 2, before c with 1",
        "  3  c (feature/c): nothing else is left",
        "  ✗  hub (feature/hub)",
        "       it conflicts with a, b, c in f",
        "         → once c has landed, resolve it in its worktree: pdev sync hub",
        "         or this order: hub, without a, b, c",
    ]
    assert told.err == "3 sessions would land on main (merge): 1 file, +3 −3; no order lands more\n"


def test_every_condition_has_its_evidence_and_its_fix(world: World) -> None:
    world.commit("f", LINES)
    ready(world, "dirty", line(3, word="d"))
    world.write("new", "", cwd=world.root / "myapp-dirty")
    world.worktree("fresh")
    world.commit("own", "", cwd=world.worktree("silent"))
    world.git("checkout", "-q", "--detach", cwd=ready(world, "loose", line(5, word="l")))
    there = ready(world, "there", line(9, word="t"))
    half = ready(world, "half", line(9, word="half"))
    world.commit("other", "")
    world.git("merge", "-q", "--squash", "feature/there")
    world.git("commit", "-qm", "squashed")
    world.git("merge", "main", cwd=half, check=False)
    before = world.git("rev-parse", "HEAD", cwd=there)

    told = plan(world, "--json").json
    assert told["order"] == []
    kinds = {
        each["session"]: [(one["kind"], one["known"]) for one in each["reasons"]]
        for each in told["blocked"]
    }
    assert kinds == {
        "dirty": [("clean", True)],
        "fresh": [("ahead", True)],
        "silent": [("check", False)],
        "loose": [("branch", True)],
        "there": [("left", True)],
        "half": [("operation", True), ("clean", True)],
    }
    assert reasons(told, "dirty")[0]["paths"] == ["new"]
    assert all(one["fix"] and one["detail"] for name in kinds for one in reasons(told, name))
    assert world.git("rev-parse", "HEAD", cwd=there) == before
    told = plan(world, "--json", "--unchecked").json
    assert order(told) == ["silent"]
    # What is not asked for is told nevertheless.
    assert {each["kind"]: each["met"] for each in told["order"][0]["checks"]}["check"] is None


def test_what_is_another_s_keeps_a_session_out(world: World) -> None:
    world.commit("f", LINES)
    world.commit(".claude/parallel-config.yml", "sessions:\n  api:\n    owns: [api/**]\n")
    ready(world, "api", "1\n", "api/x")
    ready(world, "web", "2\n", "api/y")
    told = plan(world, "--json").json
    assert order(told) == ["api"]
    (why,) = reasons(told, "web")
    assert (why["kind"], why["with"], why["paths"]) == ("boundaries", ["api"], ["api/y"])


def test_boundaries_that_cannot_be_read_let_nobody_land(world: World) -> None:
    world.commit("f", LINES)
    world.commit(".claude/parallel-config.yml", "sessions:\n  api:\n    owns: 7\n")
    ready(world, "web", "2\n", "y")
    (why,) = reasons(plan(world, "--json").json, "web")
    assert (why["kind"], why["known"]) == ("boundaries", False)


def test_dependencies_and_priorities(world: World) -> None:
    world.commit("f", LINES)
    for name in ("a", "b", "c"):
        ready(world, name, "", f"of-{name}")
    configured(world, "merge: {after: {a: [c, gone]}, priority: {b: 3}}\n")
    told = plan(world, "--json").json
    assert order(told) == ["b", "c", "a"]
    assert [each["reason"] for each in told["order"]] == [
        "priority 3, before c with 0",
        "a lands after it",
        "after c, as merge.after says",
    ]
    assert "no session has that name" in told["notes"][0]
    # Without c among them, a has to wait.
    alone = plan(world, "--json", "a", "b").json
    assert order(alone) == ["b"]
    (why,) = reasons(alone, "a")
    assert (why["kind"], why["with"]) == ("dependency", ["c"])


def test_what_is_built_on_another_lands_after_it(world: World) -> None:
    world.commit("f", LINES)
    below = ready(world, "zz", line(3, word="z"))
    world.git("worktree", "add", "-qb", "feature/aa", str(world.root / "myapp-aa"), "feature/zz")
    world.write("more", "", cwd=world.root / "myapp-aa")
    world.git("add", "-A", cwd=world.root / "myapp-aa")
    world.git("commit", "-qm", "tests pass", cwd=world.root / "myapp-aa")
    for strategy in ("merge", "rebase", "squash"):
        told = plan(world, "--json", "--strategy", strategy).json
        assert order(told) == ["zz", "aa"], strategy
        assert told["order"][1]["reason"] == "after zz, on which it is built"
    world.write("f", "", cwd=below)
    (why,) = reasons(plan(world, "--json").json, "aa")
    assert (why["kind"], why["with"]) == ("dependency", ["zz"])


def test_a_circle_is_an_error_that_names_it(world: World) -> None:
    world.commit("f", LINES)
    for name in ("a", "b"):
        ready(world, name, "", f"of-{name}")
    configured(world, "merge: {after: {a: b, b: a}}\n")
    told = plan(world, "--json")
    assert told.status == 2
    assert "a lands after b, b lands after a" in told.json["error"]["message"]
    assert "merge.after" in told.json["error"]["hint"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("merge: {strategy: ff}", "merge.strategy must be one of merge, squash, rebase"),
        ("merge: {after: [a]}", "merge.after must be a mapping"),
        ("merge: {after: {a: [1]}}", "merge.after.a[0] must be the name of a session"),
        ("merge: {priority: {a: high}}", "merge.priority.a must be a whole number"),
    ],
)
def test_settings_that_cannot_be_used(world: World, text: str, told: str) -> None:
    configured(world, text + "\n")
    ran = plan(world)
    assert ran.status == 2
    assert told in ran.err


def test_names_are_ordinary_words(world: World) -> None:
    world.commit("f", LINES)
    for name in ("[red]", "it's $(touch x) #{q}"):
        tree = world.root / f"myapp-{name}"
        world.git("worktree", "add", "-qb", f"b{len(name)}", str(tree))
        world.write("f", line(3, word=name), cwd=tree)
        world.git("commit", "-qam", "tests pass", cwd=tree)
    told = plan(world, "--json").json
    (out,) = told["blocked"]
    assert {*order(told), out["session"]} == {"red", "it-s-touch-x-q"}
    shown = plan(world, "--", "red", "it-s-touch-x-q")
    assert (shown.status, shown.out.count("conflicts with")) == (0, 1)
    assert not (world.repo / "x").exists()


def test_nothing_to_land_and_nobody_of_that_name(world: World) -> None:
    told = plan(world)
    assert (told.status, told.out) == (0, "")
    assert told.err == "0 sessions would land on main (merge); nothing is ready\n"
    assert plan(world, "nobody").status == 2


def test_an_order_that_is_given_is_simulated_exactly(hub: World) -> None:
    told = plan(hub, "--json", "--in-order", "hub", "b", "a").json
    assert (order(told), told["method"]) == (["hub"], "given")
    assert told["order"][0]["reason"] == "where you put it"
    for name in "ab":
        (why,) = reasons(told, name)
        assert (why["kind"], why["with"], why["paths"]) == ("conflict", ["hub"], ["f"])
    told = plan(hub, "--json", "--in-order", "c", "a", "b", "hub").json
    assert order(told) == ["c", "a", "b"]
    (why,) = reasons(told, "hub")
    assert set(why["with"]) == {"a", "b", "c"}
    assert "in the order that you gave" in plan(hub, "--in-order", "c", "a").err
    refused = plan(hub, "--in-order")
    assert refused.status == 2
    assert "--in-order needs the sessions" in refused.err


def test_how_much_lands_is_told_of_each_and_of_all(hub: World) -> None:
    (hub.root / "myapp-a" / "new.txt").write_text("1\n2\n")
    hub.git("add", "-A", cwd=hub.root / "myapp-a")
    hub.git("commit", "-qm", "more, tests pass", cwd=hub.root / "myapp-a")
    told = plan(hub, "--json").json
    sizes = {each["session"]: each["changes"] for each in told["order"]}
    assert sizes["a"] == {"files": 2, "added": 3, "removed": 1}
    assert sizes["b"] == {"files": 1, "added": 1, "removed": 1}
    assert told["changes"] == {"files": 2, "added": 5, "removed": 3}
    assert "2 files, +5 −3" in plan(hub).err
