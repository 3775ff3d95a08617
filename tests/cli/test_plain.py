"""A plain command line means what `argparse` says it means; any other one is left to that."""

from __future__ import annotations

import argparse

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parallel_tui.cli import parser, plain
from parallel_tui.cli.names import COMMANDS
from parallel_tui.options import SUPPRESS

PLAIN = [
    *("list", "list --quick --json", "status", "status auth", "path main", "path main --json"),
    *("locks", "locks --json -C /x", "lock a b --reason why --ttl 5m", "lock --check a"),
    *("lock a --session s --take --wait 5m", "unlock --all --no-color", "unlock a b --force"),
    *("unlock", "event emit note --to a --to b --base x", "event list --unread -C /y"),
    *("event emit note --payload {}", "event ack", "event ack 1 2 --session s", "event clean"),
    *("handoff send b --task t --file f --file g", "handoff decline h1 --why no", "handoff list"),
    *("tasks", "tasks auth --json", "task done 1", "task pass-on a --to b,c", "session show"),
    *("check", "check --staged", "check auth --against x", "check --all --fail-on near --json"),
    *("list --timeout 5", "distribute f -n 2", "check --fail-on 2"),
    *("lock -- --odd a", "run --slot test -- make -j 2", "run make"),
    *("session set --status idle --tmux-socket s", "repair", "diff main --stat"),
]

ODD = [
    *(
        "lock",
        "lock --rea why a",
        "lock --reason=why a",
        "lock -C/x a",
        "lock a -",
    ),
    *(
        "lock a --ttl 1m b",
        "lock a --reason -5",
        "path",
        "path a b",
        "locks extra",
        "locks --wrong",
    ),
    *("event", "event sing", "event --json list", "handoff send b", "-C /x event list", "lokcs"),
    *(
        "locks --wrong",
        "list --timeout soon",
        "check --staged --all",
        "check auth --staged",
        "check --fail-on 0",
        "distribute f",
        "distribute f -n two",
        "--no-color",
        "",
        "list --help",
    ),
    *(
        "list --help",
        "lock -h",
        "handoff send b --task",
        "event emit",
        "session show --status idle",
    ),
]

WORDS = st.sampled_from(
    [
        *(
            "a",
            "b c",
            "",
            "1",
            "5m",
            "-",
            "--",
            "-1",
            "-x",
            "=",
            "é",
            "--json",
            "--session",
            "--all",
        ),
        *("--reason", "--ttl", "--wait", "--take", "--check", "--force", "--to", "--payload"),
        *("--unread", "--older", "--task", "--context", "--file", "--why", "--status", "--quick"),
        *("--timeout", "-C", "--base", "--tmux-socket", "--no-color", "--js", "--json=x", "-h"),
        *(
            "--all",
            "--anyway",
            "--stat",
            "--dry-run",
            "--unread-too",
            "--sessions",
            "-n",
            "--reason=x",
        ),
        *("emit", "list", "ack", "clean", "send", "accept", "decline", "done", "undo", "pass-on"),
        *("set", "show", "register", "list", "lock", "-n"),
        *("--staged", "--against", "--fail-on", "near", "9", "never", "2"),
    ]
)


@pytest.mark.parametrize("line", PLAIN)
def test_what_is_plain_means_the_same(line: str) -> None:
    found = plain.parse(line.split())
    assert found is not None
    assert vars(found) == vars(parser.parse(line.split()))


@pytest.mark.parametrize("line", ODD)
def test_what_is_odd_is_left_to_the_parser(line: str) -> None:
    assert plain.parse(line.split()) is None


@given(st.sampled_from([each.name for each in COMMANDS]), st.lists(WORDS, max_size=7))
@settings(max_examples=1500, deadline=None)
@example("event", ["emit", "a", "--to", "b c", "--to", ""])
def test_no_line_means_anything_else(command: str, words: list[str]) -> None:
    line = [command, *words]
    found = plain.parse(line)
    if found is not None:
        assert vars(found) == vars(parser.parse(line))


def test_defaults_that_are_lists_are_not_shared() -> None:
    for _ in range(2):
        found = plain.parse(["event", "emit", "note", "--to", "a"])
        assert found is not None
        assert found.to == ["a"]
        found.to.append("b")


def test_what_leaves_no_trace_is_argparses_own() -> None:
    assert SUPPRESS == argparse.SUPPRESS
