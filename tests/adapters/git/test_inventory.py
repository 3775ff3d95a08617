"""Ignored files, patterns and tracked paths."""

from __future__ import annotations

from parallel_tui.adapters.git.read import inventory
from tests.adapters.git.support import NASTY, Git
from tests.support.world import World


def test_ignored_files_are_counted_and_the_painful_ones_come_first(world: World) -> None:
    world.commit(".gitignore", "build/\n*.log\n.env*\n*.sqlite3\nlinked\n")
    path = world.worktree("auth")
    outside = world.root / "outside"
    outside.mkdir()
    (outside / "huge").write_bytes(b"x" * 100_000)
    for name in NASTY:
        world.write(f"build/{name}", "12345", cwd=path)
    world.write("build/deep/data.sqlite3", "1234567", cwd=path)
    world.write("build/node_modules/pkg/.env", "x", cwd=path)
    world.write("src/a.log", "123", cwd=path)
    world.write("fresh/b.log", "1", cwd=path)
    world.write("fresh/untracked", "not counted", cwd=path)
    world.write(".env.local", "SECRET=1", cwd=path)
    (path / "build" / "link").symlink_to(outside)
    (path / "linked").symlink_to(outside)
    git = Git.of(world)
    found = git.read.ignored(git.tree(path))
    links = 2 * len(str(outside))
    assert found.count == len(NASTY) + 7
    assert found.size == 5 * len(NASTY) + 7 + 1 + 3 + 1 + 8 + links
    assert found.complete
    assert found.names[:2] == (".env.local", "build/deep/data.sqlite3")
    assert set(found.names[2:]) == {"build/", "fresh/b.log", "linked", "src/a.log"}


def test_counting_ends_at_its_limits(world: World) -> None:
    world.commit(".gitignore", "build/\n")
    for number in range(200):
        world.write(f"build/{number}", "x")
    git = Git.of(world)
    by_number = inventory.ignored(git.runner, git.main, files=10)
    assert (by_number.count, by_number.complete) == (10, False)
    by_time = inventory.ignored(git.runner, git.main, seconds=-1)
    assert (by_time.count, by_time.complete) == (0, False)
    assert by_time.names == ("build/",)


def test_untracked_files_by_gitignore_patterns(world: World) -> None:
    world.commit(".gitignore", ".env*\nconfig/local/\n")
    world.write(".env", "a")
    world.write("app/.env", "b")
    world.write("config/local/a.yml", "c")
    world.write("config/local/deep/b.yml", "d")
    world.write("plain.txt", "not ignored")
    world.write("-dash ü.txt", "e")
    world.worktree("auth")
    world.git("worktree", "add", "-q", "-b", "inner", str(world.repo / "trees" / "inner"))
    world.write("trees/inner/.env", "of another worktree")
    git = Git.of(world)
    read = git.read
    assert read.untracked_matching([".env"]) == (".env", "app/.env")
    assert read.untracked_matching(["/.env"]) == (".env",)
    assert read.untracked_matching(["config/local/", "!config/local/deep/"]) == (
        "config/local/a.yml",
        "config/local/deep/b.yml",
    )
    assert read.untracked_matching(["*.txt", "!plain*"]) == ("-dash ü.txt",)
    assert read.untracked_matching(["# a comment", "", "README.md"]) == ()
    before = git.runner.started
    assert read.untracked_matching([]) == ()
    assert git.runner.started == before
    assert not [path for path in read.untracked_matching(["*"]) if ".git/" in path]


def test_tracked_paths(world: World) -> None:
    world.commit(".claude/commands/x.md", "x")
    world.write(".claude/settings.local.json", "{}")
    for name in NASTY:
        world.write(f"d/{name}/f", "x")
    world.git("add", "-A", "d")
    git = Git.of(world)
    assert git.read.tracked_in_claude() == {".claude/commands/x.md"}
    assert git.read.tracked_directories(git.main) == {
        "",
        "src",
        ".claude",
        ".claude/commands",
        "d",
        *(f"d/{name}" for name in NASTY),
    }


def test_a_bare_repository_has_no_files(world: World) -> None:
    bare = world.root / "b.git"
    world.git("clone", "-q", "--bare", str(world.repo), str(bare))
    git = Git(bare)
    assert git.read.untracked_matching(["*"]) == ()
    assert git.read.tracked_in_claude() == frozenset()
    assert git.read.status(git.main) == ()
    assert git.read.ignored(git.main).count == 0
    assert git.read.diff(git.main, git.read.base(None)).files == ()
