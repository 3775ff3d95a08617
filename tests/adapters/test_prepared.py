"""Repositories prepared for other programs: what of their files runs in a new worktree."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from parallel_tui.adapters.config import prepared
from parallel_tui.adapters.config.prepared import CODEX, CONDUCTOR, CURSOR

_FIRST = f"{CODEX}/environment.toml"


@pytest.fixture(autouse=True)
def _plain_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, **more: None)


def _write(root: Path, path: str, text: str | bytes) -> None:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize(
    ("path", "text", "lines"),
    [
        (CURSOR, {"setup-worktree": ["npm ci", " ", "cp $ROOT_WORKTREE_PATH/.env ."]},
         ("npm ci", "cp $ROOT_WORKTREE_PATH/.env .")),
        (CURSOR, {"setup-worktree": ["a"], "setup-worktree-unix": ["b"],
                  "setup-worktree-windows": ["c"]}, ("b",)),
        (CURSOR, {"setup-worktree-unix": "setup.sh"},
         ("if [ -x .cursor/setup.sh ]; then .cursor/setup.sh; else sh .cursor/setup.sh; fi",)),
        (CURSOR, {"other": 1}, ()),
        (_FIRST, 'version = 1\n[setup]\nscript = """\nnpm ci\nmake\n"""\n', ("npm ci\nmake",)),
        (f"{CODEX}/x.toml", '[setup]\nscript = "a"\n[setup.linux]\nscript = "l"\n'
         '[setup.darwin]\nscript = "l"\n', ("l",)),
        (_FIRST, "version = 1\n[[actions]]\nname = 'x'\ncommand = 'y'\n", ()),
        (CONDUCTOR, {"scripts": {"setup": "npm i; cp $CONDUCTOR_ROOT_PATH/.env .", "run": "x"}},
         ("npm i; cp $CONDUCTOR_ROOT_PATH/.env .",)),
        (CONDUCTOR, {"name": "x", "setup": "not of this program"}, ()),
    ],
)  # fmt: skip
def test_each_format_is_read_as_its_program_means_it(
    tmp_path: Path, path: str, text: object, lines: tuple[str, ...]
) -> None:
    _write(tmp_path, path, text if isinstance(text, str) else json.dumps(text))
    found = prepared.read(tmp_path)
    assert found.lines == lines
    assert found.file == (path if lines else "")
    assert (found.beside, found.problems) == ((), ())


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        (CURSOR, "{", "not JSON"),
        (CURSOR, "[1]", "not a JSON object"),
        (CURSOR, '{"setup-worktree": 3}', "setup-worktree must be"),
        (CURSOR, '{"setup-worktree": ["a", 3]}', "setup-worktree must be"),
        (CURSOR, '{"setup-worktree": "../../x.sh"}', "plain path"),
        (CURSOR, '{"setup-worktree": "x.sh; rm -rf ~"}', "plain path"),
        (_FIRST, "[setup", "not TOML"),
        (_FIRST, b"\xff\xfe", "not TOML"),
        (_FIRST, "setup = 3", "table"),
        (_FIRST, "[setup]\nscript = 3", "text"),
        (CONDUCTOR, '{"scripts": []}', "object"),
        (CONDUCTOR, '{"scripts": {"setup": ["a"]}}', "text"),
        (CONDUCTOR, '{"scripts": {"setup": "a\\u0000b"}}', "NUL"),
    ],
)
def test_a_wrong_file_is_told_and_the_next_is_used(
    tmp_path: Path, path: str, text: str | bytes, why: str
) -> None:
    _write(tmp_path, path, text)
    if path == CONDUCTOR:
        _write(tmp_path, f"{CODEX}/z.toml", '[setup]\nscript = "ok"')
    else:
        _write(tmp_path, CONDUCTOR, '{"scripts": {"setup": "ok"}}')
    found = prepared.read(tmp_path)
    assert found.lines == ("ok",)
    (problem,) = found.problems
    assert problem.startswith(f"{path} is not used: ")
    assert why in problem


def test_one_of_several_is_used_and_the_others_are_named(tmp_path: Path) -> None:
    _write(tmp_path, CONDUCTOR, '{"scripts": {"setup": "c"}}')
    _write(tmp_path, f"{CODEX}/a.toml", '[setup]\nscript = "a"')
    _write(tmp_path, _FIRST, '[setup]\nscript = "e"')
    found = prepared.read(tmp_path)
    assert found.lines == ("e",)
    assert found.beside == (
        f"{CODEX}/a.toml is not used: {_FIRST} is",
        f"conductor.json is not used: {_FIRST} is",
    )
    assert prepared.read(tmp_path / "nowhere").lines == ()


def test_a_larger_shell_runs_them_where_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, **more: f"/bin/{name}")
    _write(tmp_path, CONDUCTOR, json.dumps({"scripts": {"setup": "echo x y"}}))
    assert prepared.read(tmp_path).lines == ("bash -c 'echo x y'",)
