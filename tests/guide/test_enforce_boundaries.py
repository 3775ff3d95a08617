"""The guide's `enforce-boundaries.sh` and `parallel-config.yml`, unmodified, and ours beside."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.cli.running import PDEV, Ran, pdev
from tests.support.world import World

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.fixture
def staged(world: World) -> World:
    """The guide's boundaries on base."""
    config = (HERE / "parallel-config.yml").read_text(encoding="utf-8")
    world.commit(".claude/parallel-config.yml", config)
    return world


def stage(world: World, *paths: str) -> None:
    world.git("reset", "-q", "--hard")
    for path in paths:
        world.write(path, "new\n")
    world.git("add", "-A")


def guide(world: World, session: str) -> subprocess.CompletedProcess[str]:
    """What the guide's script says."""
    return subprocess.run(
        [str(shutil.which("bash")), str(HERE / "enforce-boundaries.sh")],
        cwd=world.repo,
        env={**world.env, "CLAUDE_SESSION": session},
        capture_output=True,
        text=True,
        check=False,
    )


def ours(world: World, session: str) -> Ran:
    """What ours says, asked as the hook of `.pre-commit-hooks.yaml` asks."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    program, *words = shlex.split(hook["entry"])
    assert program == "pdev"
    return pdev(*words, "--json", cwd=world.repo, env=world.env, CLAUDE_SESSION=session)


@pytest.mark.parametrize(
    ("path", "session", "owner"),
    [
        ("src/components/a.tsx", "frontend", None),
        ("src/components/a.tsx", "backend", "frontend"),
        ("src/api/a.ts", "backend", None),
        ("src/api/a.ts", "frontend", "backend"),
        ("src/api/a.ts", "tests", "backend"),
        ("README.md", "frontend", None),
        ("src/api/a.ts", "unknown", "backend"),
        ("public/index.html", "shared", "frontend"),
    ],
)
def test_both_refuse_and_allow_the_same(
    staged: World, path: str, session: str, owner: str | None
) -> None:
    stage(staged, path)
    said, told = guide(staged, session), ours(staged, session)
    assert said.returncode == told.status == (0 if owner is None else 1)
    if owner is not None:
        assert f"{path} is owned by session '{owner}'" in said.stdout
        (touch,) = told.json["touches"]
        assert (touch["path"], touch["owner"], touch["action"]) == (path, owner, "deny")


def test_what_is_shared_is_refused_there_and_warned_of_here(staged: World) -> None:
    stage(staged, "src/types/user.ts")
    assert guide(staged, "frontend").returncode == 1
    told = ours(staged, "frontend")
    assert (told.status, told.json["action"]) == (0, "warn")
    assert "Coordinate before changes" in told.json["touches"][0]["sentence"]


def test_an_entry_ends_where_the_next_begins(staged: World) -> None:
    """The script reads ten lines on, and takes the paths of `tests` for those of `shared`."""
    stage(staged, "__mocks__/fs.js")
    assert "owned by session 'shared'" in guide(staged, "tests").stdout
    assert ours(staged, "tests").status == 0
    told = ours(staged, "backend")
    assert (told.status, told.json["touches"][0]["owner"]) == (1, "tests")


@pytest.mark.parametrize(
    "path", ["src/api/v1/deep/a.ts", "src/api/a b.ts", "src/api/$(touch x).ts", "src/api/Ünï.ts"]
)
def test_what_the_script_overlooks_is_seen(staged: World, path: str) -> None:
    stage(staged, "src/api/v1/other.ts", path)
    told = ours(staged, "frontend")
    assert told.status == 1
    assert path in {each["path"] for each in told.json["touches"] if each["action"] == "deny"}


def test_the_commit_hook_is_one_that_pre_commit_takes() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["id"] == "pdev-boundaries"
    assert hook["pass_filenames"] is False
    assert hook["always_run"] is True


def test_a_real_commit_is_refused_and_leaves_the_index_as_it_was(staged: World) -> None:
    tree = staged.worktree("frontend")
    hook = staged.repo / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nexec '{PDEV}' "
                    "check --staged --boundaries\n", encoding="utf-8")  # fmt: skip
    hook.chmod(0o755)
    staged.write("src/api/a.ts", "mine\n", cwd=tree)
    staged.write("src/pages/p.ts", "mine\n", cwd=tree)
    staged.git("add", "-A", cwd=tree)
    before = staged.git("ls-files", "-s", cwd=tree)
    done = subprocess.run(
        ["git", "commit", "-m", "x"], cwd=tree, env=staged.env, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "src/api/a.ts belongs to backend" in done.stdout + done.stderr
    assert staged.git("ls-files", "-s", cwd=tree) == before
    # `git commit PATH` commits another index than the worktree's own.
    staged.git("commit", "-qm", "pages", "src/pages/p.ts", cwd=tree)
