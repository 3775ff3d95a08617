"""One rule for what a git can do, and one for how much is watched."""

from __future__ import annotations

from pathlib import Path

import pytest

import parallel_tui
from parallel_tui.model.git_version import Needs
from parallel_tui.model.session.watch_share import allowance, limit_for, to_watch, too_many


@pytest.mark.parametrize("needs", Needs)
def test_the_least_version_can_and_the_one_before_cannot(needs: Needs) -> None:
    major, minor = needs.value
    assert needs.met_by((major, minor)) and needs.met_by((major, minor, 0))  # noqa: PT018
    assert needs.why_not((major, minor)) == ""
    assert not needs.met_by((major, minor - 1, 9))
    assert needs.why_not((2, 1, 4)) == f"git 2.1.4 is older than {needs.shown}"


def test_no_other_module_has_a_least_version_of_git() -> None:
    root = Path(parallel_tui.__file__).parent
    spelled = ("Install git 2.", *(str(needs.value) for needs in Needs))
    for path in root.rglob("*.py"):
        if path.name not in ("git_version.py", "ports.py"):
            text = path.read_text(encoding="utf-8")
            assert not [each for each in spelled if each in text], path


def test_a_share_of_the_watches_is_taken() -> None:
    assert allowance(8192) == 2048
    assert not too_many(2047, 2048)
    assert too_many(2048, 2048)
    assert not too_many(100, allowance(limit_for(100)))
    assert to_watch(()) == {""}
