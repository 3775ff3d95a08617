"""What a session changed, against real git."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from parallel_tui.adapters.git.read import diff as diff_module
from parallel_tui.model.session.diff import FileDiff, SessionDiff
from tests.adapters.git.support import NASTY, Git
from tests.support.world import World


def _diff(world: World, path: Path, **options: int) -> SessionDiff:
    git = Git.of(world)
    return git.read.diff(git.tree(path), git.read.base(None), **options)


def _by_path(diff: SessionDiff) -> dict[str, FileDiff]:
    return {file.path: file for file in diff.files}


def test_committed_staged_edited_and_untracked_in_one_list(world: World) -> None:
    for name in ("both", "staged", "edited", "deleted", "moved", "undone"):
        world.commit(f"{name}.txt", "".join(f"{name} {n}\n" for n in range(20)))
    path = world.worktree("auth")
    start = world.git("rev-parse", "HEAD").strip()
    world.commit("main-only.txt", "base moved on\n")
    world.commit("both.txt", "committed\n", cwd=path)
    world.write("both.txt", "committed\nand edited\n", cwd=path)
    world.commit("done.txt", "done\n", cwd=path)
    world.commit("undone.txt", "changed, then put back\n", cwd=path)
    world.git("checkout", "-q", start, "--", "undone.txt", cwd=path)
    world.write("staged.txt", "staged\n", cwd=path)
    world.git("add", "staged.txt", cwd=path)
    world.write("edited.txt", "edited\n", cwd=path)
    (path / "deleted.txt").unlink()
    world.git("mv", "moved.txt", "there.txt", cwd=path)
    world.write("new/one.txt", "first\nlast", cwd=path)
    found = _diff(world, path)
    assert (found.base, found.merge_base, found.omitted) == ("main", start, 0)
    rows = {f.path: (f.status, f.added, f.removed, f.committed, f.uncommitted) for f in found.files}
    assert rows == {
        "both.txt": ("M", 2, 20, True, True),
        "deleted.txt": ("D", 0, 20, False, True),
        "done.txt": ("A", 1, 0, True, False),
        "edited.txt": ("M", 1, 20, False, True),
        "new/one.txt": ("?", 2, 0, False, True),
        "staged.txt": ("M", 1, 20, False, True),
        "there.txt": ("R", 0, 0, False, True),
        "undone.txt": ("M", 0, 0, True, True),
    }
    files = _by_path(found)
    assert files["there.txt"].origin == "moved.txt"
    assert files["done.txt"].patch == "@@ -0,0 +1 @@\n+done\n"
    assert files["new/one.txt"].patch == (
        "@@ -0,0 +1,2 @@\n+first\n+last\n\\ No newline at end of file\n"
    )
    assert not any(file.truncated for file in found.files)


def test_few_processes_whatever_the_number_of_files(world: World) -> None:
    path = world.worktree("auth")
    for number in range(30):
        world.write(f"committed/{number}", "x\n", cwd=path)
    world.git("add", "-A", cwd=path)
    world.git("commit", "-q", "-m", "many", cwd=path)
    for number in range(30):
        world.write(f"untracked/{number}", "x\n", cwd=path)
    git = Git.of(world)
    tree, base = git.tree(path), git.read.base(None)
    before = git.runner.started
    assert len(git.read.diff(tree, base).files) == 60
    assert git.runner.started - before == 5


def test_binary_modes_links_and_submodules(world: World) -> None:
    (world.repo / "data.bin").write_bytes(b"\0\1")
    world.write("run.sh", "#!/bin/sh\n")
    world.git("add", "-A")
    world.git("commit", "-q", "-m", "more")
    path = world.worktree("auth")
    (path / "data.bin").write_bytes(b"\0\2\3")
    (path / "new.bin").write_bytes(b"\0\2\3")
    (path / "run.sh").chmod(0o755)
    (path / "link").symlink_to("/etc/passwd")
    world.git(
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        str(world.repo),
        "sub",
        cwd=path,
    )
    files = _by_path(_diff(world, path))
    assert (files["data.bin"].added, files["data.bin"].removed) == (None, None)
    assert files["data.bin"].patch == "Binary files a/data.bin and b/data.bin differ\n"
    assert (files["new.bin"].status, files["new.bin"].added, files["new.bin"].patch) == (
        "?",
        None,
        "",
    )
    assert files["run.sh"].patch == "old mode 100644\nnew mode 100755\n"
    assert files["link"].patch.splitlines()[1] == "+/etc/passwd"
    assert "+Subproject commit" in files["sub"].patch


def test_a_conflict_is_marked(world: World) -> None:
    path = world.worktree("auth")
    world.commit("README.md", "ours\n", cwd=path)
    world.commit("README.md", "theirs\n")
    world.git("merge", "main", cwd=path, check=False)
    (file,) = _diff(world, path).files
    assert file.status == "U"
    assert "+<<<<<<< HEAD" in file.patch


@pytest.mark.parametrize("name", NASTY)
def test_names_and_contents_that_look_like_diffs(world: World, name: str) -> None:
    trap = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n"
    world.commit("zzz", "z\n")
    path = world.worktree("auth")
    world.commit(name, trap, cwd=path)
    world.commit(f"{name}2", trap, cwd=path)
    world.write("zzz", f"z\n{trap}", cwd=path)
    world.write(f"{name} untracked", trap, cwd=path)
    found = _diff(world, path)
    assert {file.path for file in found.files} == {name, f"{name}2", f"{name} untracked", "zzz"}
    assert {file.added for file in found.files} == {4}
    for file in found.files:
        assert file.patch.count("@@ -1 +1 @@") == 1
        assert sum(line.startswith("+") for line in file.patch.splitlines()) == 4


def test_text_beyond_the_limit_is_cut_at_a_line_and_marked(world: World) -> None:
    path = world.worktree("auth")
    for number in range(6):
        world.write(f"f{number}", "0123456789\n" * 20_000, cwd=path)
    world.git("add", "f0", "f1", "f2", cwd=path)
    world.git("commit", "-q", "-m", "large", cwd=path)
    found = _diff(world, path, max_bytes=300_000)
    assert [file.added for file in found.files] == [20_000] * 6
    assert [file.truncated for file in found.files] == [False, True, True, True, True, True]
    assert sum(len(file.patch) for file in found.files) <= 300_000
    assert all(not file.patch or file.patch.endswith("\n") for file in found.files)
    assert len(found.files[1].patch) > 50_000
    nothing = _diff(world, path, max_bytes=0)
    assert len(nothing.files) == 6
    assert all(file.truncated and not file.patch for file in nothing.files)


def test_files_beyond_the_limit_are_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    path = world.worktree("auth")
    monkeypatch.setattr(diff_module, "MOST_FILES", 3)
    for name in ("a", "b"):
        world.commit(name, "x\n", cwd=path)
    for name in ("c", "d", "e"):
        world.write(name, "x\n", cwd=path)
    found = _diff(world, path)
    assert [file.path for file in found.files] == ["a", "b", "c"]
    assert found.omitted == 2


def test_settings_do_not_change_the_form(world: World) -> None:
    path = world.worktree("auth")
    world.write("README.md", "changed\n", cwd=path)
    plain = _diff(world, path)
    for key, value in {
        "diff.noprefix": "true",
        "diff.mnemonicPrefix": "true",
        "diff.context": "0",
        "diff.renames": "false",
        "diff.relative": "true",
        "diff.submodule": "log",
        "color.diff": "always",
        "diff.colorMoved": "zebra",
        "diff.wordRegex": ".",
        "diff.statGraphWidth": "3",
    }.items():
        world.git("config", key, value)
    assert _diff(world, path) == plain


def test_without_common_history_and_without_a_commit(world: World) -> None:
    path = world.worktree("pages")
    world.git("checkout", "-q", "--orphan", "pages", cwd=path)
    unborn = _diff(world, path)
    assert {file.path for file in unborn.files} == {"README.md", "src/app.py"}
    world.git("rm", "-rqf", ".", cwd=path)
    world.commit("index.html", "<p>\n", cwd=path)
    (file,) = _diff(world, path).files
    assert (file.path, file.status, file.committed, file.uncommitted) == (
        "index.html",
        "A",
        True,
        False,
    )


def test_touched_but_equal_files_are_no_change(world: World) -> None:
    path = world.worktree("auth")
    os.utime(path / "README.md", (1_000_000_000, 1_000_000_000))
    assert _diff(world, path).files == ()
