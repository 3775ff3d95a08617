"""How tests wait: for conditions, as long as one place says, however busy the machine is."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support import waiting
from tests.support.waiting import PATIENCE, Deadline, eventually, patience

TESTS = Path(__file__).parent

OWN_PATIENCE = re.compile(
    r"""
    \b(?:wait|join|communicate|get|acquire|wait_for|wait_idle|wait_seen|drain)
      \((?:(?:[^()\n]|\([^()\n]*\))*?,\ )?(?:timeout=)?\d+(?:\.\d+)?\)
    | \basyncio\.(?:timeout|wait_for)\(
    | \btime\.sleep\(
    | \bpilot\.pause\(0?\.[1-9]
    """,
    re.VERBOSE,
)
"""Waits that end, or go on, at a time of their own."""

NO_WAIT = re.compile(
    r"""
    assert\ not\ | while\ not\ stop\.wait  # that something does not happen, or a pace
    | \.get\((?:[\w.]+|"[^"]*"),  # of a mapping
    | \\n" | ^\s*(?:f?"|CHATTER\b)  # in a program that is started
    """,
    re.VERBOSE,
)


def _modules() -> list[Path]:
    folders = ("benchmarks", "support")
    return [
        path
        for path in sorted(TESTS.rglob("*.py"))
        if path.relative_to(TESTS).parts[0] not in folders
    ]


def test_no_test_has_a_patience_of_its_own() -> None:
    assert len(_modules()) > 100
    found = [
        f"{path.relative_to(TESTS)}:{number}: {line.strip()}"
        for path in _modules()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if OWN_PATIENCE.search(line) and not NO_WAIT.search(line)
    ]
    assert found == [], "wait with tests.support.waiting"


@pytest.mark.parametrize(
    "line",
    [
        "process.wait(20)",
        "process.communicate(timeout=30)",
        "told.get(timeout=10)",
        "assert heard.wait_for(lambda: len(asked) >= 4, 2.5)",
        "time.sleep(0.5)",
        "async with asyncio.timeout(10):",
        "await pilot.pause(0.3)",
    ],
)
def test_a_patience_of_ones_own_is_found(line: str) -> None:
    assert OWN_PATIENCE.search(line)
    assert not NO_WAIT.search(line)


def test_a_busy_machine_is_given_more_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    waits = []
    for load in (0.0, 2.0, 4.0, 400.0):
        monkeypatch.setattr(os, "getloadavg", lambda load=load: (load, 0.0, 0.0))
        waits.append(patience())
    assert waits == [60, 60, 120, PATIENCE]


def test_a_wait_that_fails_tells_before_the_whole_test_is_ended() -> None:
    options = tomllib.loads((TESTS.parent / "pyproject.toml").read_text())["tool"]["pytest"]
    assert options["ini_options"]["timeout"] > 2 * PATIENCE


def test_a_wait_ends_with_what_it_saw_last(monkeypatch: pytest.MonkeyPatch) -> None:
    assert eventually(lambda: 7, within=0) == 7
    with pytest.raises(AssertionError, match=r"still not after 0 s: tea \(got 0\)"):
        eventually(lambda: 0, within=0, what="tea")
    assert not Deadline()
    monkeypatch.setattr(waiting, "patience", lambda: -1.0)
    assert Deadline()


def test_no_example_has_to_be_quick() -> None:
    assert settings().deadline is None


def test_what_tests_start_can_be_interrupted_even_if_the_suite_runs_in_the_background() -> None:
    code = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert done.stdout == "True\n"
