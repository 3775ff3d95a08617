"""A pattern is the expression it stands for, compiled once it is used."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from parallel_tui.model.text.patterns import pattern


@pytest.mark.parametrize("text", ["a-1", "b", "", "a-22\n"])
def test_it_finds_what_the_expression_finds(text: str) -> None:
    ours, theirs = pattern(r"a-(\d+)", re.MULTILINE), re.compile(r"a-(\d+)", re.MULTILINE)
    assert ours.sub("x", text) == theirs.sub("x", text)
    for ask in ("match", "search", "fullmatch"):
        found = [getattr(each, ask)(text) for each in (ours, theirs)]
        assert [each and each[1] for each in found] == [found[1] and found[1][1]] * 2
    assert (ours.pattern, ours.flags) == (theirs.pattern, theirs.flags)


def test_a_wrong_expression_is_told_when_it_is_used() -> None:
    wrong = pattern("(")
    with pytest.raises(re.error):
        wrong.match("")


def test_defining_one_compiles_nothing() -> None:
    code = (
        "import sys; from parallel_tui.model.text.patterns import pattern; pattern('a'); "
        "assert 're' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
