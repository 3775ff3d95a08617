"""What the doctor finds, each planted on a real repository, and that it changes nothing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Core
from parallel_tui.command_lines import said
from parallel_tui.errors import UsageError
from parallel_tui.model.lifecycle.finding import Finding, Severity, exit_status
from parallel_tui.model.lifecycle.runtime_files import EXCLUDED
from parallel_tui.model.settings.consent import PLAIN_SHELL
from tests.support.world import World

OpenCore = Callable[..., Core]


def about(core: Core, topic: str) -> list[Finding]:
    """Findings of a topic that are not good."""
    found = core.doctor.examine()
    return [each for each in found if each.topic == topic and each.severity is not Severity.GOOD]


def test_nothing_is_wrong_with_a_repository_as_the_guide_has_it(
    world: World, core_of: OpenCore
) -> None:
    world.worktree("one")
    core = core_of()
    core.shared.locks.acquire(["src/app.py"], session="one")
    found = core.doctor.examine()
    assert [each for each in found if each.severity is Severity.PROBLEM] == []
    assert exit_status(found) == 0
    assert {"git", "tmux", "watching"} <= {each.topic for each in found}


@pytest.mark.files
def test_a_file_where_the_shared_folder_should_be_is_found_once_with_what_mends_it(
    world: World, core_of: OpenCore
) -> None:
    core = core_of()
    (world.repo / ".claude").write_text("mine")
    (found,) = about(core, "shared files")
    assert ".claude is not a directory" in found.what
    subprocess.run(["sh", "-c", str(found.remedy)], check=True)
    assert about(core, "shared files") == []
    core.shared.locks.acquire(["src/app.py"], session="main")


@pytest.mark.files
def test_a_worktree_with_shared_files_of_its_own_is_found_and_mended(
    world: World, core_of: OpenCore
) -> None:
    tree = world.worktree("one")
    name = "1700000000000_abcdef.json"
    event = {"id": name[:-5], "type": "note", "session": "one", "payload": 1, "timestamp": 1}
    world.write(f".claude/events/{name}", json.dumps(event), cwd=tree)
    world.write(".claude/locks/src_app.py.lock", "one", cwd=tree)
    linked = world.worktree("linked")
    (world.repo / ".claude" / "locks").mkdir(parents=True)
    (linked / ".claude").symlink_to(world.repo / ".claude")
    core = core_of()
    found = [each for each in about(core, "shared files") if "split-brain" in said(each.remedy)]
    assert {Path(each.where).parent.parent.name for each in found} == {"myapp-one"}
    assert said(found[0].remedy) == f"pdev repair --split-brain {tree}"

    receipt = core.mender.mend(str(tree))
    assert receipt.events == 1
    kept = Path(str(receipt.kept))
    assert (kept / "locks/src_app.py.lock").read_text() == "one"
    assert (kept / "events" / name).exists()
    assert [each.id for each in core.shared.events.all()] == [name[:-5]]
    assert core.shared.locks.all() == ()
    with pytest.raises(UsageError, match="keeps no shared files"):
        core.mender.mend(str(tree))
    assert not any("split-brain" in said(each.remedy) for each in about(core, "shared files"))


@pytest.mark.files
def test_what_is_left_over_is_named_with_its_remedy(world: World, core_of: OpenCore) -> None:
    inner = world.repo / "inner"
    world.git("worktree", "add", "-q", "-b", "inner", str(inner))
    gone = world.worktree("gone")
    half = world.worktree("half")
    world.git("worktree", "lock", "--reason", "being made, 1234", str(half))
    core = core_of()
    core.shared.locks.acquire(["src/app.py"], session="gone")
    world.window("work", half)
    window = core.mux.open_window(
        session="ghost",
        name="ghost",
        directory=str(world.root),
        panes=(PLAIN_SHELL,),
        env={},
    )
    gone.rename(world.root / "elsewhere")
    world.git("worktree", "prune")
    world.write(".claude/parallel-state.json", "{torn")
    before = world.git("status", "--porcelain", "--ignored")
    [lock] = about(core, "locks")
    assert said(lock.remedy) == "pdev unlock --force --reason ended -- src/app.py"
    [left_over] = [each for each in core.mux.listing().windows if each.id == window]
    place = f"{left_over.session_name}:{left_over.index}"
    assert [each.where for each in about(core, "windows")] == [place]
    assert [each.where for each in about(core, "worktrees")] == [str(inner)]
    # Simulations of other programs on this machine are in no world.
    left = [each.where for each in about(core, "leftovers")]
    assert [where for where in left if where.startswith(str(world.root))] == [str(half)]
    [torn] = about(core, "shared files")
    assert said(torn.remedy) == "pdev repair parallel-state.json"
    assert exit_status(core.doctor.examine()) == 1
    assert world.git("status", "--porcelain", "--ignored") == before


def test_settings_of_all_sessions_beside_runtime_files_are_no_problem(
    world: World, core_of: OpenCore
) -> None:
    world.write(".git/info/exclude", "".join(f"{pattern}\n" for pattern in EXCLUDED))
    world.write(".claude/parallel-state.json", "{}")
    world.write(".claude/parallel-config.yml", "sessions: {}\n")
    assert world.git("status", "--porcelain") == "?? .claude/\n"
    assert about(core_of(), "shared files") == []


def test_runtime_files_that_git_sees_are_a_problem(world: World, core_of: OpenCore) -> None:
    world.write(".claude/parallel-state.json", "{}")
    core = core_of()
    [found] = about(core, "shared files")
    assert "show as untracked" in found.what
    world.git("add", "-f", ".claude/parallel-state.json")
    world.git("commit", "-qm", "oops")
    [found] = about(core_of(), "shared files")
    assert found.remedy == "git rm --cached -- .claude/parallel-state.json"
