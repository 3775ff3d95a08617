"""What is sent to another machine, what ssh may be given, and what comes back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.errors import CouldNotLookError, UsageError
from parallel_tui.model.hosts.marks import Between, between, closing, opening
from parallel_tui.model.hosts.reach import (
    HostReach,
    RemoteRequest,
    command_of,
    request_of,
    words_of,
)
from parallel_tui.model.settings.reached import is_program, is_ssh_name
from parallel_tui.ports.hosts.reach import RemoteAnswer
from parallel_tui.services.hosts.answers import ElsewhereError, NoProgramError, object_in

RED = HostReach("red", "me@red", first="a" * 40, path="/src/it's [x] $(y)\n")
MARK = "0123456789abcdef"
BEGUN, ENDED = opening(MARK).decode(), closing(MARK).decode()


@given(st.lists(st.text().filter(lambda text: "\0" not in text), min_size=1))
def test_a_request_arrives_as_it_was_and_means_nothing_to_a_shell(words: list[str]) -> None:
    command = command_of(RED, tuple(words), MARK)
    assert re.fullmatch(r"pdev host answer [A-Za-z0-9_-]+(?: [A-Za-z0-9_-]+)*", command)
    request = request_of(command.split()[3:])
    assert request == RemoteRequest(tuple(words), "", RED.path, RED.first, MARK)


def test_no_word_of_a_long_request_is_too_long_for_a_shell() -> None:
    request = RemoteRequest(("spawn", f"--prompt={'x' * 60_000}"))
    words = words_of(request)
    assert max(map(len, words)) < 1000
    assert request_of(words) == request


def test_what_is_no_request_is_refused() -> None:
    with pytest.raises(UsageError, match="too long"):
        words_of(RemoteRequest(("x" * 200_000,)))
    for word in ("", "x", "-", "é", "bnVsbA", "W10", "eyJhcmd1bWVudHMiOltdfQ", "=" * 9):
        with pytest.raises(UsageError, match="no request"):
            request_of([word])


def test_ssh_and_shells_get_names_alone() -> None:
    for name in ("red", "me@red.example.org", "ssh://me@red:22", "a_b", "10.0.0.1"):
        assert is_ssh_name(name), name
    for name in ("", "-oProxyCommand=x", "--", "a b", "a;b", "$(x)", "me@-x", "a\n", "a/b", "é"):
        assert not is_ssh_name(name), name
    assert is_program("~/.local/bin/pdev")
    for name in ("", "-x", "a b", "a;b", "$x", "a\n", "`x`"):
        assert not is_program(name), name


@given(
    st.binary(max_size=40),
    st.lists(st.sampled_from([b"pdev", b"pdev-answered ", b"p", b"\n", b"a", MARK.encode()])),
    st.binary(max_size=40),
    st.integers(min_value=1, max_value=9),
)
def test_what_a_shell_prints_around_an_answer_is_cut_off(
    before: bytes, parts: list[bytes], after: bytes, size: int
) -> None:
    answer = b"".join(parts)
    sent = before + opening(MARK) + answer + closing(MARK) + after
    cut, got = Between(MARK), b""
    for at in range(0, len(sent), size):
        got += cut.feed(sent[at : at + size])
    assert (got + cut.rest(), cut.begun, cut.ended) == (
        answer.partition(closing(MARK))[0],
        True,
        True,
    )


def test_an_answer_that_was_cut_off_is_passed_on_and_none_is_told_from_it() -> None:
    cut = Between(MARK)
    assert cut.feed(b"hi" + opening(MARK) + b"one\npdev-answ") == b"one\n"
    assert (cut.rest(), cut.begun, cut.ended) == (b"pdev-answ", True, False)
    never = Between(MARK)
    assert never.feed(b"This account is closed\n") + never.rest() == b""
    assert never.before == "This account is closed\n"
    assert between(f"hi{BEGUN}x{ENDED}bye", MARK) == "x"
    assert between(f"hi{opening('f' * 16).decode()}x", MARK) is None


@pytest.mark.parametrize(
    ("status", "output", "errors", "kind", "said"),
    [
        (None, "", "", CouldNotLookError, "did not answer in time"),
        (255, "", "ssh: no route\n", CouldNotLookError, "cannot be reached as me@red: no route"),
        (127, "", "sh: 1: pdev: not found\n", NoProgramError, "has no pdev"),
        (126, "", "sh: 1: pdev: Permission denied\n", NoProgramError, "has no pdev"),
        (1, "", "pdev: Command not found.\n", NoProgramError, "has no pdev"),
        (1, "", "pdev: Kommando nicht gefunden.\n", NoProgramError, "has no pdev"),
        (2, "", "There is no command 'host'\n", NoProgramError, "cannot be asked"),
        (2, "", "There is no command 'answer' of `pdev host`\n", NoProgramError, "cannot be"),
        (0, 'Hi\n{"schema": 2}\n', "", CouldNotLookError, "has an older pdev"),
        (0, "Welcome!\n", "", CouldNotLookError, "no pdev begins to answer there: Welcome!"),
        (1, "No account\n", "", CouldNotLookError, "no pdev begins to answer there: No account"),
        (1, "", "", CouldNotLookError, "its shell said nothing"),
        (0, f"{BEGUN}{{}}\n", "", CouldNotLookError, "no answer that can be understood"),
        (
            1,
            f'{BEGUN}{{"schema": 2, "error": {{"message": "No."}}}}',
            "",
            ElsewhereError,
            "red: No",
        ),
        (0, f'{BEGUN}{{"schema": 3}}', "", CouldNotLookError, "answers in format 3"),
    ],
)
def test_why_there_is_no_answer(
    status: int | None, output: str, errors: str, kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind, match=re.escape(said)) as raised:
        object_in(
            RED, ("undo", "--json"), RemoteAnswer(status, output, errors), MARK, changes=False
        )
    if kind is not ElsewhereError and "format" not in said:
        assert "\nOr run it there: pdev -C" in f"\n{getattr(raised.value, 'hint', '')}"


def test_noise_of_a_shell_is_no_answer_and_hides_none() -> None:
    loud = '{nvm}\n{"schema": 2, "done": "no"}\n'
    noisy = RemoteAnswer(0, f'{loud}{BEGUN}{{"schema": 2, "done": "yes"}}\n{ENDED}{loud}', "hm\n")
    assert object_in(RED, ("undo",), noisy, MARK, changes=True) == {"schema": 2, "done": "yes"}


@pytest.mark.parametrize(
    ("status", "output", "errors", "known"),
    [
        (255, "", "Connection to red closed by remote host.\n", False),
        (255, "", "ssh: Could not resolve hostname red\n", True),
        (None, "", "", False),
        (0, BEGUN, "", False),
        (127, "", "sh: 1: pdev: not found\n", True),
        (0, '{"schema": 2}\n', "", False),
    ],
)
def test_whether_a_change_was_made_is_said_not_to_be_known(
    status: int | None, output: str, errors: str, known: bool
) -> None:
    with pytest.raises(CouldNotLookError) as raised:
        object_in(RED, ("undo",), RemoteAnswer(status, output, errors), MARK, changes=True)
    assert ("whether it was done is not known" not in raised.value.message) is known
