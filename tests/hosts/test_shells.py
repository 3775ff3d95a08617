"""Commands on another machine mean the same in every login shell, whatever it prints itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from parallel_tui.model.session.naming import slugify
from tests.cli.running import PDEV
from tests.hosts.reached import Reached, reached

NAMES = (
    *("two words", "it's", 'say "hi"', 'it\'s "both"', "bang!! !$ !x", "back\\slash\\", "\\n"),
    *("$HOME", "${HOME}", "$(touch pwned)", "`touch pwned`", "a\nb\n", "\t", "%s%n%", "~", "~root"),
    *("-rf", "--", "--help", "-", "*", "?", "{a,b}", "[x]", "[red]", "#{pid}", "#(touch pwned)"),
    *(";touch pwned", "&& touch pwned", "| touch pwned", "> pwned", "<", "&", "(touch pwned)"),
    *("^a^b", "=ls", "@", "%1", "a=b", "#x", "", " ", "\x01\x7f\x1b[31m", "é🎉", "\u202eabc"),
    *("\udcff\udc80", "x" * 20000),
)
"""Texts that a shell would take for something else; the last but one is not even UTF-8."""

DIRECTORY = 'w it\'s $(touch pwned)!! \\ %s ~ `touch pwned` "é"\n-x'

GREETING = """#!/bin/sh
echo '{"schema": 2, "error": {"message": "no answer"}}'
echo noise >&2
printf 'Welcome! '
"""

FILES = {
    "bash": (".bashrc", "trap ~/greet EXIT\n"),
    "zsh": (".zshenv", "zshexit() { ~/greet }\n"),
    "fish": (".config/fish/config.fish", "function bye --on-event fish_exit; ~/greet; end\n"),
    "tcsh": (".cshrc", ""),
    "bsd-csh": (".cshrc", ""),
}
"""What each shell reads at its start for a command too, and how it prints something at its end."""

SHELLS = ("bash", "dash", "zsh", "fish", "tcsh", "bsd-csh", "ksh93", "mksh")


def shell_at(name: str) -> str:
    """Where a shell is; skips the test where it is not installed."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.fixture
def pair(tmp_path: Path, isolated: dict[str, str]) -> Iterator[Reached]:
    """Two machines."""
    with reached(tmp_path, isolated) as made:
        yield made


@pytest.mark.parametrize("name", SHELLS)
def test_every_name_arrives_as_it_is_and_no_banner_is_an_answer(pair: Reached, name: str) -> None:
    shell = shell_at(name)
    greet = pair.home / "greet"
    greet.write_text(GREETING)
    greet.chmod(0o755)
    if name in FILES:
        file, last = FILES[name]
        place = pair.home / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"~/greet\n{last}")
    pair.server.log_in(shell)

    show = "import json, sys; print(json.dumps(sys.argv[1:]))"
    run = ("run", "--slot", "x", "--", sys.executable, "-c", show)
    sent = pair.pdev("on", "red", *run, *NAMES)
    assert sent.status == 0, sent.err
    assert json.JSONDecoder().raw_decode(sent.out)[0] == list(NAMES)
    if name in FILES:
        assert "noise" in sent.err, "the file was not read"

    tree = pair.red.root / DIRECTORY
    pair.red.git("worktree", "add", "-q", "-b", "odd", str(tree))
    unknown = pair.pdev("remove", "--dry-run", "--json", "--", f"{DIRECTORY}@red")
    assert repr(DIRECTORY) in unknown.json["error"]["message"]
    plan = pair.pdev("remove", f"{slugify(DIRECTORY).value}@red", "--dry-run", "--json")
    assert plan.json.get("path") == str(tree), plan.out + plan.err
    assert not [*pair.red.root.rglob("pwned*"), *pair.home.rglob("pwned*")]


@pytest.mark.parametrize("name", SHELLS)
def test_a_pdev_that_is_not_in_the_path_is_looked_for_and_said(pair: Reached, name: str) -> None:
    pair.server.log_in(shell_at(name), "/usr/bin:/bin")
    said = pair.pdev("on", "red", "list", "--json")
    assert said.status == 2, said.err
    message = said.json["error"]["message"]
    assert message == (
        "red has no pdev that a command of ssh finds, and none is at ~/.local/bin/pdev"
    )
    assert "pdev host connect red --program venv/bin/pdev" in said.json["error"]["hint"]

    program = pair.home / ".local" / "bin" / "pdev"
    program.parent.mkdir(parents=True)
    program.symlink_to(Path(sys.executable).parent / "pdev")
    assert pair.pdev("on", "red", "list", "--json").json["sessions"]
    program.rename(pair.home / "pdev")
    named = pair.pdev("host", "connect", "red", "--program", "~/pdev")
    assert named.out.startswith("Reached red as red: pdev "), named.err
    assert pair.pdev("on", "red", "list", "--json").json["sessions"]


def test_a_shell_that_runs_no_command_is_told_by_what_it_says(
    pair: Reached, tmp_path: Path
) -> None:
    closed = tmp_path / "closed"
    closed.write_text("#!/bin/sh\necho This account is closed.\nexit 1\n")
    closed.chmod(0o755)
    pair.server.log_in(str(closed))
    said = pair.pdev("remove", "login@red", "--dry-run", "--json")
    assert said.status == 2
    message = said.json["error"]["message"]
    assert message == (
        "red is reached, but no pdev begins to answer there: This account is closed."
    )
    assert "ssh red pdev --version" in said.json["error"]["hint"]


def test_what_a_command_prints_is_here_before_it_ends(pair: Reached) -> None:
    pipe = pair.home / "pipe"
    os.mkfifo(pipe)
    line = f"echo first; cat {pipe}; echo last"
    with subprocess.Popen(
        [PDEV, "on", "red", "run", "--slot", "x", "--", "sh", "-c", line],
        cwd=pair.here.repo,
        env=dict(pair.here.env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    ) as ran:
        assert ran.stdout is not None
        assert ran.stdout.readline() == b"first\n"
        pipe.write_text("second\n")
        assert ran.stdout.read() == b"second\nlast\n"
    assert ran.returncode == 0


def test_what_is_given_to_us_reaches_a_command_that_reads_it(pair: Reached) -> None:
    text = "First line\n$(touch pwned) 'é'\n"
    plan = ("spawn", "reader", "--no-window", "--no-agent", "--prompt-file", "-")
    done = pair.pdev("on", "red", *plan, stdin=text)
    assert done.status == 0, done.err
    found = [path.read_text() for path in pair.red.root.rglob("*.md") if path.is_file()]
    assert any("$(touch pwned) 'é'" in each for each in found)
