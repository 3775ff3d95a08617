"""Patterns against git itself, and intersection against brute force."""

from __future__ import annotations

import itertools
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parallel_tui.errors import UsageError
from parallel_tui.model.text.automaton import meet
from parallel_tui.model.text.globs import compile_pattern, literal

ALPHABET = "ab/"
PATHS = [
    "".join(chars)
    for length in range(1, 6)
    for chars in itertools.product(ALPHABET, repeat=length)
    if "//" not in "".join(chars) and chars[0] != "/" and chars[-1] != "/"
]
PATTERNS = (
    st.lists(
        st.sampled_from(["a", "b", "*", "?", "**", "[ab]", "[!a]", "/", "a*", "*b"]),
        min_size=1,
        max_size=6,
    )
    .map("".join)
    .filter(lambda text: text.strip("/") != "" and "//" not in text)
)


def claims(text: str, path: str) -> bool:
    """Walk one automaton over one path: what `meet` finds must be found by trying all paths."""
    pattern = compile_pattern(text)
    states = pattern.closure(frozenset((0,)))
    for char in path:
        reached = (to for state in states for chars, to in pattern.edges[state] if char in chars)
        states = pattern.closure(frozenset(reached))
    return bool(states & pattern.claiming)


@given(PATTERNS, PATTERNS)
@settings(max_examples=400, deadline=None)
def test_two_patterns_meet_exactly_where_brute_force_says(one: str, other: str) -> None:
    left, right = compile_pattern(one), compile_pattern(other)
    witness = meet(left, right)
    if witness is None:
        assert [path for path in PATHS if claims(one, path) and claims(other, path)] == []
    else:
        assert left.matches(witness)
        assert right.matches(witness)
        assert "//" not in witness
        assert not witness.startswith("/")
        assert not witness.endswith("/")


@given(PATTERNS, PATTERNS)
@settings(max_examples=100, deadline=None)
def test_meeting_is_symmetric(one: str, other: str) -> None:
    left, right = compile_pattern(one), compile_pattern(other)
    assert (meet(left, right) is None) == (meet(right, left) is None)


@pytest.mark.parametrize(
    ("one", "other", "witness"),
    [
        ("src/*/x.py", "src/api/*.py", "src/api/x.py"),
        ("src/**", "src/a.py", "src/a.py"),
        ("**/*.py", "src/**", "src/.py"),
        ("src/api/", "src/api/x", "src/api/x"),
        ("docs/**", "src/**", None),
        ("*.md", "*.py", None),
        ("/[!a]", "/a", None),
    ],
)
def test_witnesses(one: str, other: str, witness: str | None) -> None:
    assert meet(compile_pattern(one), compile_pattern(other)) == witness


def test_a_literal_path_is_not_a_pattern() -> None:
    assert literal("a[b].py").matches("a[b].py")
    assert literal("src").matches("src/deep/file")
    assert not literal("x").matches("deep/x")


@pytest.mark.parametrize("bad", ["", "/", "!x", "a\\", "[ab"])
def test_a_bad_pattern_is_refused(bad: str) -> None:
    with pytest.raises(UsageError):
        compile_pattern(bad)


@example("a**/a")
@example("a***/b")
@example("a/b**/a")
@example("a*/b**/a")
@example("b/***/a")
@given(PATTERNS)
@settings(max_examples=25, deadline=None)
def test_matching_agrees_with_git(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder: Path = tmp_path_factory.mktemp("git")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    (folder / ".git/info/exclude").write_text(text + "\n")
    done = subprocess.run(
        ["git", "-C", str(folder), "check-ignore", "--no-index", "-z", "--stdin"],
        input="\0".join(PATHS),
        capture_output=True,
        text=True,
        check=False,
    )
    ignored = set(done.stdout.split("\0")) - {""}
    pattern = compile_pattern(text)
    assert {path for path in PATHS if pattern.matches(path)} == ignored
