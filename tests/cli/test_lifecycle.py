"""`pdev undo`, `trash`, `cleanup`, `prune` and `history` as a person or a script uses them."""

from __future__ import annotations

import shutil

from tests.cli.running import pdev_on_terminal
from tests.cli.test_verbs import run
from tests.support.world import World


def test_remove_undo_and_history(world: World) -> None:
    place = world.worktree("auth")
    world.write("notes [red].txt", "n", cwd=place)
    refused = run(world, "remove", "auth", "--yes")
    assert refused.status == 1
    assert "[ ] untracked: 1 untracked entry" in refused.err
    assert "pdev undo" in refused.err
    made = run(world, "remove", "auth", "--yes", "--discard", "untracked", "--json").json
    listed = run(world, "trash", "list", "--json").json["trash"]
    assert [item["id"] for item in listed] == [made["trash"]]
    assert made["trash"] in run(world, "trash", "list").out
    assert run(world, "undo", "nothing").status == 2
    back = run(world, "undo", "--json")
    assert back.json["directory"] == str(place), back.err
    assert (place / "notes [red].txt").read_text() == "n"
    history = run(world, "history", "--json").json["history"]
    assert [entry["what"] for entry in history] == ["restore", "remove"]
    assert history[1]["undo"] == f"pdev undo {made['trash']}"
    assert "(undo: pdev remove auth)" in run(world, "history").out


def test_a_journal_with_lines_that_make_no_sense_is_shown_still(world: World) -> None:
    world.worktree("auth")
    assert run(world, "remove", "auth", "--yes").status == 0
    journal = world.repo / ".claude/pdev/journal.jsonl"
    odd = '{"when":1000000000000000000000000000000,"who":"a","what":"odd","about":{},"undo":""}\n'
    journal.write_text(journal.read_text() + odd + "{torn\n")
    shown = run(world, "history")
    assert shown.status == 0, shown.err
    assert "?  a: odd" in shown.out
    assert "remove" in shown.out


def test_on_a_terminal_what_comes_back_is_asked_in_one_question(world: World) -> None:
    place = world.worktree("auth")
    world.write("notes.txt", "n", cwd=place)
    words = ("--tmux-socket", world.socket, "remove", "auth", "--yes")
    status, shown = pdev_on_terminal(*words, cwd=world.repo, env=world.env, answer="n\n")
    assert status == 1
    assert "1 untracked entry" in shown
    assert place.is_dir()
    status, shown = pdev_on_terminal(*words, cwd=world.repo, env=world.env, answer="y\n")
    assert status == 0, shown
    assert not place.exists()


def test_the_trash_is_emptied_on_demand_only(world: World) -> None:
    for name in ("one", "two"):
        world.worktree(name)
        assert run(world, "remove", name, "--yes").status == 0
    assert run(world, "trash", "empty").status == 1
    kept = run(world, "trash", "empty", "--older", "7d", "--yes", "--json").json
    assert kept["deleted"] == 0
    assert run(world, "trash", "empty", "one", "--yes", "--json").json["deleted"] == 1
    assert run(world, "trash", "empty", "--yes", "--json").json["deleted"] == 1
    assert "empty" in run(world, "trash", "list").err


def test_cleanup_shows_the_proof_and_asks_once(world: World) -> None:
    for name in ("done", "open"):
        world.commit(f"{name}.txt", name, cwd=world.worktree(name))
    world.git("merge", "-q", "--squash", "feature/done")
    world.git("commit", "-q", "-m", "squashed")
    shown = run(world, "cleanup", "--dry-run")
    assert "[x] done: merged (same tree)" in shown.out or "merge adds nothing" in shown.out
    assert "[ ] open: not merged to main" in shown.out
    found = {
        each["session"]: each
        for each in run(world, "cleanup", "--dry-run", "--json").json["sessions"]
    }
    assert found["done"]["ready"]
    assert not found["open"]["ready"]
    assert run(world, "cleanup").status == 1
    assert run(world, "cleanup", "open", "--yes").status == 1
    assert run(world, "cleanup", "--yes", "--json").json["removed"] == 1
    assert not (world.root / "myapp-done").exists()
    assert (world.root / "myapp-open").is_dir()
    assert run(world, "history", "--json").json["history"][0]["what"] == "cleanup"
    assert "Nothing was cleaned up" in run(world, "cleanup", "--yes").out
    assert run(world, "undo").status == 0


def test_prune_lists_and_takes_only_what_is_named(world: World) -> None:
    gone, other, moved = (world.worktree(name) for name in ("gone", "other", "moved"))
    shutil.rmtree(gone)
    shutil.rmtree(other)
    moved.rename(world.root / "elsewhere")
    shown = run(world, "prune")
    assert shown.status == 0
    assert "pdev prune --repair moved" in shown.out
    refused = run(world, "prune", "moved", "--yes")
    assert refused.status == 1
    assert "--repair moved" in refused.err
    assert run(world, "prune", "moved", "--repair").status == 0
    assert run(world, "prune", "gone", "--yes", "--json").json["entries"][0]["name"] == "gone"
    left = run(world, "prune", "--json").json["gone"]
    assert [each["session"] for each in left] == ["other"]


def test_one_undo_for_all_and_the_history_of_it(world: World) -> None:
    for name in ("one", "two"):
        world.commit(f"{name}.txt", "1\n", cwd=world.worktree(name))
    world.commit("base.txt", "base\n")
    before = world.git("rev-parse", "feature/one", "feature/two")
    assert run(world, "sync", "one", "two").status == 0
    assert run(world, "remove", "two", "--yes").status == 0
    history = run(world, "history", "--json").json["history"]
    assert [(row["what"], row["undoable"]) for row in history] == [("remove", True), ("sync", True)]
    listed = run(world, "trash", "list")
    assert "sync of one, two, 2 backups" in listed.out
    first = run(world, "undo")
    assert (first.status, "Undoing the removal of two" in first.err) == (0, True)
    second = run(world, "undo")
    assert "Undoing the sync of one, two" in second.err
    assert (second.status, second.out.count("put back as it was")) == (0, 2)
    assert world.git("rev-parse", "feature/one", "feature/two") == before
    again = run(world, "undo", history[1]["id"])
    assert again.status == 1
    assert "was undone already" in again.err
    assert run(world, "undo").status == 1
    shown = run(world, "history").out
    assert shown.count("(cannot be undone any more)") == 2
    assert history[0]["id"] not in shown
    assert run(world, "trash", "empty", "--yes", "--json").json["syncs"] == 1
    assert world.git("for-each-ref", "refs/pdev") == ""


def test_base_is_told_of_once(world: World) -> None:
    world.worktree("one")
    origin = world.root / "origin.git"
    world.commit("new.txt", "1")
    world.git("clone", "-q", "--bare", str(world.repo), str(origin), cwd=world.root)
    world.git("remote", "add", "origin", str(origin))
    world.git("reset", "-q", "--hard", "HEAD~1")
    shown = run(world, "sync", "--all", "--dry-run").out
    assert [line for line in shown.splitlines() if "main:" in line] == []
    assert "main would move on to origin/main" in shown
    ran = run(world, "sync", "--all")
    assert [line.split()[:2] for line in ran.out.splitlines()] == [["✓", "main:"], ["✓", "one:"]]


def test_a_start_is_pinned_to_what_was_shown(world: World) -> None:
    first = world.git("rev-parse", "main").strip()
    how = ("spawn", "docs", "--no-window", "--no-agent", "--json")
    shown = run(world, *how, "--dry-run").json
    assert shown["commit"] == first
    world.commit("more.txt", "more")
    moved = run(world, *how, "--expect", shown["fingerprint"])
    assert (moved.status, "nothing was made" in moved.err) == (1, True)
    assert run(world, *how, "--existing", "--base-commit", first).status == 2
    assert run(world, *how, "--base-commit", first[:10]).status == 2
    unknown = run(world, *how, "--base-commit", "a" * 40)
    assert (unknown.status, "has no commit aaaaaaaaaa" in unknown.err) == (1, True)
    assert not (world.root / "myapp-docs").exists()
    pinned = run(world, *how, "--base-commit", first, "--expect", shown["fingerprint"])
    assert pinned.status == 0, pinned.err
    assert world.git("rev-parse", "feature/docs").strip() == first
