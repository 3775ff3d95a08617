"""Control mode's lines, whatever stands in them and however they are cut."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.adapters.tmux.listening.control_lines import (
    Answer,
    ControlParser,
    Notice,
    line_of,
)
from parallel_tui.adapters.tmux.names import quoted

LINES = st.lists(
    st.binary(max_size=20).map(lambda raw: raw.replace(b"\n", b"")).filter(bool), max_size=5
)
SAID = st.one_of(
    st.tuples(st.just("answer"), st.booleans(), LINES),
    st.tuples(st.just("notice"), st.just(True), LINES.map(lambda lines: lines[:1])),
)


def printed(said: Sequence[tuple[str, bool, list[bytes]]]) -> bytes:
    """What tmux prints for answers and notices."""
    out = b""
    for number, (kind, good, lines) in enumerate(said):
        if kind == "notice":
            out += b"%window-renamed @1 " + b"".join(lines) + b"\n"
            continue
        numbers = b"1795903997 %d 1" % number
        end = b"end" if good else b"error"
        out += b"%begin " + numbers + b"\n" + b"".join(line + b"\n" for line in lines)
        out += b"%" + end + b" " + numbers + b"\n"
    return out


@given(st.lists(SAID, max_size=4), st.lists(st.integers(0, 400), max_size=6))
def test_what_is_said_does_not_depend_on_where_it_is_cut(
    said: list[tuple[str, bool, list[bytes]]], cuts: list[int]
) -> None:
    whole = printed(said)
    places = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    parser = ControlParser()
    found = [each for begin, end in pairwise(places) for each in parser.feed(whole[begin:end])]
    assert found == [
        Notice("window-renamed", text(b"@1 " + b"".join(lines)))
        if kind == "notice"
        else Answer(good, text(b"".join(line + b"\n" for line in lines)))
        for kind, good, lines in said
    ]


def text(raw: bytes) -> str:
    """As the parser decodes."""
    return raw.decode("utf-8", "surrogateescape")


@given(st.binary(max_size=200))
def test_anything_can_be_fed(raw: bytes) -> None:
    ControlParser().feed(raw)


def test_an_answer_holds_what_only_looks_like_its_end() -> None:
    lines = b"%begin 1 2 1\n%end 1 3 1\n%exit\n%error 1 2 0\n%end 1 2 1\n%exit bye\n"
    answer, notice = ControlParser().feed(lines)
    assert answer == Answer(True, "%end 1 3 1\n%exit\n%error 1 2 0\n")
    assert notice == Notice("exit", "bye")


def test_the_rest_of_a_name_that_holds_a_newline_is_no_news() -> None:
    found = ControlParser().feed(b"%subscription-changed a $1 : /we\nird\n\n%window-add @1\n")
    assert [each.word for each in found if isinstance(each, Notice)] == [
        "subscription-changed",
        "window-add",
    ]


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60) | st.binary(
    max_size=60
).map(lambda raw: os.fsdecode(raw.replace(b"\0", b"")))
"""What a name can be: any text, and bytes that are none."""


@given(WORDS)
def test_a_word_is_one_line_whatever_it_holds(word: str) -> None:
    line = line_of([["set-buffer", "--", word], ["list-buffers"]])
    assert line.count(b"\n") == 1
    assert line.endswith(b' ; "list-buffers"\n')
    assert quoted(word).startswith('"')
