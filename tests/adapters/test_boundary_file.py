"""Entries are added to the boundaries of a file that people wrote, and all else stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parallel_tui.adapters.config.boundary_file import RepositoryBoundaries
from parallel_tui.errors import ConfigError
from parallel_tui.model.policy.boundaries import Territory

NEW = (
    Territory("web", ("/web/**", "!/web/x"), ("**",), 'say "hello" first'),
    Territory("on", ("/ä b/**",)),
)
FILE = RepositoryBoundaries("/nowhere/parallel-config.yml")

TEXTS = (
    "",
    "base: main\n",
    "base: main",
    "sessions:\n",
    "sessions:",
    "sessions: {}\n",
    "sessions:   # who owns what\nbase: main\n",
    "sessions:\n    # of the old ones\n    api:\n        owns: [api/**]  # all of it\nbase: main\n",
    "base: main\nsessions:\n  api:\n    owns:\n    - api/**\n\n  # the last\n  x: {}\n",
    "{sessions: {api: {owns: [api/**]}}, base: main}\n",
    "---\nsessions: {api: {owns: [api/**]}}\n...\n",
)


@pytest.mark.parametrize("text", TEXTS)
def test_every_line_stays_and_the_entries_are_there(text: str) -> None:
    made = FILE.with_entries(text, NEW)
    rest = iter(made)
    assert all(char in rest for char in text if text.strip() != "sessions: {}"), made
    from parallel_tui.adapters.config import boundaries_text

    found = {each.name: each for each in boundaries_text.parse("x", made).territories}
    assert (found["web"], found["on"]) == NEW
    assert ("api" in found) is ("api" in text)
    assert ("base: main" in made) is ("base: main" in text)


NAMES = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=8)


@example(["NULL", "True", "oFF"], TEXTS[0])
@given(st.lists(NAMES, min_size=1, max_size=3, unique=True), st.sampled_from(TEXTS))
def test_names_of_any_kind_come_back(names: list[str], text: str) -> None:
    entries = [Territory(name, (f"/{number}/**",)) for number, name in enumerate(names)]
    if {"api", "x"} & set(names):
        return
    from parallel_tui.adapters.config import boundaries_text

    found = boundaries_text.parse("x", FILE.with_entries(text, entries)).territories
    assert set(entries) <= set(found)


def test_a_file_whose_sessions_are_elsewhere_is_not_guessed_at() -> None:
    with pytest.raises(ConfigError, match="cannot be added") as refused:
        FILE.with_entries("x: &s {api: {owns: [api/**]}}\nsessions: *s\n", NEW)
    assert "web:" in refused.value.hint


def test_it_is_written_and_deleted(tmp_path: Path) -> None:
    file = RepositoryBoundaries(str(tmp_path / "a/parallel-config.yml"))
    assert file.read() == (None, ())
    file.write(file.with_entries(None, NEW))
    assert file.read()[1] == NEW
    file.write(None)
    assert file.read() == (None, ())
