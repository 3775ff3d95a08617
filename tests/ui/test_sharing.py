"""Locks, handoffs, events and tasks on a hand-fed live view: what is shown and what is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Input, Static

from parallel_tui.errors import RefusedError
from parallel_tui.model.fact import PENDING
from parallel_tui.model.sharing.coordination import Coordination, Problem
from parallel_tui.model.sharing.granting import Blocker
from parallel_tui.model.sharing.lock import LockState
from parallel_tui.model.sharing.message import Message, MessageKind
from parallel_tui.model.text.safe import safe
from parallel_tui.model.view.snapshot import Health, Level, Snapshot, Source
from parallel_tui.services.receipt import Receipt
from parallel_tui.services.sharing.blocked import LockedError
from parallel_tui.ui.dashboard.screen import Dashboard
from parallel_tui.ui.dialogs.form import FormDialog, PathSuggester
from parallel_tui.ui.panes.list_pane import ListPane
from parallel_tui.ui.widgets.columns import Cell, Row
from tests.ui import samples
from tests.ui.fake_engine import FakeCore, FakeEngine, FakeShared, Recorder
from tests.ui.harness import core_of, on_screen, running, toasts, until
from tests.ui.samples import NOW
from tests.ui.settling import settled


def _core(snapshot: Snapshot | None = None, **services: Recorder) -> FakeCore:
    git = Recorder(tracked_files=("src/api/login.py", "src/auth.py", "with space.md"))
    engine = FakeEngine(snapshot or samples.sharing())
    return FakeCore(engine, shared=FakeShared(**services), git=git)


def _column(dashboard: Dashboard, pane: str, column: str) -> list[str]:
    table = dashboard.query_one(f"#{pane}", ListPane).table
    return ["".join(text for text, _ in row.cells.get(column, ())) for row in table.rows]


def _title(dashboard: Dashboard, pane: str) -> str:
    return str(dashboard.query_one(f"#{pane}").border_title)


async def _go(pilot: Pilot[int], pane: str) -> None:
    assert isinstance(pilot.app.screen, Dashboard)
    pilot.app.screen.action_show_lower(pane)
    await settled(pilot)


async def _form(pilot: Pilot[int]) -> FormDialog:
    await settled(pilot)
    form = pilot.app.screen
    assert isinstance(form, FormDialog)
    return form


async def _sent(pilot: Pilot[int], *keys: str) -> None:
    await pilot.press(*keys)
    await settled(pilot)
    for worker in list(pilot.app.workers):
        if worker.group == "default":
            await worker.wait()
    await settled(pilot)


def _calls(service: Recorder) -> list[tuple[str, tuple[Any, ...]]]:
    return service.calls


async def test_each_pane_shows_its_share_in_its_order() -> None:
    async with running(_core()) as (pilot, dashboard):
        assert _column(dashboard, "locks", "target")[:2] == ["docs/guide.md", "package.json"]
        assert _column(dashboard, "locks", "state") == [
            "takeable",
            "foreign",
            "held",
            "held",
            "dead",
            "unknown",
        ]
        assert _column(dashboard, "handoffs", "state") == ["pending", "accepted", "done"]
        assert _column(dashboard, "events", "said")[0] == "api handed auth: Wire it"
        assert _title(dashboard, "locks") == "Locks · 6 · 1 of auth"
        unread = len(samples.shared().events)
        assert _title(dashboard, "events") == f"Events · {unread} unread"
        assert "6 locks · 2 handoffs" in str(dashboard.query_one("#header").render())
        await pilot.press("j")
        await settled(pilot)
        assert _title(dashboard, "locks") == "Locks · 6 · 2 of api"
        assert _title(dashboard, "events") == f"Events · {unread} unread", "whoever is selected"


async def test_empty_panes_are_small_and_filled_ones_take_their_room() -> None:
    core = core_of(samples.empty())
    async with running(core) as (pilot, dashboard):
        locks = dashboard.query_one("#locks", ListPane)
        assert locks.region.height == 1
        assert "Locks  none: paths that a session keeps for itself; L locks one" in on_screen(pilot)
        core.live.publish(samples.sharing())
        await settled(pilot)
        assert "Locks 6" in on_screen(pilot)
        await _go(pilot, "locks")
        assert locks.region.height > 5
        assert locks.region.width >= locks.SPEC.width


async def test_a_lock_is_asked_for_and_every_blocker_is_shown_in_place() -> None:
    held = samples.lock("src/auth.py", "api", reason="busy")
    over = samples.lock("src/db.py", "api")
    refusals = [
        LockedError(
            "no",
            blockers=(
                Blocker("src/auth.py", held, LockState.HELD, "src/auth.py"),
                Blocker("src/db.py", over, LockState.TAKEABLE, "src/db.py"),
            ),
        ),
        LockedError("no", blockers=(Blocker("x", over, LockState.TAKEABLE, "x"),)),
    ]

    def acquire(*_: Any, **__: Any) -> Receipt:
        if refusals:
            raise refusals.pop(0)
        return Receipt("Locked x for auth")

    locks = Recorder(acquire=acquire)
    async with running(_core(locks=locks)) as (pilot, _):
        await pilot.press("L")
        form = await _form(pilot)
        await pilot.press(*"src/a", "right")
        assert form.query_one("#paths", Input).value == "src/api/login.py"
        await _sent(pilot, "enter")
        told = str(form.query_one("#result", Static).content)
        assert "src/auth.py: held by api for 10m, “busy”" in told
        assert "src/db.py: held by api for 10m, its time is over" in told
        assert not form.query_one("#choice-take", Button).display
        await _sent(pilot, "enter")
        take = form.query_one("#choice-take", Button)
        assert take.display
        take.press()
        await _sent(pilot)
        assert isinstance(pilot.app.screen, Dashboard)
        assert "Locked x for auth" in toasts(pilot)
        first, _, last = _calls(locks)
        assert first == ("acquire", (["src/api/login.py"], "auth", "", None, False))
        assert last[1][-1] is True


async def test_one_s_own_lock_goes_at_once_and_another_s_needs_a_reason() -> None:
    locks = Recorder()
    async with running(_core(locks=locks)) as (pilot, dashboard):
        await _go(pilot, "locks")
        dashboard.query_one("#locks", ListPane).table.select("src_auth.py")
        await _sent(pilot, "u")
        assert _calls(locks) == [("release", (["src/auth.py"], "auth"))]
        dashboard.query_one("#locks", ListPane).table.select("package.json")
        await pilot.press("u")
        form = await _form(pilot)
        assert "cursor is told" in str(form.query_one("#words", Static).content)
        assert not form.query("#choice-take")
        await pilot.press(*"done")
        await _sent(pilot, "enter")
        assert _calls(locks)[1] == ("release", (["package.json"], "auth", True, "done"))


async def test_a_takeable_lock_is_taken_over() -> None:
    locks = Recorder()
    async with running(_core(locks=locks)) as (pilot, _):
        await _go(pilot, "locks")
        await pilot.press("u")
        await _form(pilot)
        await _sent(pilot, "enter")
        assert _calls(locks) == [("acquire", (["docs/guide.md"], "auth", "", True))]


async def test_a_handoff_to_nobody_needs_a_second_word() -> None:
    handoffs = Recorder(send=RefusedError("There is no session 'ghost'"))
    async with running(_core(handoffs=handoffs)) as (pilot, _):
        await pilot.press("h")
        form = await _form(pilot)
        assert not form.query_one("#choice-anyway").display
        await pilot.press(*"ghost", "tab", *"[b]all", "tab", "tab")
        await pilot.press(*"'a b' c")
        await _sent(pilot, "enter")
        assert "no session 'ghost'" in str(form.query_one("#result", Static).content)
        handoffs.answers["send"] = Receipt("Handed to ghost")
        form.query_one("#choice-anyway", Button).press()
        await _sent(pilot)
        refused, done = _calls(handoffs)
        assert refused == ("send", ("ghost", "[b]all", "", ["a b", "c"], "auth", False))
        assert done[1][-1] is True


async def test_a_handoff_opens_in_full_and_is_answered_as_its_receiver() -> None:
    handoffs = Recorder()
    async with running(_core(handoffs=handoffs)) as (pilot, dashboard):
        await pilot.press("j")
        await _go(pilot, "handoffs")
        await pilot.press("enter")
        form = await _form(pilot)
        words = str(form.query_one("#words", Static).content)
        assert "with the old cookie.\n" in words
        assert "src/api/login.py" in words
        assert "c0ffee" in words
        await _sent(pilot, "enter")
        assert _calls(handoffs) == [("accept", ("h1", "auth"))]
        dashboard.query_one("#handoffs", ListPane).table.select("h3")
        await pilot.press("enter")
        closed = await _form(pilot)
        assert [button.id for button in closed.query(Button)] == ["cancel"]


async def test_events_are_acknowledged_one_by_one_or_all_and_never_twice() -> None:
    events = Recorder()
    async with running(_core(events=events)) as (pilot, dashboard):
        await _sent(pilot, "a")
        await _go(pilot, "events")
        await _sent(pilot, "a")
        assert _calls(events) == [
            ("acknowledge", ([], "auth", True)),
            ("acknowledge", (["e4"], "auth", False)),
        ]
        dashboard.query_one("#events", ListPane).table.select("e2")
        await _sent(pilot, "a")
        assert len(_calls(events)) == 2
        assert "has seen this event already" in toasts(pilot)


async def test_tasks_are_shown_and_ticked_where_the_cursor_is() -> None:
    tasks = Recorder()
    async with running(_core(tasks=tasks)) as (pilot, dashboard):
        await pilot.press("t")
        await settled(pilot)
        assert dashboard.pane_name == "tasks"
        progress = str(dashboard.query_one("#task-progress", Static).content)
        assert "▰▰▰▰▰▰▱▱▱▱▱▱ 2/4" in progress
        assert "2/2" in progress
        await pilot.press("j", "j")
        await _sent(pilot, "space")
        await _sent(pilot, "G", "enter")
        assert _calls(tasks) == [("tick", (2, "auth", False)), ("tick", (4, "auth", True))]


async def test_tasks_are_added_moved_and_dealt_out_by_key() -> None:
    tasks = Recorder()
    async with running(_core(tasks=tasks)) as (pilot, dashboard):
        await pilot.press("t")
        await settled(pilot)
        await pilot.press("a")
        await _form(pilot)
        await pilot.press(*"doc", "enter")
        await until(pilot, lambda: _calls(tasks))
        await until(pilot, lambda: pilot.app.screen is dashboard)
        await pilot.press("j", "m")
        assert "From auth: " in str((await _form(pilot)).query_one("#words", Static).content)
        await pilot.press(*"api", "enter")
        await until(pilot, lambda: len(_calls(tasks)) == 2)
        await until(pilot, lambda: pilot.app.screen is dashboard)
        await pilot.press("f")
        await _form(pilot)
        await pilot.press(*"TODO", "enter")
        await until(pilot, lambda: len(_calls(tasks)) == 3)
        (added, moved, dealt) = _calls(tasks)
        assert added == ("add", ("doc", "auth"))
        assert moved[1][1:3] == ("api", "auth")
        assert str(dealt[1][0]).endswith("/TODO")
        assert "main" not in dealt[1][1]


@pytest.mark.parametrize(
    ("pane", "key", "verbs"),
    [("locks", "L", ["Next field", "Cancel", "Lock"]), ("locks", "enter", ["Cancel"])],
)
async def test_the_footer_of_a_form_names_what_can_be_done_in_it(
    pane: str, key: str, verbs: list[str]
) -> None:
    async with running(_core()) as (pilot, _):
        await _go(pilot, pane)
        await pilot.press(key)
        await _form(pilot)
        await until(pilot, lambda: "F1 Help" in on_screen(pilot) or "? Help" in on_screen(pilot))
        bindings = pilot.app.screen.active_bindings.values()
        shown = [one.binding.description for one in bindings if one.binding.show and one.enabled]
        assert [verb for verb in ("Next field", "Cancel", "Lock", "Send") if verb in shown] == verbs


async def test_enter_means_what_the_pane_is_about() -> None:
    attacher = Recorder()
    core = replace(_core(), attacher=attacher)
    async with running(core) as (pilot, _):
        await _go(pilot, "locks")
        await pilot.press("enter")
        assert "takeable" in str((await _form(pilot)).query_one("#words", Static).content)
        await pilot.press("escape")
        assert not attacher.calls


async def test_a_file_that_cannot_be_read_is_told_once_with_what_mends_it() -> None:
    problem = Problem("parallel-state.json", "it is not JSON", "pdev repair parallel-state.json")
    trouble = Health(Source.STORE, Level.ERROR, "it is not JSON", NOW)
    core = core_of(samples.sharing())
    async with running(core, size=(160, 40)) as (pilot, dashboard):
        shared = replace(samples.shared(), problems=(problem,))
        broken = replace(samples.sharing(), coordination=shared, health=(trouble,))
        core.live.publish(broken)
        await settled(pilot)
        core.live.publish(replace(broken, paused=True))
        await settled(pilot)
        assert toasts(pilot).count("not JSON") == 1
        assert "pdev repair parallel-state.json" in toasts(pilot)
        health = str(dashboard.query_one("#health").render())
        assert "pdev repair parallel-state.json" in health


async def test_hostile_text_is_harmless_in_panes_and_dialogs() -> None:
    async with running(_core(samples.overflowing())) as (pilot, dashboard):
        for pane in ("locks", "handoffs", "events"):
            await _go(pilot, pane)
            table = dashboard.query_one(f"#{pane}", ListPane).table
            for hostile in ("[/closing]", "\x1b]0;title\x07", "bidi \u202eesrever"):
                shown = safe(hostile)
                row = next(r for r in table.rows if any(shown in c[0][0] for c in _cells(r)))
                table.select(row.key)
                await pilot.press("enter")
                await _form(pilot)
                assert shown in on_screen(pilot)
                assert "\u202e" not in on_screen(pilot)
                await pilot.press("escape")
                await pilot.pause()


def _cells(row: Row) -> list[Cell]:
    return [cell for name in ("target", "said") if (cell := row.cells.get(name))]


async def test_paths_are_completed_where_a_shell_would_read_them_as_they_are() -> None:
    suggester = PathSuggester()
    assert await suggester.get_suggestion("src") is None
    suggester.know(["src/b.py", "src/a.py", "with space", "$(x)", "\x1b[2J"])
    assert await suggester.get_suggestion("docs/x src/") == "docs/x src/a.py"
    for word in ("", "with", "$", "\x1b", "zzz"):
        assert await suggester.get_suggestion(word) is None


async def test_events_are_read_by_the_person_and_stay_so() -> None:
    core, events = _core(), samples.shared().events
    core.outside.seen = Recorder(read=frozenset({events[1].id}), keep=None)
    async with running(core) as (pilot, dashboard):
        await until(pilot, lambda: _title(dashboard, "events") != "Events")
        assert _title(dashboard, "events") == f"Events · {len(events) - 1} unread"
        assert core.outside.seen.calls == [("read", ())], "to be on the screen is not to be read"
        await _go(pilot, "events")
        await until(pilot, lambda: len(core.outside.seen.calls) == 2)
        name, (new, there) = core.outside.seen.calls[1]
        assert (name, set(new), set(there)) == (
            "keep", {e.id for e in events} - {events[1].id}, {e.id for e in events},
        )  # fmt: skip
        assert "unread" in _title(dashboard, "events"), "marks stay while it is looked at"
        await pilot.press("shift+tab")
        await settled(pilot)
        assert _title(dashboard, "events") == "Events"


async def test_what_was_there_before_the_first_look_is_no_news() -> None:
    core, events = _core(), samples.shared().events
    core.outside.seen = Recorder(read=None, keep=None)
    async with running(core) as (pilot, dashboard):
        await until(pilot, lambda: len(core.outside.seen.calls) == 2)
        every = {event.id for event in events}
        assert core.outside.seen.calls[1] == ("keep", (frozenset(every), frozenset(every)))
        assert _title(dashboard, "events") == "Events"
        newer = replace(events[0], id="9_new", acknowledged=())
        shared = replace(samples.shared(), events=(newer, *events))
        core.live.publish(replace(samples.sharing(), coordination=shared))
        await until(pilot, lambda: _title(dashboard, "events") == "Events · 1 unread")


async def test_a_memory_that_cannot_be_written_is_told_once() -> None:
    core = _core()
    core.outside.seen = Recorder(read=frozenset(), keep=OSError(28, "No space left on device"))
    async with running(core) as (pilot, _):
        await _go(pilot, "events")
        await until(pilot, lambda: "not remembered" in toasts(pilot))


def test_unread_events_are_counted_as_each_session_would() -> None:
    shared = samples.shared()
    names = ["auth", "api", "tests", "nobody", "?"]
    counted = {name: sum(e.unread_by(name) for e in shared.events) for name in names}
    assert shared.unread_of(names) == counted
    assert len(set(counted.values())) > 1
    assert Coordination().unread_of(["auth"]) == {"auth": 0}


async def test_a_session_for_which_messages_wait_says_so() -> None:
    def message(session: str, number: int) -> Message:
        return Message(f"{number}", session, MessageKind.PROMPT, "user", "go on", NOW)

    waiting = (message("auth", 1), message("auth", 2), message("nobody", 3))
    shared = replace(samples.shared(), messages=waiting)
    snapshot = replace(samples.sharing(), coordination=shared)
    async with running(_core(snapshot)) as (_, dashboard):
        rows = dashboard.sessions_pane.table.rows
        marks = {"".join(t for t, _ in row.cells["name"]): row for row in rows}
        of_auth = "".join(text for text, _ in marks["auth"].cells["unread"])
        assert of_auth == f"»2•{shared.unread()['auth']}"
        assert "2 queued messages" in marks["auth"].tips["unread"]
        others = [row.cells.get("unread", ()) for name, row in marks.items() if name != "auth"]
        assert others
        assert all("»" not in text for cell in others for text, _ in cell)


async def test_a_part_that_cannot_be_read_is_never_shown_as_empty() -> None:
    reason = "parallel-state.json is not JSON"
    lost = Coordination(lost=(("handoffs", reason), ("tasks", reason)))
    core = _core(replace(samples.typical(), coordination=PENDING))
    async with running(core) as (pilot, dashboard):
        hints = {
            name: dashboard.query_one(f"#{name}", ListPane).query_one(".hint", Static)
            for name in ("locks", "handoffs")
        }
        assert all("none" not in str(hint.render()) for hint in hints.values())
        core.live.publish(replace(samples.typical(), coordination=lost))
        await settled(pilot)
        assert f"Could not look: {reason}" in str(hints["handoffs"].render())
        assert "could not look" in _title(dashboard, "handoffs")
        assert "none: paths" in str(hints["locks"].render())
        assert "could not look" not in _title(dashboard, "locks")
        kept = replace(samples.shared(), lost=(("locks", reason),))
        core.live.publish(replace(samples.typical(), coordination=kept))
        await settled(pilot)
        assert _column(dashboard, "locks", "target"), "what was known last stays"
        assert "could not look" in _title(dashboard, "locks")
