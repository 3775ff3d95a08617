"""What is told of the news, by which channel, and what is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.model.agent.waiting import WaitsFor
from parallel_tui.model.session.session import Session, SessionState
from parallel_tui.model.settings.config import Config
from parallel_tui.model.settings.notify import (
    DesktopWay,
    Happening,
    QuietHours,
    Switch,
    quiet_hours,
)
from parallel_tui.model.sharing.coordination import Coordination, Handoff
from parallel_tui.model.view.changes import STATES, Attention, Change, ChangeKind, changes
from parallel_tui.model.view.snapshot import Snapshot, WatchMode
from parallel_tui.model.view.telling import (
    MOMENT,
    MOST,
    SETTLING,
    SPAN,
    Remembered,
    Telling,
    decide,
    in_view,
)
from parallel_tui.model.view.wishes import Channel, Held, Moment, Wishes, wishes_of
from tests.ui import samples

EVERY = Wishes(bell=True)
START = 1_000.0
LATER = START + SETTLING
NAMES = ("auth", "[api]", "-x #{q}")
TELLABLE = [state for state in SessionState if state in STATES]


def row(name: str, state: SessionState, **evidence: object) -> Session:
    """A session with a window of its own."""
    number = 1 + NAMES.index(name)
    found = samples.session(samples.tree(name, name), name, state, windows=(f"@{number}",))
    return replace(found, evidence=replace(found.evidence, **evidence))  # type: ignore[arg-type]


def view(*sessions: Session, shown: Iterable[str] = ()) -> Snapshot:
    """A snapshot of sessions, some of whose windows are on a client's screen."""
    windows = tuple(
        samples.window(
            1 + NAMES.index(each.name),
            each.name,
            "/",
            active=each.name in set(shown),
            attached=1,
        )
        for each in sessions
        if each.name in NAMES
    )
    return Snapshot(samples.REPOSITORY, sessions=sessions, windows=windows, watch=WatchMode.TREE)


class Course:
    """Snapshots told one after the other."""

    def __init__(self, wishes: Wishes = EVERY) -> None:
        self.wishes = wishes
        self.memory = Remembered()
        self.before: Snapshot | None = None

    def goes(self, now: Snapshot, moment: Moment) -> tuple[Telling, ...]:
        """What is told when this is so."""
        happened = changes(self.before, now) if self.before is not None else ()
        self.before = now
        self.memory, told = decide(self.memory, happened, now, self.wishes, moment)
        return told

    def begun(self, *sessions: Session) -> Course:
        """The same, with these sessions known and settled."""
        assert self.goes(view(*sessions), Moment(START)) == ()
        assert self.goes(view(*sessions), Moment(LATER)) == ()
        return self


def told(course: Course, state: SessionState, at: float, **evidence: object) -> list[ChangeKind]:
    """Kinds of news when the first session is in a state."""
    found = course.goes(view(row("auth", state, **evidence)), Moment(at))
    return [each.change.kind for each in found if each.by]


def test_a_session_that_begins_to_wait_is_told_by_every_channel_that_is_on() -> None:
    course = Course().begun(row("auth", SessionState.WORKING))
    waits = view(row("auth", SessionState.WAITING))
    (only,) = course.goes(waits, Moment(LATER + 1))
    assert only.change.kind is ChangeKind.WAITING
    assert only.by == frozenset(Channel)
    assert course.goes(waits, Moment(LATER + 2)) == ()
    quiet = Course(Wishes(toast=False, desktop=False)).begun(row("auth", SessionState.WORKING))
    (only,) = quiet.goes(waits, Moment(LATER + 1))
    assert only.by == frozenset()


def test_nobody_is_called_who_looks_at_the_dashboard() -> None:
    course = Course().begun(row("auth", SessionState.WORKING))
    (only,) = course.goes(view(row("auth", SessionState.WAITING)), Moment(LATER + 1, watched=True))
    assert only.by == {Channel.TOAST}


def test_no_bell_rings_that_would_be_taken_for_somebody_elses() -> None:
    course = Course().begun(row("auth", SessionState.WORKING))
    (only,) = course.goes(view(row("auth", SessionState.WAITING)), Moment(LATER + 1, rings=False))
    assert only.by == {Channel.TOAST, Channel.DESKTOP}


def test_what_comes_in_the_first_seconds_is_no_news() -> None:
    course = Course()
    course.goes(view(row("auth", SessionState.UNKNOWN)), Moment(START))
    assert told(course, SessionState.WAITING, START + SETTLING - 1) == []
    assert told(course, SessionState.WAITING, START + SETTLING + 1) == []
    assert told(course, SessionState.WORKING, START + SETTLING + 2) == []
    later = START + SETTLING + 3 + MOMENT
    assert told(course, SessionState.WAITING, later) == [ChangeKind.WAITING]


def test_a_state_that_flaps_is_told_once_and_one_that_comes_back_later_again() -> None:
    course = Course().begun(row("auth", SessionState.WORKING))
    assert told(course, SessionState.WAITING, LATER + 1) == [ChangeKind.WAITING]
    assert told(course, SessionState.WORKING, LATER + 2) == []
    assert told(course, SessionState.WAITING, LATER + 2 + MOMENT / 2) == []
    assert told(course, SessionState.WORKING, LATER + 20) == []
    assert told(course, SessionState.WAITING, LATER + 20 + MOMENT) == [ChangeKind.WAITING]


def test_another_question_right_after_the_first_is_told() -> None:
    course = Course().begun(row("auth", SessionState.WORKING))
    first = {"source": "claude", "waits_for": WaitsFor.PERMISSION, "detail": "Bash: ls"}
    assert told(course, SessionState.WAITING, LATER + 1, **first) == [ChangeKind.WAITING]
    assert told(course, SessionState.WORKING, LATER + 2) == []
    assert told(course, SessionState.WAITING, LATER + 2.1, **first) == []
    assert told(course, SessionState.WORKING, LATER + 2.2) == []
    other = {**first, "detail": "Bash: rm -r build"}
    assert told(course, SessionState.WAITING, LATER + 2.3, **other) == [ChangeKind.WAITING]
    # Another witness words the same question otherwise.
    assert told(course, SessionState.WORKING, LATER + 2.4) == []
    assert told(course, SessionState.WAITING, LATER + 2.5, **{**other, "source": "hook"}) == []


def test_what_could_not_be_looked_at_in_between_is_not_told_again() -> None:
    course = Course().begun(row("auth", SessionState.WAITING))
    assert told(course, SessionState.UNKNOWN, LATER + 10) == []
    assert told(course, SessionState.WAITING, LATER + 90) == []
    assert told(course, SessionState.UNKNOWN, LATER + 100) == []
    assert told(course, SessionState.DONE, LATER + 101) == [ChangeKind.DONE]


def test_a_window_that_turns_out_to_have_a_worktree_is_not_told_twice() -> None:
    other = row("[api]", SessionState.WORKING)
    window = replace(row("auth", SessionState.WAITING), key="window:@1", worktree=None)
    course = Course().begun(other)
    found = course.goes(view(other, window), Moment(LATER + 10))
    assert [each.change.kind for each in found] == [ChangeKind.APPEARED, ChangeKind.WAITING]
    found = course.goes(view(other, row("auth", SessionState.WAITING)), Moment(LATER + 40))
    assert [each.change.kind for each in found] == [ChangeKind.APPEARED, ChangeKind.VANISHED]


def test_a_session_that_is_gone_for_a_moment_is_not_told_again() -> None:
    other, waits = row("[api]", SessionState.WORKING), row("auth", SessionState.WAITING)
    course = Course().begun(other, waits)
    (gone,) = course.goes(view(other), Moment(LATER + 10))
    assert gone.change.kind is ChangeKind.VANISHED
    back = course.goes(view(other, waits), Moment(LATER + 10 + MOMENT / 2))
    assert [each.change.kind for each in back] == [ChangeKind.APPEARED]


def test_quiet_hours_hold_everything_but_what_is_always_told() -> None:
    night, day = 23 * 60, 12 * 60
    wishes = replace(
        EVERY,
        quiet=quiet_hours("22:00-07:00"),
        switches={Happening.FAILED: Switch.ALWAYS, Happening.DONE: Switch.OFF},
    )
    for state, minute, held in (
        (SessionState.WAITING, night, Held.QUIET),
        (SessionState.FAILED, night, None),
        (SessionState.WAITING, day, None),
        (SessionState.DONE, day, Held.OFF),
        (SessionState.EXITED, night, Held.QUIET),
    ):
        course = Course(wishes).begun(row("auth", SessionState.WORKING))
        (only,) = course.goes(view(row("auth", state)), Moment(LATER + 1, minute))
        assert (only.held, bool(only.by)) == (held, held is None), state
    course = Course(wishes).begun(row("auth", SessionState.WORKING))
    (only,) = course.goes(view(row("auth", SessionState.FAILED)), Moment(LATER + 1, muted=True))
    assert only.held is Held.MUTED, "that was wished last"


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("22:00-07:00", ["22:00", "23:59", "0:00", "6:59"], ["7:00", "21:59", "12:00"]),
        ("9:30 - 17:00", ["9:30", "16:59"], ["9:29", "17:00", "0:00"]),
    ],
)
def test_quiet_hours_may_cross_midnight(text: str, inside: list[str], outside: list[str]) -> None:
    hours = quiet_hours(text)
    assert hours is not None
    assert quiet_hours(str(hours)) == hours

    def minute(clock: str) -> int:
        hour, _, rest = clock.partition(":")
        return int(hour) * 60 + int(rest)

    assert all(hours.contain(minute(each)) for each in inside)
    assert not any(hours.contain(minute(each)) for each in outside)


@pytest.mark.parametrize("text", ["", "22-7", "24:00-07:00", "22:00-22:00", "22:60-7:00", "x"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    assert quiet_hours(text) is None


def test_handoffs_and_conflicts_have_switches_and_other_news_is_only_shown() -> None:
    base = view(row("auth", SessionState.WORKING))
    handed = Coordination(handoffs=(Handoff("h1", "api", "auth", "Wire it"),))
    course = Course()
    course.goes(replace(base, coordination=Coordination()), Moment(START))
    (only,) = course.goes(replace(base, coordination=handed), Moment(LATER))
    assert (only.change.about, only.by) == ("h1", frozenset(Channel))
    conflict = Change(ChangeKind.OVERLAP, Attention.ATTENTION, "conflict", base.sessions[0].key)
    nearby = replace(conflict, severity=Attention.NOTICE)
    trouble = Change(ChangeKind.TROUBLE, Attention.NOTICE, "tmux: gone")
    _, found = decide(course.memory, (conflict, nearby, trouble), base, EVERY, Moment(LATER))
    assert [each.by for each in found] == [frozenset(Channel), {Channel.TOAST}, {Channel.TOAST}]
    off = replace(EVERY, switches={Happening.CONFLICT: Switch.OFF})
    _, found = decide(course.memory, (conflict, nearby), base, off, Moment(LATER))
    assert [each.held for each in found] == [Held.OFF, None]
    first = Moment(LATER, first_look=True)
    _, (only,) = decide(course.memory, (conflict,), base, EVERY, first)
    assert only.by == {Channel.TOAST}


def test_settings_become_wishes() -> None:
    assert wishes_of(Config()) == Wishes(dict.fromkeys(Happening, Switch.ON))
    found = wishes_of(
        Config(
            notify_done=Switch.OFF,
            notify_bell=True,
            notify_desktop=DesktopWay.OFF,
            notify_quiet_hours="22:00-07:00",
        )
    )
    assert found.switches[Happening.DONE] is Switch.OFF
    assert (found.bell, found.desktop, found.quiet) == (True, False, QuietHours(22 * 60, 7 * 60))


STATE = st.sampled_from(list(SessionState))
STEP = st.tuples(
    st.lists(STATE, min_size=len(NAMES), max_size=len(NAMES)),  # of each session
    st.floats(0, 12),  # seconds since the step before
    st.integers(0, 24 * 60 - 1),  # of the day
    st.frozensets(st.sampled_from(NAMES)),  # windows on a client's screen
    st.frozensets(st.sampled_from(NAMES)),  # sessions that are there
)
SWITCHES = st.dictionaries(st.sampled_from(Happening), st.sampled_from(Switch))
HOURS = st.builds(QuietHours, st.integers(0, 719), st.integers(720, 1439)) | st.builds(
    QuietHours, st.integers(720, 1439), st.integers(0, 719)
)


@given(st.lists(STEP, max_size=25), SWITCHES, HOURS, st.booleans())
def test_each_transition_is_told_once_never_in_quiet_hours_never_for_a_window_in_view(
    steps: list[tuple[list[SessionState], float, int, frozenset[str], frozenset[str]]],
    switches: dict[Happening, Switch],
    hours: QuietHours,
    muted: bool,
) -> None:
    wishes = replace(EVERY, switches=switches, quiet=hours)
    course, at = Course(wishes), START
    last: dict[str, SessionState] = {}  # that is known
    left: dict[tuple[str, SessionState], float] = {}
    calls: list[float] = []
    for states, seconds, minute, shown, there in steps:
        at += seconds
        snapshot = view(
            *(row(n, s) for n, s in zip(NAMES, states, strict=True) if n in there), shown=shown
        )
        found = course.goes(snapshot, Moment(at, minute, muted=muted))
        named = [(each.change.kind, each.change.session) for each in found]
        assert len(named) == len(set(named))
        for each in found:
            session = snapshot.session(each.change.session or "")
            if session is None or STATES.get(session.state, (None,))[0] is not each.change.kind:
                continue
            # It came into this state just now, and was not in it a moment ago.
            key = (session.name, session.state)
            assert last.get(session.name) is not session.state
            assert at - left.get(key, -MOMENT) >= MOMENT
            assert at - START >= SETTLING or not each.by
            if each.by:
                kind = next((one for one in Happening if one.value == session.state.value), None)
                always = kind is not None and switches.get(kind) is Switch.ALWAYS
                assert not muted
                assert always or not hours.contain(minute)
                assert session.state is SessionState.MISSING or session.name not in shown
                assert kind is None or switches.get(kind) is not Switch.OFF
        if any(each.by & {Channel.BELL, Channel.DESKTOP} for each in found):
            calls.append(at)
        assert len([call for call in calls if at - call < SPAN]) <= MOST
        for name, state in zip(NAMES, states, strict=True):
            known = last.get(name)
            if name not in there:
                if known is not None:
                    left[name, known] = at
                    del last[name]
            elif state is not SessionState.UNKNOWN:
                if known is not None and known is not state:
                    left[name, known] = at
                last[name] = state


@given(st.lists(st.tuples(st.sampled_from(TELLABLE), st.booleans()), min_size=1, max_size=12))
def test_every_new_state_that_lasts_is_told_when_nothing_speaks_against_it(
    steps: list[tuple[SessionState, bool]],
) -> None:
    course = Course().begun(row("auth", SessionState.WORKING))
    before, at = SessionState.WORKING, LATER
    for state, works_between in steps:
        at += SPAN
        if works_between:
            course.goes(view(row("auth", SessionState.WORKING)), Moment(at - SPAN / 2))
            before = SessionState.WORKING
        found = course.goes(view(row("auth", state)), Moment(at))
        assert [bool(each.by) for each in found] == ([True] if state is not before else [])
        before = state


def test_in_view_means_current_and_on_somebodys_screen() -> None:
    auth = row("auth", SessionState.WAITING)
    assert in_view(auth, view(auth, shown=("auth",)))
    assert not in_view(auth, view(auth))
    unattached = view(auth, shown=("auth",))
    hidden = tuple(replace(each, attached=0) for each in unattached.windows)
    assert not in_view(auth, replace(unattached, windows=hidden))


def test_evidence_is_worded_for_people() -> None:
    def words(state: SessionState, **evidence: object) -> str:
        (only,) = changes(
            view(row("auth", SessionState.WORKING)), view(row("auth", state, **evidence))
        )
        return only.message

    asks = {"waits_for": WaitsFor.PERMISSION, "detail": "it asks for permission:\n  make test"}
    assert words(SessionState.WAITING, **asks) == (
        "auth waits for you: it asks for permission: make test"
    )
    assert words(SessionState.WAITING) == "auth waits for you"
    assert words(SessionState.DONE) == "auth is done"
    assert (
        words(SessionState.FAILED, detail="overloaded") == "The agent of auth gave up: overloaded"
    )
    assert len(words(SessionState.CRASHED, detail="x" * 900)) < 250
    assert words(SessionState.LIMITED, until=None) == "auth has reached its limit"
    assert words(SessionState.LIMITED, until=1e300) == "auth has reached its limit"
    limited = words(SessionState.LIMITED, since=samples.NOW, until=samples.NOW + 600)
    assert limited.startswith("auth has reached its limit until ")
    assert len(limited.rpartition(" ")[2]) == len("14:30")
