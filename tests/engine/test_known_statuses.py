"""Statuses that were read before the live view begins."""

from __future__ import annotations

from parallel_tui.model.session.git_status import StatusEntry, StatusKind, WorkStatus
from tests.engine.live import live
from tests.support.world import World

EARLIER = WorkStatus.of([StatusEntry("earlier.txt", StatusKind.UNTRACKED)])


def test_they_are_shown_from_the_first_and_read_again(world: World) -> None:
    tree = world.worktree("auth")
    git_dir = world.git("rev-parse", "--path-format=absolute", "--git-dir", cwd=tree).strip()
    with live(world.repo, known={git_dir: EARLIER, "/nowhere": EARLIER}) as running:
        first = running.published[0].session("auth")
        assert first is not None
        assert first.status == EARLIER
        # They were wrong already when they were handed over: a change in between is noticed.
        assert running.work("auth").clean
        assert {session.name for session in running.snapshot.sessions} == {"main", "auth"}
