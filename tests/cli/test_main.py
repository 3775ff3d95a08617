"""Exit statuses and errors: one shape for people, one for scripts, no traceback for either."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from parallel_tui import __version__, bootstrap
from parallel_tui.cli.main import main
from parallel_tui.cli.names import COMMANDS
from parallel_tui.cli.render.errors import error_json
from parallel_tui.errors import (
    CouldNotLookError,
    GitError,
    MuxError,
    ParallelError,
    RefusedError,
    UsageError,
)
from tests.cli.running import PDEV, pdev

Captured = pytest.CaptureFixture[str]


def test_without_arguments_it_lists_what_it_can_do(capsys: Captured) -> None:
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert all(command.name in shown for command in COMMANDS)
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"pdev {__version__}\n"


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_explains_itself(command: str, capsys: Captured) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert not ended.value.code
    assert f"pdev {command}" in capsys.readouterr().out


def test_a_mistyped_command_names_the_nearest(capsys: Captured) -> None:
    assert main(["spwan", "x"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "'spwan'" in shown.err
    assert "`pdev spawn`" in shown.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "--nonsense"],
        ["remove"],
        ["remove", "x", "--discard", "everything"],
        ["spawn", "x", "--fix", "--migration"],
        ["spawn", "x", "--agent", "a", "--no-agent"],
        ["spawn", "x", "--attach", "--no-window"],
        ["spawn", "x", "--attach"],
        ["spawn", "x", "--prompt-file", "/nonexistent/prompt"],
        ["watch", "--count", "0"],
        ["list", "--timeout", "-1"],
        ["config", "destroy"],
    ],
)
def test_a_wrong_command_line_is_status_2_and_one_readable_line(
    arguments: list[str], capsys: Captured
) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("pdev: Invalid request: ")
    assert "Traceback" not in shown.err


def test_with_json_an_error_is_one_object_on_standard_output(
    tmp_path: Path, isolated: dict[str, str]
) -> None:
    ran = pdev("list", "--json", cwd=tmp_path, env=isolated)
    assert ran.status == 2
    assert ran.json["schema"] == 2
    assert ran.json["error"]["kind"] == "usage"
    assert set(ran.json["error"]) == {"kind", "title", "message", "hint"}
    assert str(tmp_path) in ran.json["error"]["message"]
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("error", "kind", "status"),
    [
        (UsageError("m"), "usage", 2),
        (RefusedError("m"), "refused", 1),
        (CouldNotLookError("m"), "could_not_look", 2),
        (GitError("m", hint="h"), "git", 2),
        (MuxError("m"), "mux", 2),
    ],
)
def test_each_kind_of_error_has_its_word_and_its_status(
    error: ParallelError, kind: str, status: int,
    monkeypatch: pytest.MonkeyPatch, capsys: Captured,
) -> None:  # fmt: skip
    def fail(*arguments: object, **options: object) -> None:
        raise error

    monkeypatch.setattr(bootstrap, "open_core", fail)
    assert main(["path", "x", "--json"]) == status
    shown = capsys.readouterr()
    assert json.loads(shown.out)["error"]["kind"] == kind
    assert error_json(error)["error"] == json.loads(shown.out)["error"]
    assert main(["path", "x"]) == status
    assert capsys.readouterr().out == ""


def test_an_error_nobody_foresaw_is_one_line_and_the_traceback_on_request(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise RuntimeError("evil \x1b]0;x\x07 text")

    monkeypatch.setattr(bootstrap, "open_core", fail)
    assert main(["path", "x"]) == 70
    shown = capsys.readouterr().err
    assert "RuntimeError: evil" in shown
    assert "PDEV_DEBUG=1" in shown
    assert "Traceback" not in shown
    assert "\x1b" not in shown
    monkeypatch.setenv("PDEV_DEBUG", "1")
    assert main(["path", "x"]) == 70
    assert "Traceback" in capsys.readouterr().err


def test_ctrl_c_ends_it_quietly(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "open_core", interrupted)
    assert main(["path", "x"]) == 130
    assert capsys.readouterr().err == ""


def test_a_reader_that_went_away_is_no_error(isolated: dict[str, str], tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [PDEV], cwd=tmp_path, env=isolated, stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert done.returncode == 141
    assert done.stderr == b""


def test_a_locale_without_the_glyphs_does_not_end_it(
    isolated: dict[str, str], tmp_path: Path
) -> None:
    env = {**isolated, "PYTHONIOENCODING": "ascii"}
    ran = pdev("-C", "/nonexistent/…", "list", cwd=tmp_path, env=env)
    assert ran.status == 2
    assert "/nonexistent/" in ran.err


@pytest.mark.parametrize("words", [(), ("--help",), ("locks", "--help"), ("--version",)])
def test_a_full_disk_is_told_in_one_line(
    words: tuple[str, ...], isolated: dict[str, str], tmp_path: Path
) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [PDEV, *words],
            cwd=tmp_path,
            env=isolated,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == [
        "pdev: Could not write: Standard output: No space left on device"
    ]


_INTERRUPTED_WHILE = """
import os, signal, sys


class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[1]:
            os.kill(os.getpid(), signal.SIGINT)


sys.meta_path.insert(0, Interrupting())
from parallel_tui.cli.main import main

sys.exit(main(["locks"]))
"""


@pytest.mark.parametrize(
    "module", ["parallel_tui.cli.run", "parallel_tui.errors", "parallel_tui.bootstrap"]
)
def test_ctrl_c_ends_quietly_while_modules_are_imported(
    module: str, isolated: dict[str, str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED_WHILE, module],
        cwd=tmp_path,
        env=isolated,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (130, b"")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_standard_streams_change_no_exit_status(
    closed: str, isolated: dict[str, str], tmp_path: Path
) -> None:
    command = f'"{PDEV}" path nobody {closed}'
    done = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, env=isolated, capture_output=True, check=False
    )
    assert done.returncode == 2
    assert b"Internal error" not in done.stderr
