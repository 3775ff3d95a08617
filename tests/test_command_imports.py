"""What a command loads is what it costs: most of its time is the import of modules."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = frozenset(
    # Libraries, and parts of Python that cost a millisecond or more each.
    {
        *("textual", "rich", "git", "libtmux", "yaml", "psutil", "watchfiles"),
        "psycopg",
        *("mcp", "mcp_types", "anyio", "pydantic"),
        *("argparse", "asyncio", "concurrent", "dataclasses", "datetime", "difflib", "email"),
        *("gettext", "hashlib", "locale"),
        *("inspect", "logging", "pathlib", "platform", "queue", "random", "secrets", "shutil"),
        *("socket", "subprocess", "tempfile", "threading", "typing", "urllib", "uuid"),
    }
)

OURS = {
    # Modules of ours that each command may load, packages included: what it loads now, and one.
    "locks": 98,
    "lock --check q": 109,
    "lock q": 117,
    "unlock q": 116,
    "event emit note": 112,
    "event list": 98,
    "handoff list": 99,
    "tasks": 96,
    "task done finished": 115,
    "session set": 115,
    "session show": 96,
    "path main": 57,
    "slots": 66,
    "ports": 66,
    "completion sessions": 57,
}

LOOKS = {
    # The same for commands that look at every worktree.
    "list": 150,
    "list --json": 145,
    "status": 150,
    "check": 140,
    "check --staged": 140,
}

NOT_FOR_A_CHECK = frozenset(
    {
        *("argparse", "gettext", "lzma", "random", "secrets", "shutil", "tempfile", "typing"),
    }
)
"""What a check in a commit hook did without, once it was seen what that costs."""

LIVE = (
    # What only a view that stays needs.
    *("asyncio", "concurrent", "ctypes", "dataclasses", "inspect", "logging", "platform"),
    *(
        "parallel_tui.engine.engine",
        "parallel_tui.engine.publisher",
        "parallel_tui.engine.working.loop",
    ),
    *("parallel_tui.engine.rows", "parallel_tui.engine.watching.inotify", "parallel_tui.ui"),
    *("psutil", "git", "libtmux", "watchfiles", "yaml", "parallel_tui.adapters.tmux.server"),
    *("mcp", "mcp_types", "anyio", "pydantic", "parallel_tui.cli.mcp"),
)

ELSEWHERE = (
    # What other commands need: none of it belongs on the way of those above.
    "parallel_tui.engine",
    "parallel_tui.demo",
    "parallel_tui.ui",
    "parallel_tui.services.sync",
    "parallel_tui.services.spawn",
    "parallel_tui.services.removal",
    "parallel_tui.services.trash",
    "parallel_tui.services.doctor",
    "parallel_tui.services.overlap",
    "parallel_tui.adapters.git.write",
    "parallel_tui.adapters.git.merged",
    "parallel_tui.adapters.git.simulate",
    "parallel_tui.adapters.git.unlisted",
    "parallel_tui.adapters.config.yaml_file",
    "parallel_tui.adapters.tmux.server",
    "parallel_tui.adapters.store.postgres",
    "parallel_tui.model.overlap",
    "parallel_tui.model.view",
)

_ASK = """
import json, os, sys
from parallel_tui.cli.main import main
status = main(sys.argv[1:])
sys.stdout.flush()
os.write(2, b"\\n" + json.dumps(sorted(sys.modules)).encode())
sys.exit(status)
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with one worktree beside it, used once before, and no tmux at all."""
    repo = tmp_path_factory.mktemp("imports") / "app"
    env = _env(repo)
    for args in (
        ["init", "-q", "-b", "main", str(repo)],
        ["-C", str(repo), "commit", "-q", "--allow-empty", "-m", "first"],
        ["-C", str(repo), "worktree", "add", "-q", str(repo.parent / "app-one")],
    ):
        subprocess.run(["git", *args], env=env, check=True, capture_output=True)
    for first in ("lock held", "session set", "event emit note", "handoff send app-one --task x"):
        subprocess.run(
            [sys.executable, "-m", "parallel_tui.cli.main", *first.split()],
            cwd=repo,
            env=env,
            check=False,
            capture_output=True,
        )
    return repo


def _env(repo: Path) -> dict[str, str]:
    """An environment in which nothing is set."""
    home = repo.parent
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PDEV_", "CLAUDE", "GIT_", "TMUX", "XDG_"))
    }
    told = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")}  # fmt: skip
    return {**env, **told, "HOME": str(home), "TMUX_TMPDIR": str(home)}


def _loaded(repo: Path, command: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _ASK, *command.split()],
        cwd=repo,
        env=_env(repo),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("command", OURS)
def test_a_command_loads_what_it_runs_and_no_more(repository: Path, command: str) -> None:
    loaded = _loaded(repository, command)
    assert sorted({name.partition(".")[0] for name in loaded} & HEAVY) == []
    ours = sorted(name for name in loaded if name.partition(".")[0] == "parallel_tui")
    assert [name for name in ours if name.startswith(ELSEWHERE)] == []
    assert len(ours) <= OURS[command], ours


@pytest.mark.parametrize("command", LOOKS)
def test_a_single_look_loads_nothing_of_what_watches(repository: Path, command: str) -> None:
    loaded = _loaded(repository, command)
    assert sorted(loaded & set(LIVE)) == []
    ours = sorted(name for name in loaded if name.partition(".")[0] == "parallel_tui")
    assert len(ours) <= LOOKS[command], ours


@pytest.mark.parametrize("command", ["check", "check --staged"])
def test_a_check_in_a_hook_loads_no_costly_part_of_python(repository: Path, command: str) -> None:
    assert sorted(_loaded(repository, command) & NOT_FOR_A_CHECK) == []


def test_numbers_that_a_dashboard_keeps_are_read_without_what_looks(repository: Path) -> None:
    from parallel_tui.adapters.disk.segment import SegmentFile

    keeper = SegmentFile(str(repository / ".git"))
    keeper.show("waiting 1\n")
    try:
        loaded = _loaded(repository, "status --tmux")
    finally:
        keeper.end()
    assert sorted({name.partition(".")[0] for name in loaded} & HEAVY) == []
    looking = ("parallel_tui.engine", "parallel_tui.adapters.git.run", "parallel_tui.adapters.tmux")
    assert [name for name in sorted(loaded) if name.startswith(looking)] == []
    ours = sorted(name for name in loaded if name.partition(".")[0] == "parallel_tui")
    assert len(ours) <= 43, ours


def test_settings_are_understood_only_where_something_is_set(repository: Path) -> None:
    tables = "parallel_tui.model.settings.table"
    assert tables not in _loaded(repository, "locks")
    file = repository.parent / ".config/pdev/config.yml"
    file.parent.mkdir(parents=True)
    file.write_text("theme: nord\n", encoding="utf-8")
    try:
        loaded = _loaded(repository, "locks")
    finally:
        file.unlink()
    assert {tables, "yaml"} <= loaded


def test_every_variable_that_sets_something_is_seen_without_the_table() -> None:
    from parallel_tui.adapters.config.places import nothing_set
    from parallel_tui.model.settings.table import SETTINGS

    assert nothing_set("/nowhere", {}, {"HOME": "/nowhere"})
    for setting in SETTINGS:
        if setting.env is not None:
            assert not nothing_set("/nowhere", {}, {"HOME": "/nowhere", setting.env: "x"})
