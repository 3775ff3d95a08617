"""Sync, cleanup and history on hand-made answers: what is shown, what is asked, how it looks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.lifecycle.merge_proof import MergeVerdict, Proof
from parallel_tui.model.lifecycle.removal import Loss, LossKind, RemovalPlan
from parallel_tui.model.scope import COORDINATION, REMOVED, TOPOLOGY, status_of
from parallel_tui.model.sharing.journal import JournalEntry, UndoAction, UndoKind
from parallel_tui.model.sync.backup_ref import BackupRef
from parallel_tui.model.sync.sync import (
    About,
    Result,
    SessionSync,
    Skip,
    SyncOutcome,
    SyncPlan,
    SyncProgress,
    SyncStep,
)
from parallel_tui.services.receipt import CleanedUp, Receipt
from parallel_tui.services.removal.cleanup import Candidate
from parallel_tui.services.sync.fetch import Fetcher
from parallel_tui.ui.dashboard.screen import Dashboard
from parallel_tui.ui.dialogs.confirm import ConfirmDialog
from parallel_tui.ui.screens.cleanup import CleanupScreen
from parallel_tui.ui.screens.history import HistoryScreen
from parallel_tui.ui.screens.listing import ListScreen
from parallel_tui.ui.screens.sync import SyncScreen
from tests.ui import samples
from tests.ui.fake_engine import FakeCore, Recorder
from tests.ui.harness import app_of, core_of, on_screen, running, settle, toasts, until
from tests.ui.settling import settled

WIDE, NARROW = (120, 40), (80, 24)
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
Compare = Callable[..., bool]


def _row(name: str, **facts: Any) -> SessionSync:
    return SessionSync(name, name, f"/work/{name}", f"feature/{name}", "a" * 40, **facts)


STEPS = (
    SyncStep("1234567890abcdef", "Read the cookie [b]once[/b]"),
    SyncStep("fedcba0987654321", "Rename login", ("src/auth.py", "docs/a b.md")),
    SyncStep("aaaabbbbccccdddd", "Never tried"),
)
PLAN = SyncPlan(
    "main",
    "f" * 40,
    "origin/main",
    fetched=True,
    forward="f" * 40,
    notes=("fetched origin/main",),
    sessions=(
        _row("auth", behind=2, steps=STEPS),
        _row("main", behind=2, steps=STEPS[:1]),
        _row("docs", skip=Skip.DIRTY, detail="uncommitted changes in a.md"),
        _row("\x1b]0;evil\x07", behind=1, steps=STEPS[:1]),
    ),
)
RUN = "20260101-000000"
BACKUP = BackupRef(RUN, "feature/main").name


def _ended(name: str, result: Result, message: str, **facts: Any) -> SyncOutcome:
    about = {"key": name, "run": RUN, **facts}
    return SyncOutcome(name, f"feature/{name}", result, message, **about)


OUTCOMES = (
    _ended("old", Result.RECOVERED, "given back", about=About.EARLIER),
    _ended("main", Result.SYNCED, "moved on to origin/main", about=About.BASE),
    _ended("auth", Result.CONFLICT, "conflict in src/auth.py; it stands as before"),
    _ended(
        "main", Result.SYNCED, "now on origin/main", before="a" * 40, after="b" * 40, backup=BACKUP
    ),
    _ended("docs", Result.SKIPPED, "uncommitted changes in a.md", skip=Skip.DIRTY),
)


@dataclass
class FakeSyncer:
    """Answers with a plan, then ends one session after the other whenever it may."""

    answer: SyncPlan | Exception = PLAN
    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(100))
    looks: list[dict[str, Any]] = field(default_factory=list)
    earlier: SyncOutcome = OUTCOMES[0]
    stopped: int = 0

    def plan(
        self, wanted: Any, *, fetch: bool, resolved: bool, tell: Callable[[str], None]
    ) -> SyncPlan:
        self.looks.append({"wanted": wanted, "fetch": fetch})
        if isinstance(self.answer, SyncPlan):
            tell("Receiving objects: 50%")
            first, *rest = self.answer.sessions
            if first.remembered and resolved:
                paths = ("src/auth.py", "docs/a b.md")
                first = replace(first, steps=(), remembered=False, resolved=paths)
            return replace(self.answer, sessions=(first, *rest))
        tell("Receiving objects: 50%")
        if fetch:
            raise self.answer
        return PLAN

    def run(
        self, plan: SyncPlan, *, cancelled: Callable[[], bool]
    ) -> Iterator[SyncProgress | SyncOutcome]:
        yield self.earlier
        yield OUTCOMES[1]
        yield SyncProgress(plan.sessions[0])
        self.gate.acquire()
        yield from OUTCOMES[2:]
        last = plan.sessions[-1].name
        if cancelled():
            self.stopped += 1
            yield _ended(last, Result.CANCELLED, "you stopped before it")
        else:
            yield _ended(last, Result.SYNCED, "now on origin/main")


def _verdict(proof: Proof) -> MergeVerdict:
    return MergeVerdict(proof, "main", "c0ffee" * 6)


def _plan(name: str, *losses: Loss) -> RemovalPlan:
    return RemovalPlan(name, name, f"/work/myapp-{name}", f"feature/{name}", "a" * 40, losses)


FRESH = "it has no commit of its own"
CANDIDATES = (
    Candidate(
        "login",
        "feature/login",
        _verdict(Proof.PATCH_ID),
        _plan("login", Loss(LossKind.IGNORED, "3 ignored files, 1.2 MiB, .env among them")),
        "",
    ),
    Candidate("api", "feature/api", _verdict(Proof.ANCESTOR), _plan("api"), ""),
    Candidate("new[b]", "feature/new", MergeVerdict(why_not=FRESH), None, FRESH),
)

_WHEN = 1_750_000_000_000
SYNC = UndoAction(UndoKind.SYNC, "20260101-000000")
GONE = UndoAction(UndoKind.RESTORE, "t0")
ENTRIES = (
    JournalEntry(
        _WHEN,
        "user",
        "remove",
        {"session": "login", "branch": "f/login"},
        UndoAction(UndoKind.RESTORE, "t1"),
    ),
    JournalEntry(_WHEN, "user", "sync", {"sessions": ["auth", "api"]}, SYNC),
    JournalEntry(
        _WHEN, "auth", "lock", {"target": "a b.md"}, UndoAction(UndoKind.UNLOCK, "a b.md", "auth")
    ),
    JournalEntry(_WHEN, "user", "spawn", {"session": "api"}, UndoAction(UndoKind.REMOVE, "api")),
    JournalEntry(_WHEN, "x\x1b[2J", "odd", {"[b]": "$(x)"}),
    JournalEntry(10**30, "user", "remove", {"session": "old"}, GONE),
    JournalEntry(_WHEN, "user", "undo", {"session": "old"}),
)


def _undone(action: UndoAction) -> Receipt:
    if action.kind is UndoKind.UNLOCK:
        return Receipt("Unlocked a b.md", scopes=(COORDINATION,))
    if action.kind is UndoKind.RESTORE:
        return Receipt("login is back", scopes=(TOPOLOGY,), session="login")
    return Receipt(
        "Put back as before the sync: auth",
        scopes=(status_of("auth"), status_of("api")),
        warnings=("api: it moved",),
    )


def _core(syncer: FakeSyncer | None = None) -> FakeCore:
    core = core_of(samples.typical())
    core.syncer = syncer or FakeSyncer()
    core.cleaner = Recorder(
        candidates=CANDIDATES, clean=CleanedUp("Cleaned up 1 session: api", removed=("api",))
    )
    core.cleaner.fetcher = Recorder(fetch="fetched origin/main").like(Fetcher)
    core.undoer = Recorder(
        all=(),
        can_undo=lambda entry, _: entry.undo != GONE,
        apply=_undone,
    )
    core.shared.store = SimpleNamespace(journal=lambda limit: ENTRIES[:limit])
    return core


async def _open(pilot: Pilot[int], key: str) -> ListScreen[Any]:
    await pilot.press(key)
    await until(pilot, lambda: isinstance(pilot.app.screen, ListScreen))
    screen = cast("ListScreen[Any]", pilot.app.screen)
    await until(pilot, lambda: screen.table.rows)
    await pilot.pause()
    return screen


async def _question(pilot: Pilot[int], words: str) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmDialog))
    await until(pilot, lambda: words in on_screen(pilot))


def _cells(screen: ListScreen[Any], column: str) -> list[str]:
    return ["".join(text for text, _ in row.cells[column]) for row in screen.table.rows]


def _note(screen: ListScreen[Any]) -> str:
    return str(screen.query_one(".note", Static).content)


async def test_a_sync_is_shown_first_and_fills_in_as_it_runs() -> None:
    # Of a session that is in the plan, too: only what it says of itself tells the two apart.
    earlier = _ended(
        "auth", Result.FAILED, "unfinished", about=About.EARLIER, run="20250101-000000"
    )
    syncer = FakeSyncer(gate=threading.Semaphore(0), earlier=earlier)
    core = _core(syncer)
    async with running(core) as (pilot, _):
        screen = await _open(pilot, "S")
        assert isinstance(screen, SyncScreen)
        assert syncer.looks == [{"wanted": None, "fetch": True}]
        assert "conflict predicted in src/auth.py, docs/a b.md" in _cells(screen, "what")[0]
        assert "dirty: uncommitted" in _cells(screen, "what")[2]
        assert "Rebase 3 sessions onto origin/main? Press y. 1 would conflict" in _note(screen)
        assert "Read the cookie [b]once[/b]" in on_screen(pilot)
        assert "\x1b" not in on_screen(pilot)
        await pilot.press("y")
        await until(pilot, lambda: _cells(screen, "mark")[0] == "…")
        assert _cells(screen, "mark") == ["…", "→", "·", "→", "✗", "✓"]
        core.live.pokes.clear()
        syncer.gate.release()
        await until(pilot, lambda: screen.phase == "ended" and len(screen.outcomes) == 6)
        assert _cells(screen, "mark") == ["✗", "✓", "·", "✓", "✗", "✓"]
        assert "aaaaaaaaaa → bbbbbbbbbb" in _cells(screen, "what")[1]
        assert "3 brought up to date, 1 in conflict and put back" in _note(screen)
        assert "pdev sync --undo 20260101-000000" in _note(screen)
        assert core.live.pokes == [
            TOPOLOGY,
            *(status_of(key) for key in ("auth", "main", PLAN.sessions[-1].key)),
            COORDINATION,
        ]
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, Dashboard))


async def test_what_was_resolved_before_is_resolved_so_once_that_is_said() -> None:
    first, *rest = PLAN.sessions
    syncer = FakeSyncer(replace(PLAN, sessions=(replace(first, remembered=True), *rest)))
    async with running(_core(syncer)) as (pilot, _):
        screen = cast("SyncScreen", await _open(pilot, "S"))
        assert "1 can be resolved as before: press e." in _note(screen)
        await pilot.press("e")
        await until(pilot, lambda: screen.phase == "ready" and screen.resolved)
        assert _cells(screen, "mark")[0] == "→"
        assert (
            "conflicts in docs/a b.md, src/auth.py, resolved as before" in _cells(screen, "what")[0]
        )
        assert "1 with conflicts resolved as before (e: not so)" in _note(screen)
        assert [look["fetch"] for look in syncer.looks] == [True, False]
        await pilot.press("e")
        await until(pilot, lambda: screen.phase == "ready" and not screen.resolved)
        assert _cells(screen, "mark")[0] == "✗"


@pytest.mark.parametrize("key", ["escape", "ctrl+c"])
async def test_a_run_stops_between_sessions_and_is_not_left_before_it_ended(key: str) -> None:
    syncer = FakeSyncer(gate=threading.Semaphore(0))
    async with running(_core(syncer)) as (pilot, _):
        screen = cast("SyncScreen", await _open(pilot, "s"))
        assert syncer.looks[0]["wanted"] == ["/work/myapp/.git/worktrees/auth"]
        await pilot.press("y")
        await until(pilot, lambda: _cells(screen, "mark")[0] == "…")
        await pilot.press(key)
        await pilot.pause()
        assert pilot.app.screen is screen
        assert "then stopping" in _note(screen)
        syncer.gate.release()
        await until(pilot, lambda: screen.phase == "ended")
        assert syncer.stopped == 1
        assert "1 not begun" in _note(screen)


async def test_an_unreachable_remote_is_told_and_may_be_passed_over() -> None:
    syncer = FakeSyncer(answer=CouldNotLookError("origin could not be asked"))
    async with running(_core(syncer)) as (pilot, _):
        await pilot.press("S")
        await until(pilot, lambda: isinstance(pilot.app.screen, SyncScreen))
        screen = cast("SyncScreen", pilot.app.screen)
        await until(pilot, lambda: screen.phase == "refused")
        assert "origin could not be asked" in _note(screen)
        await pilot.press("y")
        assert not screen.outcomes
        assert screen.plan is None
        await pilot.press("f")
        await until(pilot, lambda: screen.phase == "ready")
        assert [look["fetch"] for look in syncer.looks] == [True, False]


async def test_only_what_is_merged_is_chosen_and_one_consent_removes_it() -> None:
    core = _core()
    async with running(core) as (pilot, _):
        screen = await _open(pilot, "c")
        assert isinstance(screen, CleanupScreen)
        assert "c0ffeec0ff in main is the same change" in _cells(screen, "why")[0]
        assert ".env among them" in on_screen(pilot)
        await pilot.press("f")
        await until(pilot, lambda: "fetched origin/main" in _note(screen))
        await pilot.press("enter")
        await pilot.pause()
        assert "Nothing is chosen" in toasts(pilot)
        await pilot.press("G", "space")
        await pilot.pause()
        assert "new[b] stays: it has no commit" in toasts(pilot)
        await pilot.press("a")
        assert _cells(screen, "mark") == ["[x]", "[x]", " · "]
        await pilot.press("g", "space", "b", "enter")
        await _question(pilot, "Their branches are deleted.")
        await pilot.press("n")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert [name for name, _ in core.cleaner.calls] == ["candidates"] * 2
        await pilot.press("enter")
        await _question(pilot, "api: merged (ancestor)")
        await pilot.press("y")
        await until(pilot, lambda: isinstance(pilot.app.screen, Dashboard))
        assert core.cleaner.calls[2:] == [("clean", ([CANDIDATES[1]], True))]
        await until(pilot, lambda: "api; press H to bring it back" in toasts(pilot))
        assert tuple(core.live.pokes) == REMOVED


async def test_history_undoes_what_it_knows_and_runs_nothing_else() -> None:
    syncer = FakeSyncer()
    core = _core(syncer)
    told = ""
    async with running(core) as (pilot, dashboard):
        screen = await _open(pilot, "H")
        assert isinstance(screen, HistoryScreen)
        assert _cells(screen, "what")[0] == "You removed login with its branch f/login"
        assert "\x1b" not in on_screen(pilot)
        assert _cells(screen, "undo")[5] == "no longer"
        for place, words in ((4, "no undo"), (5, "no longer"), (6, "no undo")):
            screen.table.select(str(place))
            await pilot.press("u")
            await pilot.pause()
            assert words in toasts(pilot)
        assert pilot.app.screen is screen
        for place, line in ((0, "pdev undo t1"), (1, "sync --undo"), (2, "unlock")):
            here = screen if place == 0 else await _open(pilot, "H")
            here.table.select(str(place))
            await pilot.press("u")
            await _question(pilot, line)
            await pilot.press("y")
            await until(pilot, lambda: isinstance(pilot.app.screen, Dashboard))
            await until(pilot, lambda: not dashboard.busy)
            told += toasts(pilot)
        undone = [about for name, about in core.undoer.calls if name == "apply"]
        assert undone == [(entry.undo,) for entry in ENTRIES[:3]]
        assert "login is back" in told
        assert "Put back as before the sync: auth" in told
        assert "api: it moved" in told
        assert core.live.pokes[-4:] == [TOPOLOGY, status_of("auth"), status_of("api"), COORDINATION]


@SIZES
@pytest.mark.parametrize("scene", ["sync", "synced", "cleanup", "history"])
def test_life_screens(snap_compare: Compare, scene: str, size: tuple[int, int]) -> None:
    """Proofs, predictions and undos are readable; the chosen row is explained below."""
    key = {"sync": "S", "synced": "S", "cleanup": "c", "history": "H"}[scene]

    async def before(pilot: Pilot[int]) -> None:
        await settle(pilot)
        screen = await _open(pilot, key)
        if scene == "synced":
            sync = cast("SyncScreen", screen)
            await pilot.press("y")
            await until(pilot, lambda: sync.phase == "ended" and len(sync.outcomes) == 6)
        if scene == "cleanup":
            await pilot.press("space")
        await settled(pilot)

    assert snap_compare(app_of(_core()), run_before=before, terminal_size=size)
