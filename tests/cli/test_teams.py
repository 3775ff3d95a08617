"""`pdev up`, `down` and `preset` as a person or a script types them."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import Ran, pdev
from tests.support.world import World

TEAM = """\
sessions:
  api: {owns: [/api/**], tasks: [Write it, Try it]}
  '[bold]it''s $(x)': {after: [api], prompt: 'two
    lines'}
"""


def run(world: World, *words: str, **more: str) -> Ran:
    return pdev("--tmux-socket", world.socket, *words, cwd=world.repo, env=world.env, **more)


def test_the_dry_run_says_what_then_happens(world: World, tmp_path: Path) -> None:
    file = tmp_path / "team.yml"
    file.write_text(TEAM)
    before = world.git("worktree", "list")
    told = run(world, "up", str(file), "--no-window", "--dry-run", "--json").json
    assert (world.git("worktree", "list"), world.git("status", "--short")) == (before, "")
    assert [(step["kind"], step["session"]) for step in told["steps"]] == [
        ("tasks", "api"),
        ("start", "api"),
        ("start", "bold-it-s-x"),
        ("after", "bold-it-s-x"),
        ("boundaries", None),
    ]
    asked = run(world, "up", str(file), "--no-window")
    assert asked.status == 1
    assert "--yes" in asked.err
    assert world.git("worktree", "list") == before
    done = run(world, "up", str(file), "--no-window", "--yes", "--json").json
    assert done["steps"] == [step["words"] for step in told["steps"]]
    assert done["sessions"] == ["api", "bold-it-s-x"]
    again = run(world, "up", str(file), "--no-window", "--yes")
    assert (again.status, again.out) == (0, "All of team is there already\n")

    # Ending it asks about what is lost, and an undo brings all of it back.
    world.write("x.txt", "", cwd=world.root / "myapp-api")
    refused = run(world, "down", str(file), "--yes")
    assert refused.status == 1
    assert "--discard untracked" in refused.err
    shown = run(world, "down", str(file), "--dry-run").out
    assert "[ ] untracked: 1 untracked entry" in shown
    gone = run(world, "down", str(file), "--yes", "--discard", "untracked", "--json").json
    assert gone["removed"] == 2
    assert run(world, "undo").status == 0
    assert (world.root / "myapp-api/x.txt").exists()
    history = run(world, "history").out
    assert "You started team: api and bold-it-s-x" in history


def test_wrong_lines_are_told_in_one_sentence(world: World) -> None:
    for words, said in (
        (("up", "fulstack"), "Did you mean 'fullstack'?"),
        (("up", "nothing.yml"), "There is no file 'nothing.yml'"),
        (("up", "layer", "bugs.md"), "layer takes no list of bugs"),
        (("up", "bug-blitz", "gone.md"), "There is no file 'gone.md'"),
        (("up", "--bug", "x"), "--bug is for a team"),
        (("down", "layer", "bugs.md"), "layer takes no list of bugs"),
        (("down", "--all", "--bug", "x"), "--all names all already"),
        (("down",), "Name a preset or a file"),
        (("down", "layer"), "No session of layer is there"),
        (("up", ""), "'' is the name of no team"),
        (("down", "", "--yes"), "'' is the name of no team"),
        (("preset", "show", " "), "' ' is the name of no team"),
        (("layout", "load", "parallel-dev", "--session", ""), "There is no session named ''"),
        (("session", "end", "--session", ""), "'' cannot be a session's name"),
        (("lock", "a.txt", "--session", ""), "'' cannot be a session's name"),
        (("preset", "show", "none"), "no preset and no file"),
        (("preset", "save", "a/b"), "cannot be the name of a preset"),
        (("preset", "save", "x"), "nothing to save"),
    ):
        ran = run(world, *words)
        assert ran.status in (1, 2), words
        assert said in ran.err, (words, ran.err)


def test_a_preset_is_shown_changed_saved_and_started(world: World) -> None:
    shown = run(world, "preset", "show", "bug-blitz").out
    world.write("mine.yml", shown)
    assert run(world, "up", "mine.yml", "--no-window", "--yes").status == 0
    saved = run(world, "preset", "save", "mine")
    assert saved.status == 0, saved.err
    (entry,) = [
        each for each in run(world, "preset", "list", "--json").json["presets"]
        if each["name"] == "mine"
    ]  # fmt: skip
    assert set(entry["sessions"]) == {"fix-auth-timeout", "fix-payment-calc", "fix-search-perf"}
    told = run(world, "up", "mine", "--no-window", "--dry-run").out
    assert told == "All of mine is there already.\n"
    assert run(world, "down", "--all", "--yes").status == 0
    assert "fix/payment-calculation, which exists" in run(world, "up", "mine", "--dry-run").out
