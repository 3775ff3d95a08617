"""A question to another machine waits for nobody: no password, no host key, no window."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from parallel_tui.adapters.ssh import options
from tests.cli.running import pdev_on_terminal
from tests.hosts.reached import Reached, reached

ASKS = ("yes/no", "password:", "passphrase")

KNOWN_TO_7_4 = frozenset(
    {
        *("BatchMode", "ClearAllForwardings", "ConnectTimeout", "ControlMaster", "ControlPath"),
        *("ControlPersist", "LogLevel", "PermitLocalCommand", "ServerAliveCountMax"),
        "ServerAliveInterval",
    }
)
"""Options of ssh_config(5) as OpenSSH 7.4 had it, as far as they are of use here."""


@pytest.fixture
def pair(tmp_path: Path, isolated: dict[str, str]) -> Iterator[Reached]:
    """Two machines."""
    with reached(tmp_path, isolated) as made:
        yield made


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("locked", "Permission denied"),
        ("stranger", "Host key verification failed"),
        ("behind", "Connection closed by UNKNOWN"),
    ],
)
def test_nobody_is_asked_by_a_question_even_at_a_terminal(
    pair: Reached, name: str, said: str
) -> None:
    asked = pair.home / "asked"
    window = pair.home / "askpass"
    window.write_text(f"#!/bin/sh\ntouch {asked}\nexec sleep 1000\n")
    window.chmod(0o755)
    env = {**pair.here.env, "DISPLAY": ":0", "SSH_ASKPASS": str(window)}
    status, shown = pdev_on_terminal("host", "connect", "red", name, cwd=pair.here.repo, env=env)
    assert (status, "red cannot be reached as" in shown) == (2, True), shown
    assert not [each for each in ASKS if each in shown], shown
    assert not asked.exists()
    if name != "behind":  # the ssh between has its own words, on its own errors
        assert said in shown


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("OpenSSH_7.4p1, OpenSSL 1.0.2k-fips  26 Jan 2017", (7, 4)),
        ("OpenSSH_9.2p1 Debian-2, OpenSSL 3.0.9", (9, 2)),
        ("OpenSSH_for_Windows_8.1p1, LibreSSL 3.0.2", (8, 1)),
        ("Another shell", (99, 0)),
    ],
)
def test_an_old_ssh_gets_no_option_that_it_does_not_know(
    tmp_path: Path, said: str, version: tuple[int, int]
) -> None:
    program = tmp_path / "ssh"
    program.write_text('#!/bin/sh\necho "$NAME" >&2\n')
    program.chmod(0o755)
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin", "NAME": said}
    options._versions.clear()
    assert options.version(str(program), env) == version
    shared = ("ControlMaster=auto", "ControlPath=x", "ControlPersist=60")
    given = options.options(str(program), env, *options.QUIET, *shared)
    assert set(given[::2]) == {"-o"}
    names = {each.partition("=")[0] for each in given[1::2]}
    assert names - KNOWN_TO_7_4 == (set() if version < (7, 6) else {"RemoteCommand"})


def test_a_machine_named_by_a_uri_is_reached_by_an_old_ssh_too(pair: Reached) -> None:
    port = str(pair.server.port)
    assert options.destination("red") == ("--", "red")
    assert options.destination("ssh://me@red:22") == ("-l", "me", "-p", "22", "--", "red")
    assert options.destination("ssh://[::1]:22") == ("-p", "22", "--", "::1")
    assert options.destination("me@red") == ("--", "me@red")
    done = pair.pdev("host", "connect", "red", f"ssh://plain:{port}")
    assert done.out.startswith(f"Reached red as ssh://plain:{port}: pdev "), done.err


OTHER = """#!{python}
import sys
import parallel_tui
parallel_tui.__version__ = "0.0.9"
parallel_tui.SCHEMA = {schema}
from parallel_tui.cli.main import main
raise SystemExit(main(sys.argv[1:]))
"""


def test_a_pdev_of_another_version_is_told_where_it_does_not_know_what_is_asked(
    pair: Reached,
) -> None:
    from parallel_tui import __version__, bootstrap
    from parallel_tui.errors import CouldNotLookError
    from parallel_tui.services.hosts.answers import ElsewhereError

    other = pair.home / "other"
    other.write_text(OTHER.format(python=sys.executable, schema=2))
    other.chmod(0o755)
    pair.configure("~/other")
    told = f"red has pdev 0.0.9, and this is {__version__}: update the older one."
    for words in (("frobnicate",), ("list", "--frobnicate", "--json"), ("list", "--kind", "x")):
        ran = pair.pdev("on", "red", *words)
        assert (ran.status, told in ran.err) == (2, True), ran.err
    assert told not in pair.pdev("on", "red", "list").err
    core = bootstrap.open_core(bootstrap.Overrides(str(pair.here.repo)), pair.here.env)
    others = core.hosts.others
    with pytest.raises(ElsewhereError, match="red: There is no option '--frobnicate'") as raised:
        others.ask(others.reach("red"), ("list", "--frobnicate", "--json"))
    assert raised.value.hint.startswith(told)
    other.write_text(OTHER.format(python=sys.executable, schema=3))
    with pytest.raises(CouldNotLookError, match="red answers in format 3, and this") as misread:
        others.ask(others.reach("red"), ("list", "--json"))
    assert misread.value.hint == "Install a newer pdev here."
