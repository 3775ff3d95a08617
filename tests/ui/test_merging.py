"""The merge plan: what is shown, arranged, checked and landed by keys, and how it looks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from parallel_tui.bootstrap.landing import plans as real
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.landing.dependencies import Dependency, Why
from parallel_tui.model.landing.plan import Strategy
from parallel_tui.model.session.worktree import Operation, OperationKind
from parallel_tui.model.settings.config import Origin
from parallel_tui.model.settings.consent import TrustNeededError
from parallel_tui.model.settings.consent_question import Question, ShellLine
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.services.landing.readiness import LandingSession
from parallel_tui.ui.dashboard.screen import Dashboard
from parallel_tui.ui.dialogs.confirm import ConfirmDialog
from parallel_tui.ui.dialogs.error import ErrorDialog
from parallel_tui.ui.dialogs.trust import TrustDialog
from parallel_tui.ui.screens.merge.check_screen import CheckScreen
from parallel_tui.ui.screens.merge.detail import DetailScreen
from parallel_tui.ui.screens.merge.facts import base_state
from parallel_tui.ui.screens.merge.landing import LandingScreen
from parallel_tui.ui.screens.pair import PairScreen
from tests.ui import landings, samples
from tests.ui.harness import app_of, core_of, on_screen, running, settle, toasts, until
from tests.ui.landings import FakeParts
from tests.ui.settling import settled

NARROW, WIDE, HUGE = (80, 24), (120, 40), (200, 50)
PICTURES = [
    *((scene, NARROW) for scene in ("usual", "many", "ask", "failing")),
    *((scene, WIDE) for scene in ("usual", "arranged", "detail", "check")),
    ("many", HUGE),
]
Compare = Callable[..., bool]


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> FakeParts:
    made = FakeParts()
    monkeypatch.setattr(real, "LandingParts", made.of)
    return made


async def opened(pilot: Pilot[int]) -> LandingScreen:
    """The screen, with its first plan."""
    await pilot.press("m")
    await until(pilot, lambda: isinstance(pilot.app.screen, LandingScreen))
    screen = cast("LandingScreen", pilot.app.screen)
    await until(pilot, lambda: not screen.working)
    return screen


def cells(screen: LandingScreen, column: str) -> list[str]:
    return ["".join(text for text, _ in row.cells[column]) for row in screen.table.rows]


def names(screen: LandingScreen) -> list[str]:
    return [row.key for row in screen.table.rows]


def note(screen: LandingScreen) -> str:
    return str(screen.query_one(".note", Static).content)


async def test_who_lands_who_does_not_and_why(parts: FakeParts) -> None:
    async with running(core_of(samples.typical())) as (pilot, _):
        screen = await opened(pilot)
        assert names(screen) == ["auth", "api", "tests", "docs", "search", "b[/x]\x1b#{q}"]
        assert cells(screen, "mark") == ["1", "2", "✗", "·", "·", "·"]
        assert cells(screen, "check")[:5] == [
            *("✓ passed", "✓ passed", "✓ passed", "? not run", "✗ failed"),
        ]
        assert cells(screen, "why")[2:4] == [
            "it conflicts with auth in src/auth.py, docs/a b.md",
            "it was not checked at 4444444444",
        ]
        assert "main ↑0 ↓2 at aaaaaaaaaa · checked out in /work/myapp, clean" in note(screen)
        assert "2 of 6 sessions land by merge: 2 files, +20 −2. No order lands more." in note(
            screen
        )
        assert "\x1b" not in on_screen(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, Dashboard))
        await until(pilot, lambda: parts.plans.closed)


async def test_the_screen_opens_at_once_and_says_that_it_looks(parts: FakeParts) -> None:
    parts.plans.gate = threading.Semaphore(0)
    async with running(core_of(samples.typical())) as (pilot, _):
        await pilot.press("m")
        await until(pilot, lambda: isinstance(pilot.app.screen, LandingScreen))
        assert "Looking at each session" in on_screen(pilot)
        await pilot.press("J", "space", "l", "c")  # nothing of it does anything yet
        await pilot.pause()
        parts.plans.gate.release(100)
        screen = cast("LandingScreen", pilot.app.screen)
        await until(pilot, lambda: cells(screen, "mark"))
        assert not screen.arranged.by_hand


async def test_a_place_is_changed_by_hand_and_its_consequences_are_told(parts: FakeParts) -> None:
    async with running(core_of(samples.typical())) as (pilot, _):
        screen = await opened(pilot)
        screen.table.select("tests")
        parts.plans.gate = threading.Semaphore(0)
        await pilot.press("K", "K")
        # At once, and what is not worked out yet is no answer.
        assert names(screen)[:3] == ["tests", "auth", "api"]
        assert cells(screen, "mark")[:3] == ["…", "…", "…"]
        parts.plans.gate.release(100)
        await until(pilot, lambda: not screen.working)
        assert cells(screen, "mark")[:3] == ["1", "✗", "2"]
        assert cells(screen, "why")[1] == "it conflicts with tests in src/auth.py, docs/a b.md"
        assert screen.table.cursor == "tests"
        assert "Your order, of which 1 cannot land; r computes the best one." in note(screen)
        # Two keys, and never more plans than can be shown.
        assert [order for order, _ in parts.plans.plans][-1] == ("tests", "auth", "api")
        await pilot.press("shift+down")
        await until(pilot, lambda: not screen.working)
        assert names(screen)[:3] == ["auth", "tests", "api"]
        assert cells(screen, "mark")[:3] == ["1", "✗", "2"]
        await pilot.press("r")
        await until(pilot, lambda: not screen.working)
        assert names(screen)[:3] == ["auth", "api", "tests"]
        assert parts.plans.plans[-1] == (None, frozenset())


async def test_a_session_is_taken_out_and_in_again(parts: FakeParts) -> None:
    async with running(core_of(samples.typical())) as (pilot, _):
        screen = await opened(pilot)
        await pilot.press("space")
        await until(pilot, lambda: not screen.working)
        assert names(screen) == ["api", "tests", "docs", "search", "b[/x]\x1b#{q}", "auth"]
        assert cells(screen, "mark") == ["1", "2", "·", "·", "·", "○"]
        assert "All that is ready lands without those you took out." in note(screen)
        await pilot.press("K")
        await pilot.pause()
        assert "auth was taken out: Space puts it back" in toasts(pilot)
        await pilot.press("space")
        await until(pilot, lambda: not screen.working)
        assert cells(screen, "mark")[:3] == ["1", "2", "✗"]
        screen.table.select("docs")
        await pilot.press("space", "J")
        await pilot.pause()
        assert "docs is not ready, so it would not land anyway" in toasts(pilot)
        assert "docs is not ready. Only sessions that are ready have a place" in toasts(pilot)


async def test_an_order_survives_what_others_do(parts: FakeParts) -> None:
    """Who is ready meanwhile stands behind; who is not any more has its place when it is again."""
    core = core_of(samples.typical())
    async with running(core) as (pilot, dashboard):
        screen = await opened(pilot)
        screen.table.select("api")
        await pilot.press("K")
        await until(pilot, lambda: not screen.working)
        looked = parts.plans.looked
        parts.plans.looked = (
            looked[0],
            landings.waits("api", 2, landings.DIRTY),
            looked[2],
            landings.waits("docs", 4),
            *looked[4:],
        )
        sample = samples.typical()
        first = replace(sample.sessions[0], status=samples.work(modified=3))
        core.live.publish(replace(sample, sessions=(first, *sample.sessions[1:])))
        await until(pilot, lambda: len(parts.plans.looks) > 1 and not screen.working)
        assert names(screen)[:4] == ["auth", "tests", "docs", "api"]
        assert cells(screen, "mark")[:4] == ["1", "✗", "2", "·"]
        parts.plans.looked = looked
        core.live.publish(sample)
        await until(pilot, lambda: len(parts.plans.looks) > 2 and not screen.working)
        assert names(screen)[:3] == ["api", "auth", "tests"]
        assert dashboard.snapshot == sample


async def test_what_has_changed_is_marked_until_it_was_looked_at_again(parts: FakeParts) -> None:
    core = core_of(samples.typical())
    async with running(core) as (pilot, _):
        screen = await opened(pilot)
        screen._rest_until = time.monotonic() + 1_000
        sample = samples.typical()

        def edited(number: int) -> Snapshot:
            work = samples.work(modified=number)
            every = (
                replace(each, status=work) if each.name == "auth" else each
                for each in sample.sessions
            )
            return replace(sample, sessions=tuple(every))

        core.live.publish(edited(3))
        await until(pilot, lambda: cells(screen, "mark")[:2] == ["~", "2"])
        assert "changed since; it was: waits longer than api" in cells(screen, "why")[0]
        assert len(parts.plans.looks) == 1  # not more than a third of the time
        screen._rest_until = 0.0
        core.live.publish(edited(4))
        await until(pilot, lambda: len(parts.plans.looks) == 2 and not screen.working)
        assert cells(screen, "mark")[0] == "1"


async def test_strategies_and_unchecked_ones(parts: FakeParts) -> None:
    async with running(core_of(samples.typical())) as (pilot, _):
        screen = await opened(pilot)
        await pilot.press("s")
        await until(pilot, lambda: not screen.working)
        assert "land by squash" in note(screen)
        await pilot.press("s", "u")
        await until(pilot, lambda: not screen.working)
        assert parts.plans.looks[-1] == (Strategy.REBASE, False)
        assert "whether or not their tests are known to pass" in note(screen)
        await pilot.press("s", "u")
        await until(pilot, lambda: not screen.working)
        assert parts.plans.looks[-1] == (Strategy.MERGE, True)


async def test_a_conflict_lands_as_it_was_resolved_before_once_that_is_said(
    parts: FakeParts,
) -> None:
    parts.plans.remembers = frozenset({"src/auth.py", "docs/a b.md"})
    async with running(core_of(samples.typical())) as (pilot, _):
        screen = await opened(pilot)
        place = cells(screen, "session").index("tests")
        assert cells(screen, "mark")[place] == "✗"
        for _ in range(place):
            await pilot.press("down")
        await until(pilot, lambda: screen.table.cursor == "tests")
        assert "press e on the plan: it lands as it was resolved before" in str(
            screen.about("tests")
        )
        await pilot.press("e")
        await until(pilot, lambda: not screen.working and screen.resolved)
        place = cells(screen, "session").index("tests")
        assert cells(screen, "mark")[place].isdigit()
        assert "conflicts in docs/a b.md, src/auth.py, resolved as before" in str(
            screen.about("tests")
        )
        assert "conflicts resolved as before" in note(screen)
        await pilot.press("l")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmDialog))
        asked = on_screen(pilot)
        assert "Conflicts are resolved as before in tests: src/auth.py, docs/a b.md" in asked
        await pilot.press("escape", "e")
        await until(pilot, lambda: not screen.working and not screen.resolved)
        assert "✗" in cells(screen, "mark")


async def test_a_failure_is_told_and_passes(parts: FakeParts) -> None:
    parts.plans.failure = CouldNotLookError(
        "Landings cannot be simulated: git 2.30 is older than 2.39", hint="Install git 2.39."
    )
    async with running(core_of(samples.typical())) as (pilot, _):
        screen = await opened(pilot)
        assert "git 2.30 is older than 2.39" in note(screen)
        assert "Install git 2.39." in note(screen)
        assert not screen.table.rows
        await pilot.press("l", "c", "C", "J", "space", "enter")
        await pilot.pause()
        assert pilot.app.screen is screen
        parts.plans.failure = None
        parts.plans.stamp = 1  # a check was kept elsewhere
        await until(pilot, lambda: cells(screen, "mark"))
        parts.plans.failure = CouldNotLookError("git gave no answer in time")
        parts.plans.stamp = 2
        await until(pilot, lambda: "below is the plan before" in note(screen))
        assert cells(screen, "mark")[0] == "1"
        await pilot.press("l")
        await pilot.pause()
        assert "still being worked out" in toasts(pilot)


def test_where_base_stands_is_told_with_what_keeps_it_there() -> None:
    sample = samples.typical()
    (home,) = (each for each in sample.sessions if each.worktree and each.worktree.is_main)

    def told(**facts: object) -> str:
        now = replace(home, **facts)  # type: ignore[arg-type]
        every = (now if each is home else each for each in sample.sessions)
        return base_state(replace(sample, sessions=tuple(every))).words

    assert told().endswith("checked out in /work/myapp, clean")
    assert told(status=samples.work(untracked=2)).endswith("clean")
    assert told(status=samples.work(modified=2)).endswith(
        "2 files not committed there, so nothing can land"
    )
    assert told(status=Unknown("no answer")).endswith("whether it is clean: no answer")
    assert home.worktree is not None
    merging = replace(home.worktree, operation=Operation(OperationKind.MERGE))
    assert told(worktree=merging).endswith("a merge is half done there")
    assert told(worktree=replace(home.worktree, branch="x")).endswith("checked out nowhere")
    gone = replace(sample, base=Unknown("it has no commit yet"))
    assert base_state(gone).words == "Base is not known: it has no commit yet"


async def test_an_empty_repository_says_how_to_begin(parts: FakeParts) -> None:
    parts.plans.looked = ()
    async with running(core_of(samples.empty())) as (pilot, _):
        screen = await opened(pilot)
        assert "There is no session beside base" in note(screen)
        await pilot.press("l", "enter", "space", "C")
        await pilot.pause()
        assert "Nothing is ready to land" in toasts(pilot)
        assert pilot.app.screen is screen


async def test_details_lead_to_both_sides_of_a_conflict(parts: FakeParts) -> None:
    auth, tests = (samples.tree(name, None).git_dir for name in ("auth", "tests"))
    async with running(core_of(samples.overlapping())) as (pilot, _):
        screen = await opened(pilot)
        pairs: list[object] = []
        screen.parts = replace(screen.parts, open_pair=pairs.append)
        screen.table.select("tests")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, DetailScreen))
        await until(pilot, lambda: "it conflicts with auth in 2 files" in on_screen(pilot))
        assert "docs/a b.md" in on_screen(pilot)
        assert "once auth has landed, resolve it in its worktree: pdev sync tests" in on_screen(
            pilot
        )
        await pilot.press("enter")
        await until(pilot, lambda: pairs or toasts(pilot))
        assert [set(cast("tuple[str, str]", pair)) for pair in pairs] == [{auth, tests}]
        await pilot.press("j", "enter")
        await pilot.pause()
        assert "this line is not one" in toasts(pilot)
        # It follows the plan.
        parts.plans.clashes = {}
        parts.plans.stamp = 1
        await until(pilot, lambda: "lands as number 3 of 3" in on_screen(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen)


async def test_the_pair_is_shown_by_the_screen_of_pairs(parts: FakeParts) -> None:
    async with running(core_of(samples.overlapping())) as (pilot, _):
        screen = await opened(pilot)
        screen._open_pair("auth", "tests")
        await until(pilot, lambda: isinstance(pilot.app.screen, PairScreen) or toasts(pilot))
        assert isinstance(pilot.app.screen, PairScreen), toasts(pilot)


async def test_a_check_runs_in_view_and_goes_on_when_that_is_closed(parts: FakeParts) -> None:
    parts.checker.gate = threading.Semaphore(0)
    async with running(core_of(samples.typical())) as (pilot, _):
        screen = await opened(pilot)
        screen.table.select("docs")
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, CheckScreen))
        await until(pilot, lambda: "3 passed [/b]" in on_screen(pilot))
        assert "collecting 90%" in on_screen(pilot)
        assert "10%" not in on_screen(pilot)
        assert "also when you close this" in on_screen(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: cells(screen, "check")[3] == "… running")
        parts.plans.looked = tuple(
            landings.waits("docs", 4) if each.name == "docs" else each for each in landings.usual()
        )
        parts.checker.gate.release()
        await until(pilot, lambda: cells(screen, "check")[2:4] == ["✓ passed"] * 2)
        await pilot.press("c")
        await until(pilot, lambda: "Passed at 4444444444" in on_screen(pilot))
        assert "/log/docs" in on_screen(pilot)
        await pilot.press("r")
        await until(pilot, lambda: parts.checker.calls == [("docs", False), ("docs", True)])
        await pilot.press("x")
        await until(pilot, lambda: "Stopped; there is no result" in on_screen(pilot))


async def test_what_was_kept_is_shown_without_running_anything(parts: FakeParts) -> None:
    parts.checker.kept["search"] = (landings.record("search", status=1), b"old output\n")
    async with running(core_of(samples.typical())) as (pilot, _):
        screen = await opened(pilot)
        screen.table.select("search")
        await pilot.press("c")
        await until(pilot, lambda: "old output" in on_screen(pilot))
        assert "Failed: `make test` ended with status 1 at 4444444444" in on_screen(pilot)
        assert not parts.checker.calls


async def test_all_that_is_not_known_is_checked_one_after_the_other(parts: FakeParts) -> None:
    parts.plans.looked = tuple(
        landings.waits(name, place, landings.UNCHECKED)
        for place, name in enumerate(("auth", "api", "tests"), 1)
    )
    question = Question((ShellLine("make test", Origin.REPOSITORY, "merge.check"),), ())
    parts.checker.outcomes = {name: TrustNeededError(question) for name in ("auth", "api", "tests")}
    parts.checker.gate = threading.Semaphore(0)
    async with running(core_of(samples.typical())) as (pilot, _):
        screen = await opened(pilot)
        assert "C checks those of which nothing is known." in note(screen)
        await pilot.press("C")
        await until(pilot, lambda: isinstance(pilot.app.screen, TrustDialog))
        assert "Checking this session would run:" in on_screen(pilot)
        await pilot.press("escape")
        # One answer is enough for all that wait.
        await until(pilot, lambda: not screen.parts.desk.doing)
        assert [name for name, _ in parts.checker.calls] == ["auth"]
        parts.checker.allowed.append("by somebody")
        await until(pilot, lambda: pilot.app.screen is screen)
        await pilot.press("C")
        await until(pilot, lambda: cells(screen, "check") == ["… running", "… queued", "… queued"])
        parts.checker.gate.release(3)
        await until(pilot, lambda: not screen.parts.desk.doing)
        assert [name for name, _ in parts.checker.calls[1:]] == ["auth", "api", "tests"]


async def test_without_commands_nothing_can_be_checked(parts: FakeParts) -> None:
    parts.plans.commands = ()
    async with running(core_of(samples.typical())) as (pilot, _):
        screen = await opened(pilot)
        await pilot.press("c", "C")
        await pilot.pause()
        assert "set merge.check" in toasts(pilot)
        assert pilot.app.screen is screen


async def test_landing_asks_for_exactly_what_it_does_and_shows_it(parts: FakeParts) -> None:
    parts.lander.gate = threading.Semaphore(0)
    core = core_of(samples.typical())
    async with running(core) as (pilot, _):
        screen = await opened(pilot)
        await pilot.press("l")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmDialog))
        for words in (
            "Land 2 sessions on main by merge?",
            "1  auth (feature/auth) at 1111111111: 1 file, +10 −1",
            "main moves forward from aaaaaaaaaa, in its worktree /work/myapp.",
            "Stays out: tests; it conflicts with auth in src/auth.py, docs/a b.md",
            "Nothing is pushed.",
            "H on the dashboard takes it back.",
        ):
            assert words in on_screen(pilot)
        assert "NOT known" not in on_screen(pilot)
        await pilot.press("n")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert not parts.lander.plans
        await pilot.press("l", "y")
        await until(pilot, lambda: cells(screen, "mark")[:2] == ["…", "2"])
        assert "Esc stops before the next session" in note(screen)
        await pilot.press("J", "space", "s", "l")  # nothing is arranged meanwhile
        parts.lander.gate.release()
        await until(pilot, lambda: cells(screen, "mark")[:2] == ["✓", "…"])
        core.live.pokes.clear()
        parts.lander.gate.release()
        await until(pilot, lambda: not screen.running and not screen.working)
        assert "Landed 2 of 2 sessions on main: auth, api" in note(screen)
        assert "H on the dashboard takes it back." in note(screen)
        assert [each.session for each in parts.lander.plans[0].order] == ["auth", "api"]
        assert not screen.arranged.by_hand


async def test_a_run_stops_between_sessions(parts: FakeParts) -> None:
    parts.lander.gate = threading.Semaphore(0)
    async with running(core_of(samples.typical())) as (pilot, _):
        screen = await opened(pilot)
        await pilot.press("l", "y")
        await until(pilot, lambda: cells(screen, "mark")[0] == "…")
        await pilot.press("escape")
        await until(pilot, lambda: "then stopping" in note(screen))
        assert pilot.app.screen is screen
        parts.lander.gate.release(5)
        await until(pilot, lambda: not screen.running and not screen.working)
        assert "Landed 1 of 2 sessions on main: auth" in note(screen)
        assert "You stopped it." in note(screen)


async def test_a_landing_that_is_refused_says_why(parts: FakeParts) -> None:
    parts.lander.failure = CouldNotLookError("main has moved on\nsince it was planned")
    async with running(core_of(samples.typical())) as (pilot, _):
        screen = await opened(pilot)
        await pilot.press("l", "y")
        await until(pilot, lambda: isinstance(pilot.app.screen, ErrorDialog))
        assert "main has moved on" in on_screen(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: pilot.app.screen is screen and not screen.working)
        assert cells(screen, "mark")[0] == "1"


async def test_what_is_not_known_to_pass_is_named_before_it_lands(parts: FakeParts) -> None:
    lenient = replace(landings.waits("auth", 1, landings.UNCHECKED), checked=False)
    parts.plans.looked = (lenient, landings.waits("api", 2))
    async with running(core_of(samples.typical())) as (pilot, _):
        await opened(pilot)
        await pilot.press("l")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmDialog))
        assert "NOT known to pass their tests: auth" in on_screen(pilot)


def _many() -> tuple[LandingSession, ...]:
    every = [
        landings.waits(f"session-{n:02}-with-quite-a-long-name-{'x' * n}", n % 15 + 1)
        for n in range(20)
    ]
    return tuple(every)


@pytest.mark.parametrize(
    ("scene", "size"), PICTURES, ids=[f"{scene}-{size[0]}" for scene, size in PICTURES]
)
def test_merge_screens(
    snap_compare: Compare, parts: FakeParts, scene: str, size: tuple[int, int]
) -> None:
    """Who lands stands first, numbered; what is in the way is readable; keys are at the bottom."""
    if scene == "many":
        parts.plans.looked = _many()
        parts.plans.needs = (
            Dependency(parts.plans.looked[0].name, parts.plans.looked[1].name, Why.BUILT),
        )
    if scene == "failing":
        parts.plans.failure = CouldNotLookError(
            "Landings cannot be simulated: git 2.30 is older than 2.39",
            hint="Install git 2.39 or newer.",
        )

    async def before(pilot: Pilot[int]) -> None:
        await settle(pilot)
        screen = await opened(pilot)
        if scene in ("arranged", "detail"):
            screen.table.select("tests")
        if scene == "arranged":
            await pilot.press("K", "K")
            await until(pilot, lambda: not screen.working)
            screen.table.select("auth")
        if scene == "detail":
            await pilot.press("enter")
        if scene == "check":
            parts.checker.kept["auth"] = (landings.record("auth", status=1), b"1 failed\n")
            await pilot.press("c")
            await until(pilot, lambda: "1 failed" in on_screen(pilot))
        if scene == "ask":
            await pilot.press("l")
        await settled(pilot)

    app = app_of(core_of(samples.typical()))
    assert snap_compare(app, run_before=before, terminal_size=size)
