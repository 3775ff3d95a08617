"""Merging what a limited status answered into what was known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.model.scope import Look, status_of
from parallel_tui.model.session.git_status import StatusEntry, StatusKind, WorkStatus

NAMES = st.sampled_from(["a", "b", "d/x", "d/y", "d/e/z", "f g", "[x]", "é"])


def changed(path: str) -> StatusEntry:
    return StatusEntry(path, StatusKind.CHANGED, worktree="M")


def untracked(path: str) -> StatusEntry:
    return StatusEntry(path, StatusKind.UNTRACKED)


@given(st.sets(NAMES), st.sets(NAMES), st.sets(NAMES))
def test_asking_about_what_changed_gives_what_asking_for_all_gives(
    before: set[str], after: set[str], more: set[str]
) -> None:
    asked = (before ^ after) | more
    answer = [changed(path) for path in after if path in asked]
    merged = WorkStatus.of(map(changed, before)).with_fresh(asked, answer)
    assert merged == WorkStatus.of(map(changed, after))


def test_a_folder_asked_about_covers_what_is_below_it() -> None:
    known = WorkStatus.of([changed("d/x"), changed("d/e/z"), changed("dx")])
    assert [entry.path for entry in known.with_fresh(["d"], []).entries] == ["dx"]
    assert known.with_fresh([""], []).clean


def test_a_file_that_gets_tracked_ends_its_untracked_folder() -> None:
    known = WorkStatus.of([untracked("new/")])
    fresh = StatusEntry("new/x", StatusKind.CHANGED, index="A")
    assert known.with_fresh(["new/x"], [fresh]) == WorkStatus.of([fresh])


def test_the_old_end_of_a_rename_covers_it() -> None:
    moved = StatusEntry("b", StatusKind.RENAMED, index="R", origin="a")
    assert WorkStatus.of([moved]).with_fresh(["a"], []).clean


def test_counting() -> None:
    status = WorkStatus.of(
        [
            StatusEntry("both", StatusKind.CHANGED, "M", "M"),
            StatusEntry("fight", StatusKind.UNMERGED, "U", "U"),
            untracked("n/"),
        ]
    )
    counts = (status.staged, status.modified, status.untracked, status.conflicted)
    assert counts == (1, 1, 1, 1)
    assert [entry.path for entry in status.entries] == ["both", "fight", "n/"]


def test_scopes_are_values() -> None:
    assert status_of("/g", frozenset({"a"})) == status_of("/g", frozenset({"a"}))
    assert status_of(None).look is Look.STATUS
    assert len({status_of("/g"), status_of("/g"), status_of("/h")}) == 2
