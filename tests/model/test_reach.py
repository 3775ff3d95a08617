"""What is sent to another machine, and what ssh may be given."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.errors import CouldNotLookError, UsageError
from parallel_tui.model.hosts.reach import HostReach, RemoteRequest, command_of, request_of, word_of
from parallel_tui.model.settings.reached import is_program, is_ssh_name
from parallel_tui.ports.hosts.reach import RemoteAnswer
from parallel_tui.services.hosts.answers import ElsewhereError, NoProgramError, object_in

RED = HostReach("red", "me@red", first="a" * 40, path="/src/it's [x] $(y)\n")


@given(st.lists(st.text().filter(lambda text: "\0" not in text), min_size=1))
def test_a_request_arrives_as_it_was_and_means_nothing_to_a_shell(words: list[str]) -> None:
    command = command_of(RED, tuple(words))
    assert re.fullmatch(r"pdev host answer [A-Za-z0-9_-]+", command)
    request = request_of(command.split()[-1])
    assert request == RemoteRequest(tuple(words), "", RED.path, RED.first)


def test_what_is_no_request_is_refused() -> None:
    with pytest.raises(UsageError, match="too long"):
        word_of(RemoteRequest(("x" * 200_000,)))
    for word in ("", "x", "-", "é", "bnVsbA", "W10", "eyJhcmd1bWVudHMiOltdfQ", "=" * 9):
        with pytest.raises(UsageError, match="no request"):
            request_of(word)


def test_ssh_and_shells_get_names_alone() -> None:
    for name in ("red", "me@red.example.org", "ssh://me@red:22", "a_b", "10.0.0.1"):
        assert is_ssh_name(name), name
    for name in ("", "-oProxyCommand=x", "--", "a b", "a;b", "$(x)", "me@-x", "a\n", "a/b", "é"):
        assert not is_ssh_name(name), name
    assert is_program("~/.local/bin/pdev")
    for name in ("", "-x", "a b", "a;b", "$x", "a\n", "`x`"):
        assert not is_program(name), name


@pytest.mark.parametrize(
    ("status", "output", "errors", "kind", "said"),
    [
        (None, "", "", CouldNotLookError, "did not answer in time"),
        (255, "", "ssh: no route\n", CouldNotLookError, "cannot be reached as me@red: no route"),
        (127, "", "sh: 1: pdev: not found\n", NoProgramError, "has no pdev"),
        (1, "", "pdev: Command not found.\n", NoProgramError, "has no pdev"),
        (2, "", "invalid choice: 'answer'\n", NoProgramError, "cannot be asked"),
        (0, "Welcome!\n{}\n", "", CouldNotLookError, "no answer that can be understood"),
        (1, '{"schema": 2, "error": {"message": "No."}}', "", ElsewhereError, "red: No."),
    ],
)
def test_why_there_is_no_answer(
    status: int | None, output: str, errors: str, kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=re.escape(said)) as raised:
        object_in(RED, ("undo", "--json"), RemoteAnswer(status, output, errors), changes=False)
    if kind is not ElsewhereError:
        assert "\nOr run it there: pdev -C" in f"\n{getattr(raised.value, 'hint', '')}"


def test_noise_of_a_shell_is_no_answer_and_hides_none() -> None:
    noisy = RemoteAnswer(0, '{nvm}\n{"a": 1}\n{"schema": 2, "done": "yes"}\nbye\n', "warning\n")
    assert object_in(RED, ("undo",), noisy, changes=True) == {"schema": 2, "done": "yes"}
    lost = RemoteAnswer(255, "", "Connection to red closed by remote host.\n")
    with pytest.raises(CouldNotLookError, match="whether it was done is not known"):
        object_in(RED, ("undo",), lost, changes=True)
    never = RemoteAnswer(255, "", "ssh: Could not resolve hostname red\n")
    with pytest.raises(CouldNotLookError) as raised:
        object_in(RED, ("undo",), never, changes=True)
    assert "not known" not in raised.value.message
