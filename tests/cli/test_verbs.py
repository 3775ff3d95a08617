"""The verbs of `pdev` on a real repository and a real tmux."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from parallel_tui.adapters.agents.looked import LookedFile
from tests.cli.running import Ran, pdev, pdev_on_terminal
from tests.support.waiting import eventually
from tests.support.world import World


def run(world: World, *arguments: str, stdin: str = "", cwd: Path | None = None) -> Ran:
    return pdev(
        "--tmux-socket", world.socket, *arguments, cwd=cwd or world.repo, env=world.env, stdin=stdin
    )


def branches(world: World) -> set[str]:
    return set(world.git("branch", "--format=%(refname:short)").split())


def test_spawn_path_diff_remove_from_anywhere_in_the_repository(world: World) -> None:
    inside = world.repo / "src"
    made = run(world, "spawn", "Log in", "--fix", "--no-agent", "--json", cwd=inside)
    assert made.status == 0, made.err
    assert made.json["session"] == "log-in"
    assert made.json["branch"] == "fix/log-in"
    tree = world.root / "myapp-log-in"
    assert made.json["directory"] == str(tree)

    found = run(world, "path", "log-in", cwd=tree)
    assert (found.status, found.out) == (0, f"{tree}\n")

    world.commit("src/new.py", "print(1)\n", cwd=tree)
    world.write("README.md", "changed\n", cwd=tree)
    shown = run(world, "diff", "log-in")
    assert "--- a/README.md\n+++ b/README.md\n@@" in shown.out
    assert "\n+changed\n" in shown.out
    stat = run(world, "diff", "log-in", "--stat").out.splitlines()
    assert [line.split() for line in stat] == [
        ["M", "+1", "-1", "uncommitted", "README.md"],
        ["A", "+1", "-0", "committed", "src/new.py"],
    ]

    plan = run(world, "remove", "log-in", "--dry-run", "--json").json
    kinds = {loss["kind"] for loss in plan["losses"]}
    assert "modified" in kinds
    refused = run(world, "remove", "log-in", "--yes", "--json")
    assert refused.status == 1
    assert {loss["kind"] for loss in refused.json["plan"]["losses"]} == kinds
    assert "--discard" in refused.json["error"]["hint"]
    assert tree.is_dir()

    asked = run(world, "remove", "log-in", "--discard", "all")
    assert asked.status == 1
    assert "--yes" in asked.err
    assert tree.is_dir()

    gone = run(world, "remove", "log-in", "--discard", "all", "--yes")
    assert gone.status == 0, gone.err
    assert not tree.exists()
    assert "fix/log-in" in branches(world)
    assert run(world, "path", "log-in").status == 2


def test_a_diff_in_a_pipe_is_a_patch_that_git_takes(world: World) -> None:
    world.write("gone.txt", "old\n")
    world.write("crlf.txt", "one\r\ntwo\x0b\u2028x\r\n")
    world.git("add", "-A")
    world.git("commit", "-q", "-m", "more")
    tree = world.worktree("auth")
    world.commit('od"d\n na\tme.txt', "new\n", cwd=tree)
    world.write("crlf.txt", "one\r\ntwo\x0b\u2028y\r\n", cwd=tree)
    world.write("with space.txt", "no newline at the end", cwd=tree)
    (tree / "gone.txt").unlink()
    patch = world.root / "all.patch"
    patch.write_bytes(os.fsencode(run(world, "diff", "auth").out))
    world.git("apply", "--check", str(patch))
    world.git("apply", str(patch))
    for name in ('od"d\n na\tme.txt', "crlf.txt", "with space.txt"):
        assert (world.repo / name).read_bytes() == (tree / name).read_bytes()
    assert not (world.repo / "gone.txt").exists()


def test_a_deleted_branch_is_announced_and_deleted(world: World) -> None:
    world.worktree("auth")
    gone = run(world, "remove", "auth", "--yes", "--delete-branch")
    assert gone.status == 0, gone.err
    assert "the branch feature/auth is deleted too" in gone.err
    assert "stays" not in gone.err
    assert "feature/auth" not in branches(world)


def test_the_hint_of_a_refusal_is_the_command_that_works(world: World) -> None:
    tree = world.worktree("auth")
    world.write("new.txt", "x", cwd=tree)
    world.write("README.md", "x", cwd=tree)
    refused = run(world, "remove", "auth", "--yes")
    assert refused.status == 1
    words = refused.err.rsplit("--discard ", 1)[1].split()[0]
    assert run(world, "remove", "auth", "--yes", "--discard", words).status == 0
    assert not tree.exists()


def test_the_main_worktree_is_never_removed(world: World) -> None:
    refused = run(world, "remove", "main", "--discard", "all", "--yes")
    assert refused.status == 1
    assert (world.repo / "README.md").exists()


def test_the_last_question_is_asked_on_a_terminal(world: World) -> None:
    tree = world.worktree("auth")
    arguments = ("remove", "auth", "--tmux-socket", world.socket)
    status, shown = pdev_on_terminal(*arguments, cwd=world.repo, env=world.env, answer="n\n")
    assert status == 1
    assert "Remove auth? [y/N]" in shown
    assert "nothing would be lost" in shown
    assert tree.is_dir()
    status, _ = pdev_on_terminal(*arguments, cwd=world.repo, env=world.env, answer="y\n")
    assert status == 0
    assert not tree.exists()


def test_a_dry_run_makes_nothing(world: World) -> None:
    before = (set(world.root.iterdir()), branches(world))
    plan = run(world, "spawn", "Übung 1", "--migration", "--no-window", "--dry-run", "--json").json
    assert plan["branch"] == f"migration/{plan['session']}"
    assert plan["changes"], "what sanitising did is told"
    assert (set(world.root.iterdir()), branches(world)) == before


@pytest.mark.parametrize(
    "name", ["-dash", "[red]", "#{pid}", "#(touch x)", "$(touch x)", "a\nb", "🎉 x", "y" * 200]
)
def test_hostile_names_become_sessions_that_can_be_found_again(world: World, name: str) -> None:
    made = run(world, "spawn", "--no-window", "--json", "--", name)
    assert made.status == 0, made.err
    found = run(world, "path", made.json["session"])
    assert found.out == made.json["directory"] + "\n"
    assert not (world.repo / "x").exists()
    assert not (world.root / "x").exists()


def test_a_name_of_nothing_is_refused(world: World) -> None:
    assert run(world, "spawn", "日本", "--no-window").status == 2
    assert run(world, "spawn", "", "--no-window").status == 2


def test_existing_branches_are_taken_and_their_absence_is_told(world: World) -> None:
    world.git("branch", "topic/old")
    made = run(
        world, "spawn", "old", "--existing", "--branch", "topic/old", "--no-window", "--json"
    )
    assert made.json["branch"] == "topic/old"
    missing = run(world, "spawn", "other", "--existing", "--branch", "nope", "--no-window")
    assert missing.status == 2
    assert "nope" in missing.err
    unknown = run(world, "spawn", "third", "--base", "nowhere", "--no-window", "--json")
    assert unknown.status == 2
    assert "nowhere" in unknown.json["error"]["message"]


def test_a_prompt_can_come_from_standard_input(world: World) -> None:
    made = run(
        world, "spawn", "p", "--prompt-file", "-", "--agent", "cat", "--json",
        stdin="first line\n$(touch x) 'quoted'\n",
    )  # fmt: skip
    assert made.status == 0, made.err
    context = Path(made.json["directory"], ".claude/feature-context.md").read_text()
    assert "first line\n$(touch x) 'quoted'" in context
    assert not Path(made.json["directory"], "x").exists()


def test_commands_of_the_repository_run_only_after_trust(world: World) -> None:
    world.write(".claude/parallel-config.yml", "setup: ['echo set up > done.txt']\n")
    refused = run(world, "spawn", "a", "--no-window", "--json")
    assert refused.status == 1
    assert refused.json["error"]["kind"] == "trust_needed"
    assert "echo set up > done.txt" in refused.json["content"]
    assert "--trust" in refused.json["error"]["hint"]
    assert not (world.root / "myapp-a").exists()
    trusted = run(world, "spawn", "a", "--no-window", "--trust")
    assert trusted.status == 0, trusted.err
    assert (world.root / "myapp-a/done.txt").read_text() == "set up\n"
    again = run(world, "spawn", "b", "--no-window")
    assert again.status == 0, "trust is remembered for exactly this content"
    world.write(".claude/parallel-config.yml", "setup: ['echo other > done.txt']\n")
    assert run(world, "spawn", "c", "--no-window").status == 1


def test_a_broken_configuration_stops_with_file_and_line(world: World) -> None:
    world.write(".claude/parallel-config.yml", "base: main\nmax_sessions: lots\n")
    ran = run(world, "spawn", "a", "--no-window")
    assert ran.status == 2
    assert "parallel-config.yml, line 2: max_sessions must be a whole number" in ran.err
    assert run(world, "config", "path").status == 0, "where the broken file is can still be asked"


def test_configuration_is_shown_with_its_sources(world: World) -> None:
    world.write(".claude/parallel-config.yml", "layout: split\nthme: x\n")
    ran = pdev(
        "config", "show", "--json", "--base", "main", cwd=world.repo, env=world.env,
        PDEV_MAX_SESSIONS="7",
    )  # fmt: skip
    settings = ran.json["settings"]
    assert settings["base"] == settings["base"] | {"value": "main", "source": "command line"}
    assert settings["max_sessions"]["source"] == "environment PDEV_MAX_SESSIONS"
    assert settings["layout"]["source"].endswith("/.claude/parallel-config.yml")
    assert settings["layout"]["from_repository"]
    assert settings["theme"]["user_only"]
    assert "did you mean theme" in ran.json["warnings"][0]
    assert "did you mean theme" in ran.err


def test_what_is_not_set_is_shown_as_what_counts(world: World) -> None:
    shown = run(world, "config", "show").out
    assert "null" not in shown
    assert re.search(r"^base +main +# there is a branch main$", shown, re.MULTILINE), shown
    settings = run(world, "config", "show", "--json").json["settings"]
    assert settings["base"]["value"] is None
    assert (settings["base"]["effective"], settings["base"]["effective_reason"]) == (
        "main", "there is a branch main",
    )  # fmt: skip
    assert settings["layout"]["effective"] == "single"
    world.git("branch", "-m", "main", "trunk")
    assert re.search(r"^base +trunk +# ", run(world, "config").out, re.MULTILINE)


def test_attaching_needs_a_terminal_and_says_so(world: World) -> None:
    world.worktree("auth")
    refused = run(world, "attach", "auth")
    assert refused.status == 1
    assert "terminal" in refused.err
    wrong = run(world, "attach", "auht")
    assert wrong.status == 2
    assert "'auth'" in wrong.err


@pytest.mark.tmux
def test_attaching_shows_the_window_until_the_user_detaches(world: World) -> None:
    auth = world.worktree("auth")
    world.window("hand-made", auth)

    def detach() -> None:
        eventually(lambda: "auth" in world.tmux("list-clients", "-F", "#{pane_current_path}"))
        world.tmux("detach-client", "-s", "work")

    with ThreadPoolExecutor(1) as user:
        leaving = user.submit(detach)
        status, shown = pdev_on_terminal(
            "attach", "auth", "--tmux-socket", world.socket, cwd=world.repo, env=world.env
        )
        leaving.result()
    assert status == 0
    assert "detach with Ctrl+b d" in shown
    looked = LookedFile(str(world.repo / ".git/pdev")).read()
    assert list(looked) == [str(world.repo / ".git/worktrees/myapp-auth")]


@pytest.mark.tmux
def test_windows_are_closed_by_session_or_by_id_and_only_this_repositorys(world: World) -> None:
    auth = world.worktree("auth")
    own = world.window("auth", auth)
    elsewhere = world.window("other", world.root)
    refused = run(world, "close", elsewhere)
    assert refused.status == 2
    assert elsewhere in world.tmux("list-windows", "-a", "-F", "#{window_id}")
    assert run(world, "close", "main").status == 1
    closed = run(world, "close", own)
    assert closed.status == 0, closed.err
    assert own not in world.tmux("list-windows", "-a", "-F", "#{window_id}").split()
    again = world.window("auth", auth)
    assert run(world, "close", "auth", "--json").status == 0
    assert again not in world.tmux("list-windows", "-a", "-F", "#{window_id}").split()
    assert auth.is_dir()


def test_paths_that_are_not_utf8_come_out_byte_for_byte(world: World) -> None:
    raw = os.fsencode(world.root) + b"/myapp-caf\xe9"
    world.git("worktree", "add", "-q", "-b", "caf", os.fsdecode(raw))
    listed = [s for s in ("caf", "cafe", "caf-2") if run(world, "path", s).status == 0]
    assert listed
    assert os.fsencode(run(world, "path", listed[0]).out) == raw + b"\n"
    assert os.fsencode(run(world, "path", listed[0], "--json").json["path"]) == raw


def test_a_directory_deleted_by_hand_is_told(world: World) -> None:
    world.worktree("auth")
    (world.root / "myapp-auth").rename(world.root / "moved")
    ran = run(world, "path", "auth")
    assert ran.status == 1
    assert "gone" in ran.err
    assert ran.out == ""
