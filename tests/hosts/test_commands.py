"""Two clones of a repository, as people use them with one store."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hosts.server import Server

_WITHOUT = (
    "import sys; sys.modules['psycopg'] = None\n"
    "from parallel_tui.cli.main import main; sys.exit(main(sys.argv[1:]))"
)


class Clone:
    """A clone, and what is set for whoever works in it."""

    def __init__(self, path: Path, **env: str) -> None:
        self.path = path
        self.env = env

    def git(self, *args: str) -> str:
        """Run git here."""
        done = subprocess.run(
            ["git", *args], cwd=self.path, check=True, capture_output=True, text=True
        )
        return done.stdout

    def pdev(
        self, *args: str, program: tuple[str, ...] = ("-m", "parallel_tui.cli.main")
    ) -> tuple[int, str, str]:
        """Run pdev here; its status, output and errors."""
        done = subprocess.run(
            [sys.executable, *program, *args],
            cwd=self.path,
            env={**os.environ, **self.env},
            check=False,
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def first(tmp_path: Path, server: Server) -> Clone:
    """A repository with one commit, and an empty database."""
    url = server.make(f"commands-{os.getpid()}-{tmp_path.name}"[:60])
    made = Clone(tmp_path / "one", PDEV_STORE=url)
    made.path.mkdir()
    made.git("init", "-q", "-b", "main")
    made.git("commit", "-q", "--allow-empty", "-m", "first")
    return made


def _clone(of: Clone, name: str, *options: str) -> Clone:
    target = of.path.parent / name
    of.git("clone", "-q", *options, f"file://{of.path}", str(target))
    return Clone(target, **of.env)


def test_clones_meet_in_a_store(first: Clone) -> None:
    files = Clone(first.path, PDEV_STORE="files")
    assert files.pdev("lock", "old/päth.py", "--session", "auth")[0] == 0
    status, _, said = first.pdev("locks")
    assert status == 2
    assert "pdev store init" in said
    assert first.pdev("store", "init")[0] == 0
    first.git("commit", "-q", "--allow-empty", "-m", "more")
    second = _clone(first, "two")
    assert first.pdev("store", "import")[1].startswith("Copied from")
    assert files.pdev("locks")[1] == "", "what hooks would still see is out of the way"
    assert "old/päth.py  auth  held" in second.pdev("locks")[1]
    status, _, said = second.pdev("lock", "old", "--session", "api")
    assert status == 1
    assert "auth" in said
    assert json.loads(second.pdev("store", "status", "--json")[1])["rows"]["lock"] == 1
    assert second.pdev("store", "export")[0] == 0
    assert "old/päth.py" in Clone(second.path, PDEV_STORE="files").pdev("locks")[1]

    fork = Clone(second.path, **second.env, PDEV_STORE_REPOSITORY="fork")
    assert "does not know this repository" in fork.pdev("locks")[2]
    shallow = _clone(first, "shallow", "--depth", "1")
    assert "git fetch --unshallow" in shallow.pdev("locks")[2]


def test_what_decides_on_a_store_is_the_user_s_alone(first: Clone) -> None:
    theirs = Clone(first.path, PDEV_STORE="")
    settings = first.path / ".claude" / "parallel-config.yml"
    settings.parent.mkdir()
    settings.write_text(f"store: {first.env['PDEV_STORE']}\n")
    status, shown, said = theirs.pdev("store", "status")
    assert (status, shown) == (0, f"Files in {first.path}/.claude\n")
    assert "store is ignored: only your own configuration may set it" in said
    secret = Clone(first.path, PDEV_STORE="postgresql://u:geheim@h/d")
    status, _, said = secret.pdev("locks")
    assert status == 2
    assert "~/.pgpass" in said
    assert "geheim" not in said
    status, _, said = first.pdev("locks", program=("-c", _WITHOUT))
    assert status == 2
    assert "pip install 'pdev-tui[postgres]'" in said
    status, shown, _ = first.pdev("store", "init", "--print-role", 'a"b')
    assert status == 0
    assert 'CREATE ROLE "a""b" LOGIN' in shown
    for name in ("a\rDROP TABLE x; --", "a" * 64, os.fsdecode(b"\xe9"), ""):
        status, shown, said = first.pdev("store", "init", "--print-role", name)
        assert (status, shown) == (2, "")
        assert "cannot be the name of a role" in said
