"""Conflicts that were resolved once are known again, and asking changes nothing."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Core, Overrides, open_core
from parallel_tui.model.overlap.pairs import PathDetail
from parallel_tui.model.session.git_status import WorkStatus
from parallel_tui.model.session.worktree import Worktree
from tests.cli.running import Ran, pdev
from tests.lifecycle.test_settling import kill_at
from tests.support.world import World

SECOND = "grep -q refs/heads/feature/second || exit 0"
PREPARED = f'[ "$1" = prepared ] || exit 0; {SECOND}'
MOVED = f'[ "$1" = committed ] || exit 0; {SECOND}'
LINES = [f"{n}\n" for n in range(1, 21)]


def lines(**changed: str) -> str:
    """The file with some lines replaced, by number: `n10="ten"`."""
    every = list(LINES)
    for name, word in changed.items():
        every[int(name[1:]) - 1] = f"{word}\n"
    return "".join(every)


def run(world: World, *words: str) -> Ran:
    return pdev("--tmux-socket", world.socket, *words, cwd=world.repo, env=world.env)


def remembered(world: World) -> dict[str, bytes]:
    cache = world.repo / ".git/rr-cache"
    return {str(p.relative_to(cache)): p.read_bytes() for p in cache.rglob("*") if p.is_file()}


def clash(world: World, tree: Path) -> None:
    """Merge base into a session, where that conflicts."""
    done = subprocess.run(["git", "merge", "-q", "main"], cwd=tree, env=world.env, check=False,
                          capture_output=True)  # fmt: skip
    assert done.returncode == 1, done


@pytest.fixture
def resolved(world: World) -> World:
    """One session has resolved a conflict with base that another one has too."""
    world.git("config", "rerere.enabled", "true")
    world.commit("f", lines())
    first, second = world.worktree("first"), world.worktree("second")
    world.commit("f", lines(n10="ten"), cwd=first)
    world.commit("f", lines(n10="ten", n20="end"), cwd=second)
    world.commit("f", lines(n10="TEN"))
    clash(world, first)
    world.write("f", lines(n10="Ten"), cwd=first)
    world.git("add", "f", cwd=first)
    world.git("commit", "-qm", "resolved", cwd=first)
    return world


def test_the_same_conflict_elsewhere_is_known(resolved: World) -> None:
    before = remembered(resolved)
    for how in ((), ("--merge",)):
        told = run(resolved, "sync", "--dry-run", "--no-fetch", "second", *how)
        assert "resolved before: git remembers a resolution for f" in told.out, how
    assert remembered(resolved) == before
    assert resolved.git("status", "--porcelain", cwd=resolved.root / "myapp-second") == ""


def test_another_conflict_is_not(resolved: World) -> None:
    third = resolved.worktree("third")
    resolved.git("reset", "-q", "--hard", "main~1", cwd=third)
    resolved.commit("f", lines(n10="zehn"), cwd=third)
    before = remembered(resolved)
    told = run(resolved, "sync", "--dry-run", "--no-fetch", "third")
    assert "conflicts in f" in told.out
    assert "resolved before" not in told.out
    assert remembered(resolved) == before, "asking recorded nothing"


def test_it_is_not_said_where_that_is_not_wanted(resolved: World) -> None:
    home = Path(resolved.env["HOME"], ".config/pdev")
    home.mkdir(parents=True, exist_ok=True)
    (home / "config.yml").write_text("merge: {rerere: false}\n")
    told = run(resolved, "sync", "--dry-run", "--no-fetch", "second")
    assert "conflicts in f" in told.out
    assert "resolved before" not in told.out


def test_they_are_listed_shown_and_forgotten(resolved: World) -> None:
    told = run(resolved, "resolve", "list", "--json").json
    assert told["on"] is True
    (one,) = told["resolutions"]
    assert sorted(one["sides"]) == ["TEN", "ten"]
    shown = run(resolved, "resolve", "show", one["id"][:8])
    assert "+Ten" in shown.out
    assert run(resolved, "resolve", "show", "zz").status == 2
    assert run(resolved, "resolve", "forget", one["id"]).status != 0, "not without consent"
    assert remembered(resolved)
    assert run(resolved, "resolve", "forget", one["id"], "--yes").status == 0
    assert remembered(resolved) == {}
    assert run(resolved, "resolve", "list", "--json").json["resolutions"] == []
    told = run(resolved, "sync", "--dry-run", "--no-fetch", "second")
    assert "resolved before" not in told.out


def test_rerere_is_not_switched_on_by_asking(world: World) -> None:
    world.commit("f", lines())
    tree = world.worktree("a")
    world.commit("f", lines(n10="ten"), cwd=tree)
    world.commit("f", lines(n10="TEN"))
    told = run(world, "resolve", "list", "--json").json
    assert (told["on"], told["resolutions"]) == (False, [])
    assert "conflicts in f" in run(world, "sync", "--dry-run", "--no-fetch", "a").out
    assert "git config rerere.enabled true" in run(world, "resolve", "list").err
    assert not (world.repo / ".git/rr-cache").exists()


def detail(core: Core, name: str) -> PathDetail:
    trees: list[Worktree] = [t for t in core.git.worktrees() if not t.is_main]
    (key,) = [tree.git_dir for tree in trees if tree.path.endswith(name)]
    base = core.git.base(None).oid
    board = core.overlaps()
    try:
        works = [(tree, WorkStatus.of(core.git.status(tree)).entries) for tree in trees]
        for _ in board.update(base, works):
            pass
        return board.detail(base, key, None, "f")
    finally:
        board.close()


def test_the_details_of_an_overlap_say_it(resolved: World) -> None:
    core = open_core(Overrides(str(resolved.repo), {}), dict(resolved.env))
    assert detail(core, "second").resolved is True
    core = open_core(Overrides(str(resolved.repo), {"merge.rerere": False}), dict(resolved.env))
    assert detail(core, "second").resolved is False


def test_a_merge_driver_of_the_user_decides_and_is_named(world: World) -> None:
    program = world.root / "structural"
    program.write_text('#!/bin/sh\n# base ours theirs: both words, in order\n'
                       'printf "both\\n" > "$2"\n')  # fmt: skip
    program.chmod(0o755)
    world.git("config", "merge.structural.driver", f"'{program}' %O %A %B")
    world.commit("f", lines())
    world.commit(".gitattributes", "f merge=structural\n")
    world.commit("f", lines(n10="ten"), cwd=world.worktree("a"))
    world.commit("f", lines(n10="TEN"))
    assert "conflicts" not in run(world, "sync", "--dry-run", "--no-fetch", "a").out
    plan = run(world, "merge", "plan", "--unchecked", "--json").json
    assert plan["drivers"] == {"structural": ["f"]}
    told = run(world, "merge", "plan", "--unchecked")
    assert "note: structural merges f, as your attributes say" in told.err
    core = open_core(Overrides(str(world.repo), {}), dict(world.env))
    found = detail(core, "a")
    assert (found.driver, found.merged) == ("structural", "both\n")
    world.git("config", "--unset", "merge.structural.driver")
    core = open_core(Overrides(str(world.repo), {}), dict(world.env))
    assert detail(core, "a").driver == ""
    assert "conflicts in f" in run(world, "sync", "--dry-run", "--no-fetch", "a").out


def test_the_plan_of_landings_says_it(resolved: World) -> None:
    tree = resolved.root / "myapp-second"
    resolved.git("commit", "-q", "--allow-empty", "-m", "tests pass", cwd=tree)
    for strategy in ("merge", "rebase"):
        words = ("merge", "plan", "second", "--strategy", strategy)
        (blocked,) = run(resolved, *words, "--json").json["blocked"]
        (why,) = blocked["reasons"]
        assert (why["kind"], why["resolved"]) == ("base", ["f"]), strategy
        assert "resolved before: git remembers a resolution for f" in run(resolved, *words).out


@pytest.mark.parametrize("strategy", ["merge", "squash", "rebase"])
@pytest.mark.parametrize("where", ["main", "nowhere"])
def test_a_landing_takes_it_when_that_is_allowed(
    resolved: World, strategy: str, where: str
) -> None:
    if where == "nowhere":
        resolved.git("switch", "-q", "-c", "elsewhere")
    words = ("second", "--base", "main", "--unchecked", "--strategy", strategy)
    told = run(resolved, "merge", "plan", *words)
    assert "→ land it as it was resolved before: pdev merge plan --resolved second" in told.out
    before, remembers = resolved.git("rev-parse", "main"), remembered(resolved)
    assert run(resolved, "merge", "run", "--yes", *words).status == 1, "never silently"
    assert resolved.git("rev-parse", "main") == before
    (turn,) = run(resolved, "merge", "plan", "--resolved", *words, "--json").json["order"]
    assert turn["resolved"] == ["f"]
    assert turn["reason"].endswith("conflicts in f, resolved as before")
    done = run(resolved, "merge", "run", "--yes", "--resolved", *words)
    assert done.status == 0, done.err
    assert "; conflicts in f, resolved as before" in done.out
    assert resolved.git("rev-parse", "main^{tree}").strip() == turn["tree"]
    assert resolved.git("show", "main:f") == lines(n10="Ten", n20="end")
    parents = resolved.git("log", "-1", "--format=%P", "main").split()
    assert len(parents) == (2 if strategy == "merge" else 1)
    assert remembered(resolved) == remembers
    assert resolved.git("status", "--porcelain") == ""
    assert run(resolved, "undo").status == 0
    assert resolved.git("rev-parse", "main") == before


def test_what_is_forgotten_after_the_plan_does_not_land(resolved: World) -> None:
    from parallel_tui.bootstrap.landing.plans import lander
    from parallel_tui.errors import RefusedError

    core = open_core(Overrides(str(resolved.repo), {}), dict(resolved.env))
    plan = lander(core).planner.plan(["second"], checked=False, resolved=True)
    assert [each.session for each in plan.order] == ["second"]
    for each in run(resolved, "resolve", "list", "--json").json["resolutions"]:
        run(resolved, "resolve", "forget", each["id"], "--yes")
    before = resolved.git("rev-parse", "main")
    with pytest.raises(RefusedError, match="does not land any more as it was shown"):
        lander(core).run(plan)
    assert resolved.git("rev-parse", "main") == before


def test_one_conflict_that_was_not_resolved_keeps_all_of_it_out(resolved: World) -> None:
    tree = resolved.root / "myapp-second"
    resolved.commit("g", "ours\n")
    resolved.commit("g", "theirs\n", cwd=tree)
    (found,) = run(resolved, "merge", "plan", "second", "--unchecked", "--resolved", "--json").json[
        "blocked"
    ]
    (why,) = found["reasons"]
    assert (why["paths"], why["resolved"]) == (["f", "g"], ["f"])


def test_a_script_of_plain_git_says_that_it_cannot(resolved: World) -> None:
    told = run(resolved, "merge", "run", "second", "--unchecked", "--resolved", "--print")
    assert told.status == 1
    assert "second lands with a conflict resolved as before (f)" in told.err


@pytest.mark.parametrize("how", [(), ("--merge",)])
def test_a_sync_takes_it_when_that_is_allowed(resolved: World, how: tuple[str, ...]) -> None:
    tree = resolved.root / "myapp-second"
    resolved.commit("g", "more\n", cwd=tree, message="says more than its subject\n\nA body")
    before = resolved.git("rev-parse", "HEAD", cwd=tree)
    told = run(resolved, "sync", "--no-fetch", "second", *how)
    assert told.status == 1, "never silently"
    assert f"pdev sync --resolved{' --merge' if how else ''} second" in told.err
    assert resolved.git("rev-parse", "HEAD", cwd=tree) == before
    remembers = remembered(resolved)
    words = ("sync", "--no-fetch", "--resolved", "second", *how)
    told = run(resolved, *words, "--dry-run")
    assert "conflicts in f, resolved as before" in told.out
    assert "✗" not in told.out
    (row,) = run(resolved, *words, "--dry-run", "--json").json["sessions"]
    assert (row["resolved"], row["conflicts"], row["remembered"]) == (["f"], [], False)
    done = run(resolved, *words)
    assert done.status == 0, done.err
    assert "conflicts in f, resolved as before" in done.out
    assert (tree / "f").read_text() == lines(n10="Ten", n20="end")
    assert resolved.git("status", "--porcelain", cwd=tree) == ""
    assert resolved.git("merge-base", "main", "HEAD", cwd=tree) == resolved.git("rev-parse", "main")
    bodies = resolved.git("log", "--format=%B", "main..HEAD", cwd=tree)
    assert "says more than its subject\n\nA body" in bodies
    assert ("Merge main into feature/second" in bodies) == bool(how)
    assert remembered(resolved) == remembers
    assert run(resolved, "undo").status == 0
    assert resolved.git("rev-parse", "HEAD", cwd=tree) == before


def test_a_sync_killed_while_it_resolves_is_settled(resolved: World) -> None:
    tree = resolved.root / "myapp-second"
    before = resolved.git("rev-parse", "HEAD", cwd=tree)
    for when, moved in ((PREPARED, False), (MOVED, True)):
        words = ["sync", "--no-fetch", "--resolved", "second"]
        kill_at(resolved, words, hook="reference-transaction", when=when)
        (resolved.root / "killed").unlink()
        ended = run(resolved, "prune")
        assert "a killed sync of second" in ended.err, ended.err
        assert (resolved.git("rev-parse", "HEAD", cwd=tree) != before) == moved
        assert resolved.git("status", "--porcelain", cwd=tree) == ""
        assert (tree / "f").read_text() == lines(n10="Ten" if moved else "ten", n20="end")
    assert run(resolved, "undo").status == 0
    assert resolved.git("rev-parse", "HEAD", cwd=tree) == before
