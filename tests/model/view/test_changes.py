"""What happened between two snapshots."""

from __future__ import annotations

from dataclasses import replace

from parallel_tui.model.session.repository import Base, Divergence
from parallel_tui.model.session.session import SessionState
from parallel_tui.model.sharing.coordination import (
    Coordination,
    Event,
    Handoff,
    HandoffState,
    Problem,
)
from parallel_tui.model.view.changes import Attention, Change, ChangeKind, changes
from parallel_tui.model.view.snapshot import Health, Level, Snapshot, Source
from tests.ui import samples

MAIN = samples.session(
    samples.tree("main", "main"), "main", SessionState.NO_WINDOW, divergence=Divergence(0, 0)
)
AUTH = samples.session(
    samples.tree("auth", "feature/auth"),
    "auth",
    SessionState.WORKING,
    divergence=Divergence(1, 0),
)
VIEW = Snapshot(samples.REPOSITORY, base=samples.BASE, sessions=(MAIN, AUTH))
TROUBLE = Health(Source.MUX, Level.ERROR, "The tmux server ended.", 1.0)


def kinds(told: tuple[Change, ...]) -> list[ChangeKind]:
    return [change.kind for change in told]


def with_auth(**facts: object) -> Snapshot:
    return replace(VIEW, sessions=(MAIN, replace(AUTH, **facts)))  # type: ignore[arg-type]


def test_nothing_happened() -> None:
    assert changes(VIEW, VIEW) == ()
    assert changes(VIEW, replace(VIEW)) == ()


def test_the_first_rows_are_the_beginning_not_news() -> None:
    assert changes(Snapshot(samples.REPOSITORY), VIEW) == ()
    failing = replace(VIEW, health=(TROUBLE,))
    assert kinds(changes(Snapshot(samples.REPOSITORY), failing)) == [ChangeKind.TROUBLE]


def test_sessions_come_and_go() -> None:
    fewer = replace(VIEW, sessions=(MAIN,))
    (came,) = changes(fewer, VIEW)
    assert (came.kind, came.session) == (ChangeKind.APPEARED, AUTH.key)
    assert kinds(changes(VIEW, fewer)) == [ChangeKind.VANISHED]


def test_a_session_that_begins_to_wait_asks_for_attention_once() -> None:
    waiting = with_auth(evidence=replace(AUTH.evidence, state=SessionState.WAITING))
    (told,) = changes(VIEW, waiting)
    assert (told.kind, told.severity) == (ChangeKind.WAITING, Attention.ATTENTION)
    still = replace(waiting, base=replace(samples.BASE, upstream=None))
    assert changes(waiting, still) == ()
    came_waiting = changes(replace(VIEW, sessions=(MAIN,)), waiting)
    assert kinds(came_waiting) == [ChangeKind.APPEARED, ChangeKind.WAITING]


def test_exited_and_missing() -> None:
    for state, kind in (
        (SessionState.EXITED, ChangeKind.EXITED),
        (SessionState.MISSING, ChangeKind.MISSING),
    ):
        after = with_auth(evidence=replace(AUTH.evidence, state=state))
        assert kinds(changes(VIEW, after)) == [kind]
    for state in (SessionState.QUIET, SessionState.IDLE):
        assert changes(VIEW, with_auth(evidence=replace(AUTH.evidence, state=state))) == ()


def test_commits_are_counted_and_a_moved_base_is_not_a_commit_of_the_sessions() -> None:
    assert AUTH.worktree is not None
    moved = replace(AUTH.worktree, head="d" * 40)
    (told,) = changes(VIEW, with_auth(worktree=moved, divergence=Divergence(3, 0)))
    assert told.message == "2 new commits in auth"
    # A rebase, an amended commit and another branch move the head and land nothing.
    assert changes(VIEW, with_auth(worktree=moved)) == ()
    other = replace(moved, branch="other")
    assert changes(VIEW, with_auth(worktree=other, divergence=Divergence(9, 0))) == ()
    base = Base("main", "refs/heads/main", "b" * 40, "main")
    behind = replace(with_auth(divergence=Divergence(1, 4)), base=base)
    assert kinds(changes(VIEW, behind)) == [ChangeKind.BASE]


def test_trouble_is_told_once_and_recovery_too() -> None:
    failing = replace(VIEW, health=(TROUBLE,))
    assert kinds(changes(VIEW, failing)) == [ChangeKind.TROUBLE]
    assert changes(failing, replace(with_auth(command="x"), health=(TROUBLE,))) == ()
    assert kinds(changes(failing, VIEW)) == [ChangeKind.RECOVERED]
    note = replace(VIEW, health=(replace(TROUBLE, level=Level.NOTE),))
    assert changes(VIEW, note) == ()


def test_what_asks_for_a_person_among_sessions_is_told_once() -> None:
    before = replace(VIEW, coordination=Coordination())
    handed = Handoff("h1", "api", "auth", "Wire it")
    taken = Event(
        "e1", "lock_taken", "api", '{"target":"src/a.py","by":"api"}', 1, recipients=("auth",)
    )
    after = replace(VIEW, coordination=Coordination(handoffs=(handed,), events=(taken,)))
    told = changes(before, after)
    assert [(c.kind, c.severity, c.message) for c in told] == [
        (ChangeKind.HANDOFF, Attention.ATTENTION, "api handed auth: Wire it"),
        (ChangeKind.LOCK_TAKEN, Attention.NOTICE, "api took over auth's lock on src/a.py"),
    ]
    assert changes(after, replace(after, paused=True)) == ()
    declined = replace(handed, state=HandoffState.DECLINED, why="no time")
    answered = replace(after, coordination=Coordination(handoffs=(declined,), events=(taken,)))
    assert kinds(changes(after, answered)) == [ChangeKind.DECLINED]
    # Read for the first time, it is not new.
    assert changes(VIEW, after) == ()


def test_an_unreadable_file_is_told_with_its_remedy_and_not_as_trouble_too() -> None:
    problem = Problem("parallel-state.json", "it is not JSON", "pdev repair parallel-state.json")
    trouble = Health(Source.STORE, Level.ERROR, "it is not JSON", 1.0)
    after = replace(VIEW, coordination=Coordination(problems=(problem,)), health=(trouble,))
    (told,) = changes(replace(VIEW, coordination=Coordination()), after)
    assert told.kind is ChangeKind.UNREADABLE
    assert told.message.endswith("Try: pdev repair parallel-state.json")
    unexplained = replace(VIEW, coordination=Coordination(), health=(trouble,))
    assert kinds(changes(VIEW, unexplained)) == [ChangeKind.TROUBLE]


def test_a_takeover_whose_payload_is_odd_is_still_told() -> None:
    before = replace(VIEW, coordination=Coordination())
    for payload in ("null", "[1]", '{"target":3}', "not json"):
        event = Event("e1", "lock_taken", "api", payload, 1, recipients=("auth",))
        (told,) = changes(before, replace(VIEW, coordination=Coordination(events=(event,))))
        assert told.message == "api took over auth's lock"
