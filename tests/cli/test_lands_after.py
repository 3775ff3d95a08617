"""What a session lands after, as was said when it was started."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.running import Ran, pdev
from tests.cli.test_merge_plan import configured, order, plan, reasons
from tests.support.world import World


def run(world: World, *words: str) -> Ran:
    return pdev("--tmux-socket", world.socket, *words, cwd=world.repo, env=world.env)


def spawn(world: World, name: str, *more: str) -> Ran:
    return run(world, "spawn", name, "--no-window", "--no-agent", *more)


def work(world: World, name: str, path: str = "") -> None:
    """Commit something in a session that was started."""
    tree = world.root / f"myapp-{name}"
    world.write(path or f"of-{name}", "", cwd=tree)
    world.git("add", "-A", cwd=tree)
    world.git("commit", "-qm", f"{name}, tests pass", cwd=tree)


def shown(world: World, name: str) -> Any:
    (found,) = [
        each for each in run(world, "list", "--json").json["sessions"] if each["name"] == name
    ]
    return found


def test_it_waits_for_the_session_that_it_is_built_to_follow(world: World) -> None:
    for name in ("a", "b"):
        assert spawn(world, name).status == 0
    assert spawn(world, "first", "--after", "b,a").status == 0
    assert shown(world, "first")["after"] == ["b", "a"]
    assert "after b, a" in run(world, "status", "first").out
    work(world, "first")
    told = plan(world, "--json").json
    assert order(told) == [], "nothing of a and b is there yet, and so it waits"
    (why,) = reasons(told, "first")
    assert (why["kind"], why["with"]) == ("dependency", ["a", "b"])
    for name in ("a", "b"):
        work(world, name)
    told = plan(world, "--json").json
    assert order(told) == ["a", "b", "first"]
    assert told["order"][2]["reason"] == "after a, as was said of it; after b, as was said of it"
    # Once they have landed there is nothing to wait for.
    for name in ("a", "b"):
        world.git("merge", "-q", "--no-edit", f"feature/{name}")
    told = plan(world, "--json").json
    assert (order(told), told["notes"]) == (["first"], [])


def test_the_configuration_counts_beside_it(world: World) -> None:
    for name in ("a", "b"):
        spawn(world, name)
        work(world, name)
    spawn(world, "c", "--after", "a")
    work(world, "c")
    configured(world, "merge: {after: {c: [b], a: [b]}}\n")
    assert shown(world, "c")["after"] == ["b", "a"]
    assert order(plan(world, "--json").json) == ["b", "a", "c"]


def test_a_circle_is_refused_before_anything_is_made(world: World) -> None:
    for name in ("a", "b"):
        spawn(world, name)
    configured(world, "merge: {after: {a: [b], b: [c]}}\n")
    told = spawn(world, "c", "--after", "a", "--json")
    assert told.status == 2
    assert "a lands after b, b lands after c, c lands after a" in told.json["error"]["message"]
    assert not (world.root / "myapp-c").exists()
    itself = run(world, "session", "after", "a", "a", "--json")
    assert itself.status == 2
    assert "a lands after a" in itself.json["error"]["message"]


@pytest.mark.parametrize("verb", ["spawn", "session after"])
def test_what_is_not_there_is_not_waited_for(world: World, verb: str) -> None:
    spawn(world, "auth")
    told = (
        spawn(world, "new", "--after", "aut", "--json")
        if verb == "spawn"
        else run(world, "session", "after", "auth", "aut", "--json")
    )
    assert (told.status, "no session named 'aut'" in told.json["error"]["message"]) == (2, True)


def test_it_can_be_said_anew_and_taken_back(world: World) -> None:
    for name in ("a", "b"):
        spawn(world, name)
    assert run(world, "session", "after", "a", "b").out == "a lands after b\n"
    assert shown(world, "a")["after"] == ["b"]
    assert "a lands after b, b lands after a" in run(world, "session", "after", "b", "a").err
    told = run(world, "session", "after", "b", "a").err
    assert "To have a wait for nothing any more: pdev session after a" in told
    assert "pdev session after b" not in told
    assert run(world, "session", "after", "a").out == "a lands whenever it is ready\n"
    assert shown(world, "a")["after"] == []


def test_what_became_of_a_removed_one_is_said(world: World) -> None:
    for name in ("landed", "thrown"):
        spawn(world, name)
        work(world, name)
    spawn(world, "last", "--after", "landed,thrown")
    work(world, "last")
    world.git("merge", "-q", "--no-edit", "feature/landed")
    assert run(world, "cleanup", "landed", "--yes", "--delete-branch").status == 0
    assert run(world, "remove", "thrown", "--yes", "--discard", "all").status == 0
    told = plan(world, "--json").json
    assert order(told) == ["last"]
    assert told["notes"] == [
        "last is to land after landed, and nothing of that is left to land",
        "last is to land after thrown, and that was removed without having landed: it is not "
        "waited for",
    ]


def test_another_session_of_that_name_begins_anew(world: World) -> None:
    spawn(world, "a")
    spawn(world, "b", "--after", "a")
    run(world, "remove", "b", "--yes")
    assert spawn(world, "b", "--existing", "--branch", "feature/b").status == 0
    assert shown(world, "b")["after"] == []
