"""`pdev train`: base with all ready sessions landed, as a reference and a directory."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Ran, pdev
from tests.cli.test_merge_plan import order, plan, ready
from tests.cli.test_prove import TAP, checks, prove, session
from tests.support.world import World

REF = "refs/pdev/train"


def train(world: World, *more: str) -> Ran:
    return pdev("--tmux-socket", world.socket, "train", *more, cwd=world.repo, env=world.env)


def told(ran: Ran) -> dict[str, Any]:
    found: dict[str, Any] = ran.json["train"]
    return found


def aboard(found: dict[str, Any]) -> list[str]:
    return [each["session"] for each in found["aboard"]]


@pytest.fixture
def two(world: World) -> World:
    """Two that are ready, and one that is not."""
    ready(world, "a", "1\n", "a")
    ready(world, "b", "1\n", "b")
    session(world, "c")
    return world


@pytest.mark.parametrize("strategy", ["merge", "squash", "rebase"])
def test_it_is_base_with_all_that_are_ready_landed_as_planned(two: World, strategy: str) -> None:
    planned = plan(two, "--strategy", strategy, "--json").json
    found = told(train(two, "update", "--strategy", strategy, "--json"))
    assert aboard(found) == order(planned) == ["a", "b"]
    assert found["current"]
    assert two.git("rev-parse", f"{REF}^{{tree}}").strip() == planned["tree"]
    assert [each["tree"] for each in found["aboard"]] == [each["tree"] for each in planned["order"]]
    assert "it was not checked" in found["out"][0]["why"] or "tests pass" in found["out"][0]["why"]
    parents = two.git("rev-list", "--parents", "-1", REF).split()[1:]
    assert parents[0] == found["aboard"][0]["landed"]
    assert len(parents) == (2 if strategy == "merge" else 1)
    assert "Land a (simulated)" in two.git("log", "-1", "--format=%s", parents[0])
    two.git("fsck", "--strict", "--no-dangling")


def test_it_follows_and_says_where_it_is_behind(two: World) -> None:
    assert (train(two, "show").status, two.git("for-each-ref", REF)) == (1, "")
    first = told(train(two, "update", "--json"))["at"]
    assert told(train(two, "update", "--json"))["at"] == first
    two.git("commit", "-q", "--allow-empty", "-m", "no", cwd=two.root / "myapp-b")
    ran = train(two, "show", "--json")
    assert (ran.status, told(ran)["current"], aboard(told(ran))) == (1, False, ["a"])
    assert train(two, "update").status == 0
    assert train(two, "drop").status == 0
    assert two.git("for-each-ref", REF) == ""
    assert "There is no train" in train(two, "drop").err


def test_nobody_aboard_is_no_train(two: World) -> None:
    assert train(two, "update").status == 0
    for name in ("a", "b"):
        two.git("commit", "-q", "--allow-empty", "-m", "no", cwd=two.root / f"myapp-{name}")
    assert told(train(two, "update", "--json"))["at"] == ""
    assert two.git("for-each-ref", REF) == ""
    assert "There is no train to show" in train(two, "preview").err


def test_who_is_known_to_break_others_is_not_aboard(world: World) -> None:
    for name in ("a", "b"):
        session(world, name)
    checks(world, TAP)
    assert prove(world).status == 1
    found = told(train(world, "update", "--unchecked", "--json"))
    assert aboard(found) == ["a"]
    assert found["out"] == [{"session": "b", "why": "it breaks main together with a: a meets b"}]
    # Other commits are not known to.
    world.commit("b", "2\n", cwd=world.root / "myapp-b")
    assert aboard(told(train(world, "show", "--unchecked", "--json"))) == ["a", "b"]


def test_the_preview_is_no_session_and_loses_nothing(two: World) -> None:
    train(two, "update")
    place = Path(train(two, "preview").out.strip())
    assert place == two.root / "myapp-train"
    assert (place / "a").read_text() == (place / "b").read_text() == "1\n"
    names = [
        each["name"] for each in pdev("list", "--json", cwd=two.repo, env=two.env).json["sessions"]
    ]
    assert names == ["main", "a", "b", "c"]
    assert str(place) not in two.git("worktree", "list")
    assert two.git("status", "--short", cwd=place) == ""
    # It follows, unless that would lose something.
    two.commit("b", "2\n", cwd=two.root / "myapp-b", message="more, tests pass")
    train(two, "update")
    two.write("mine", "", cwd=place)
    assert "has changes of its own" in train(two, "preview").err
    two.git("add", "-A", cwd=place)
    two.git("commit", "-qm", "mine", cwd=place)
    assert "has commits of its own" in train(two, "preview", "--remove").err
    two.git("reset", "-q", "--hard", "HEAD~", cwd=place)
    assert train(two, "preview").status == 0
    assert (place / "b").read_text() == "2\n"
    assert "is shown in" in train(two, "preview", "elsewhere").err
    assert train(two, "preview", "--remove").status == 0
    assert not place.exists()
    place.mkdir()
    two.write("theirs", "", cwd=place)
    assert "is not the train's preview" in train(two, "preview").err
    other = two.root / "-other place"
    assert train(two, "preview", "../-other place").out.strip() == str(other)


def test_one_that_nobody_has_touched_for_long_goes_with_the_backups(two: World) -> None:
    def synced(name: str) -> str:
        two.commit(name, "", message="base moves")
        words = ["--tmux-socket", two.socket, "sync", "--all", "--no-fetch"]
        assert pdev(*words, cwd=two.repo, env=two.env).status == 0
        return two.git("for-each-ref", REF)

    train(two, "update")
    assert synced("one")
    old = {"GIT_COMMITTER_DATE": "2001-01-01T00:00:00Z"}
    for name in ("a", "b"):
        where = two.root / f"myapp-{name}"
        amend = ["git", "commit", "-q", "--amend", "--no-edit"]
        subprocess.run(amend, cwd=where, env={**two.env, **old}, check=True)
    train(two, "update")
    assert synced("two") == ""
