"""What sessions write of themselves, and when it is what they are shown to do."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.adapters.agents.own_pages import OwnPageFiles
from parallel_tui.engine.sources.coordination import PageReader
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.sharing.own_page import LONGEST, words_of
from parallel_tui.model.sharing.status_page import BY_US


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# Status: auth\n\n## Current Task\nImplement the login form\n## Status\nIn progress\n",
         "Implement the login form"),
        ("**Status:** In progress\n**Current task:** Tests for `login`\n", "Tests for login"),
        ("# Session\n- Status: waiting for api\n", "waiting for api"),
        ("## Status\n\n- [x] done\n- [ ] open\n", "done"),
        ("## In progress\n* [ ] Write the docs\n## Done\n* all else\n", "Write the docs"),
        ("Just a sentence.\nAnother.", "Just a sentence."),
        ("<!-- a comment -->\n```\ncode\n```\n| a | b |\n| --- | --- |\n---\n", ""),
        (f"# Parallel sessions\n\n{BY_US}\n\n## Locks\n", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_page_is_skimmed_as_a_person_would(text: str, words: str) -> None:
    assert words_of(text) == words


@given(st.text(max_size=400))
def test_whatever_it_holds_it_is_one_short_line(text: str) -> None:
    found = words_of(text)
    assert len(found) <= LONGEST
    assert "\n" not in found


def _trees(root: Path) -> tuple[Worktree, ...]:
    return tuple(
        Worktree(str(root / name), f"/g/{name}", "1" * 40, name, name == "main", touched=900.0)
        for name in ("main", "a", "b", "c")
    )


def test_pages_are_read_when_they_change_and_never_when_they_are_everybodys(
    tmp_path: Path,
) -> None:
    for name in ("main", "a", "b", "c"):
        (tmp_path / name / ".claude").mkdir(parents=True)
    shared = tmp_path / "main/.claude/status.md"
    own = tmp_path / "a/.claude/status.md"
    shared.write_text("tracked by git\n")
    own.write_text("Task: old\n")
    (tmp_path / "b/.claude/status.md").write_text("tracked by git\n")
    (tmp_path / "c/.claude/status.md").symlink_to("/etc/hostname")
    told: list[bool] = []
    put: dict[str, Any] = {}

    def keep(pages: Any) -> bool:
        changed = bool(put.get("pages") != pages)
        put["pages"] = pages
        return changed

    facts: Any = SimpleNamespace(worktrees=_trees(tmp_path), put=keep, pace=1)
    reader = PageReader(OwnPageFiles(str(shared)), facts, lambda: told.append(True))
    assert reader.read() is not None
    assert put["pages"] == {"/g/a": "old"}
    reader.read()
    assert told == [True], "an equal answer is no news"
    own.write_text("Task: new one\n")
    reader.read()
    assert put["pages"] == {"/g/a": "new one"}
    os.utime(own, (800, 800))
    reader.read()
    assert put["pages"] == {}, "older than the last commit, which says more"
