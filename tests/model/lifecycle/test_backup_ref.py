"""Names of backups are made and read in one place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.model.sync.backup_ref import BackupRef, Keeps, began, is_run

RUNS = st.from_regex(r"[0-9]{8}-[0-9]{6}(-[0-9]{1,3})?", fullmatch=True)
BRANCHES = st.text(min_size=1)


@given(RUNS, BRANCHES, st.sampled_from(Keeps))
def test_a_name_tells_what_it_was_made_of(run: str, branch: str, keeps: Keeps) -> None:
    ref = BackupRef(run, branch, keeps)
    assert BackupRef.parse(ref.name) == ref
    assert BackupRef.parse(ref.started.name) == ref.started
    assert ref.started.name == f"{ref.name}.started"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a" * 40,
        "refs/heads/main",
        "refs/pdev/backup/trash-id",
        "refs/pdev/backup/sync/20260101-000000",
        "refs/pdev/backup/sync/20260101-000000/",
        "refs/pdev/backup/sync/20260101-000000x/main",
        "refs/pdev/backup/sync/mine/main",
        "refs/pdev/backup/other/20260101-000000/main",
        "x/refs/pdev/backup/sync/20260101-000000/main",
    ],
)
def test_what_is_not_ours_is_not_read_as_ours(name: str) -> None:
    assert BackupRef.parse(name) is None


def test_a_run_is_named_after_its_time() -> None:
    assert began("19700102-000001-12") == 86_401
    assert is_run("20260131-140500-2")
    for foreign in ("mine", "20261301-000000", "20260131-140500-x", "20260131-140500\n"):
        assert began(foreign) is None
