"""One dashboard of several repositories: groups, the current one, and which one is meant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import pytest
from textual.pilot import Pilot

from parallel_tui.errors import ConfigError, ParallelError, UsageError
from parallel_tui.model.hosts.shared import SharedSession, ShareMode
from parallel_tui.model.hosts.view import HostsView, Sharing
from parallel_tui.model.session.session import Session, SessionState
from parallel_tui.model.sharing.coordination import Coordination
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.services.receipt import Receipt
from parallel_tui.ui.controllers.sessions import SessionCommands
from parallel_tui.ui.dialogs.error import ErrorDialog
from parallel_tui.ui.several.app import SeveralApp
from parallel_tui.ui.several.group import Group
from parallel_tui.ui.several.rows import filtered, is_of, row_of
from tests.ui import samples
from tests.ui.fake_engine import FakeCore, FakeEngine, Recorder
from tests.ui.harness import FULL_COLOUR, later, on_screen, toasts, until
from tests.ui.settling import settled
from tests.ui.test_telling import with_state

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core


def shop() -> Snapshot:
    """Another repository, whose sessions are called otherwise; nobody waits there."""
    typical = samples.typical()
    quiet = with_state(typical, SessionState.IDLE, *(each.name for each in typical.sessions))
    named = tuple(
        replace(each, name=f"shop-{each.name}", windows=()) for each in quiet.sessions[:3]
    )
    repository = replace(samples.REPOSITORY, name="shop", common_dir="/work/shop/.git")
    return replace(
        quiet, repository=repository, sessions=named, windows=(), coordination=Coordination()
    )


class Both:
    """The dashboard of `myapp` and `shop`, each on a live view that is fed by hand."""

    def __init__(self, *further: Group) -> None:
        self.first = FakeCore(FakeEngine(samples.sharing()))
        self.second = FakeCore(FakeEngine(shop()))
        groups = [
            group("0", "myapp", lambda: self.first),
            group("1", "shop", lambda: self.second, shop),
            *further,
        ]
        self.app = SeveralApp(groups, env=FULL_COLOUR)

    def selected(self) -> Session | None:
        """The session under the cursor."""
        return self.app.several.situation.session

    @asynccontextmanager
    async def running(self, size: tuple[int, int] = (120, 50)) -> AsyncIterator[Pilot[Any]]:
        """The dashboard, with all open that can be."""
        async with self.app.run_test(size=size) as pilot:
            await until(pilot, lambda: all(g.ready or g.failure for g in self.app.groups))
            await settled(pilot)
            later(pilot)
            yield pilot


def group(
    key: str,
    label: str,
    core: Callable[[], FakeCore],
    first: Callable[[], Snapshot] = samples.sharing,
    problem: ParallelError | None = None,
) -> Group:
    """A repository of a dashboard."""
    load = cast("Callable[[], Core]", core)
    return Group(key, label, f"/work/{label}", load, None if problem else first, problem)


async def go_to(pilot: Pilot[Any], app: SeveralApp, name: str) -> None:
    """Select a session by the palette's way."""
    go = next(go for _, session, go in app.several.goals() if session.name == name)
    go()
    await settled(pilot)


async def test_the_repository_of_the_selected_row_is_the_current_one() -> None:
    """Header, panes and commands are its; what the other one tells stays out of them."""
    both = Both()
    async with both.running() as pilot:
        assert on_screen(pilot).startswith(" myapp  main")
        assert "▾ myapp" in on_screen(pilot)
        assert "▾ shop  2 sessions" in on_screen(pilot)
        assert both.app.dashboard.situation.coordination.locks
        await go_to(pilot, both.app, "shop-main")
        assert on_screen(pilot).startswith(" shop  main")
        assert not both.app.dashboard.situation.coordination.locks
        assert "Locks  none" in on_screen(pilot)

        both.first.live.publish(samples.typical())
        await settled(pilot)
        assert on_screen(pilot).startswith(" shop  main")

        await pilot.press("r")
        assert both.second.live.pokes
        assert not both.first.live.pokes
        await pilot.press("g")
        await settled(pilot)
        assert on_screen(pilot).startswith(" myapp  main")


async def test_keys_typed_faster_than_the_cursor_is_told_mean_the_selected_row() -> None:
    """`G` and a command in one go: the command is for the repository where `G` went."""
    both = Both()
    async with both.running():
        both.app.several.sessions_pane.table.action_edge(1)
        both.app.several.action_command("refresh")
        assert both.second.live.pokes
        assert not both.first.live.pokes


async def test_notices_questions_and_errors_name_the_repository() -> None:
    """A result, a piece of news, a dialog and a full screen each say which one they are about."""
    both = Both()
    both.second.remover = Recorder(plan=UsageError("nothing to remove"))
    async with both.running() as pilot:
        both.second.live.publish(with_state(shop(), SessionState.WAITING, "shop-main"))
        await settled(pilot)
        assert "shop: " in toasts(pilot)
        await go_to(pilot, both.app, "shop-main")
        await pilot.press("r")
        await settled(pilot)
        assert "shop: Reading everything again." in toasts(pilot)
        await pilot.press("n")
        await settled(pilot)
        assert "shop ─╯" in on_screen(pilot)
        await pilot.press("escape")
        await pilot.press("percent_sign")
        await settled(pilot)
        assert on_screen(pilot).startswith(" shop ")
        both.app.push_screen(ErrorDialog("Odd", "Something is odd."))
        await settled(pilot)
        assert "shop ─╯" in on_screen(pilot)
        await pilot.press("escape", "escape")
        await settled(pilot)
        both.app.push_screen(ErrorDialog("Odd", "Something is odd."))
        await settled(pilot)
        assert "shop ─╯" not in on_screen(pilot)


async def test_a_command_ends_where_it_began() -> None:
    """Its result, and what it looks at again, are of its own repository when another is current."""
    both = Both()
    async with both.running() as pilot:
        group_of = both.app.groups
        work = group_of[0].controllers.of(SessionCommands)._work
        await go_to(pilot, both.app, "shop-main")
        with work.doing("removing api"):
            await settled(pilot)
            assert "removing api" in on_screen(pilot)
            assert both.app.several.situation.busy == ""
        work.done(Receipt("It is done"))
        await settled(pilot)
        assert "myapp: It is done" in toasts(pilot)
        assert both.app.several.situation.busy == ""


async def test_groups_are_folded_and_found_again() -> None:
    """The cursor stays on the heading; `w` and the palette unfold where they go."""
    both = Both()
    async with both.running() as pilot:
        await pilot.press("space")
        await settled(pilot)
        assert "▸ myapp" in on_screen(pilot)
        assert both.selected() is None
        assert both.app.several.current is both.app.groups[0]
        await pilot.press("1")
        await settled(pilot)
        found = both.selected()
        assert found is not None
        assert found.name.startswith("shop-")
        await pilot.press("w")
        await settled(pilot)
        waits = both.selected()
        assert waits is not None
        assert waits.needs_somebody
        assert "▾ myapp" in on_screen(pilot)
        both.app.several.grouped.table.action_edge(-1)
        await pilot.press("enter")
        await settled(pilot)
        assert "▸ myapp" in on_screen(pilot)


async def test_folds_and_cursor_are_found_again() -> None:
    """What was folded is, and the cursor stands where it stood; a key pressed first wins."""
    both = Both()
    kept = both.first.outside.habits = both.second.outside.habits  # one file of the user's
    async with both.running() as pilot:
        await go_to(pilot, both.app, "shop-main")
        await pilot.press("space")
        await settled(pilot)
        await until(pilot, lambda: kept.calls and kept.calls[-1][1][0].folded == ("/work/shop",))
        await pilot.press("g")
        await settled(pilot)
        await go_to(pilot, both.app, "api")
    left = kept.calls[-1][1][0]
    assert (left.repository, left.folded) == ("/work/myapp", ("/work/shop",))

    again = Both()
    again.first.outside.habits = Recorder(read=left, keep=None)
    async with again.running() as pilot:
        assert "▸ shop" in on_screen(pilot)
        found = again.selected()
        assert found is not None
        assert found.name == "api"


async def test_a_filter_names_repositories() -> None:
    """`repo:` shows those whose name has the word in it; other words are about sessions."""
    both = Both()
    async with both.running() as pilot:
        await pilot.press("slash", *"repo:SHO", "enter")
        await settled(pilot)
        assert "▾ shop" in on_screen(pilot)
        assert "▾ myapp" not in on_screen(pilot)
        assert both.app.several.current.label == "shop"
        await pilot.press("1")
        await settled(pilot)
        found = both.selected()
        assert found is not None
        assert found.name.startswith("shop-")


@pytest.mark.parametrize(
    ("text", "labels", "words"),
    [
        ("", ("shop", "api"), ""),
        ("repo:shop auth", ("shop",), "auth"),
        ("auth REPO:A repo:zzz", ("api",), "auth"),
        ("repo:", ("shop", "api"), ""),
    ],
)
def test_what_a_filter_says_of_repositories(text: str, labels: tuple[str, ...], words: str) -> None:
    wanted, rest = filtered(text)
    assert tuple(each for each in ("shop", "api") if is_of(each, wanted)) == labels
    assert rest == words


async def test_one_that_cannot_be_opened_says_so_and_the_others_work() -> None:
    """Gone, or with settings that cannot be read; `r` on its row tries again."""
    healed = FakeCore(FakeEngine(shop()))
    answers: list[FakeCore | ParallelError] = [ConfigError("config.yaml: line 3 is no YAML")]

    def load() -> FakeCore:
        answer = answers[-1]
        if isinstance(answer, FakeCore):
            return answer
        raise answer

    gone = group("3", "gone", load, problem=UsageError("/work/gone is not a directory"))
    both = Both(group("2", "odd", load, shop), gone)
    async with both.running() as pilot:
        assert "✕ odd  config.yaml: line 3 is no YAML" in on_screen(pilot)
        assert "✕ gone  /work/gone is not a directory" in on_screen(pilot)
        await pilot.press("G", "n")
        await settled(pilot)
        assert "gone: /work/gone is not a directory. r tries again." in toasts(pilot)
        assert "could not look" in on_screen(pilot)
        answers.append(healed)
        await pilot.press("r")
        await until(pilot, lambda: both.app.groups[3].ready)
        await settled(pilot)
        assert "▾ gone  2 sessions" in on_screen(pilot)
        await pilot.press("r")
        assert healed.live.pokes


async def test_only_the_current_repository_has_its_pane_read() -> None:
    """A pane that is looked at costs; of the others none is."""
    both = Both()
    async with both.running() as pilot:
        await go_to(pilot, both.app, "api")
        await until(pilot, lambda: both.first.live.looking is not None)
        await go_to(pilot, both.app, "shop-main")
        assert both.first.live.looking is None
        await go_to(pilot, both.app, "api")
        await until(pilot, lambda: both.first.live.looking is not None)


async def test_all_end_with_the_program() -> None:
    """No live view goes on."""
    both = Both()
    async with both.running():
        pass
    assert both.first.live.stopped
    assert both.second.live.stopped


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_several_look_like_this(snap_compare: Callable[..., bool], size: tuple[int, int]) -> None:
    """Headings, their counts, and one that failed."""
    failed = group("2", "gone", lambda: None, problem=UsageError("/work/gone is not a directory"))  # type: ignore[arg-type,return-value]
    both = Both(failed)

    async def opened(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: all(g.ready or g.failure for g in both.app.groups))

    assert snap_compare(both.app, terminal_size=size, run_before=opened)


async def test_sessions_of_other_machines_stand_with_their_repository() -> None:
    auth = SharedSession(
        *("red", "auth", "1" * 40, "2" * 40, "3" * 40), branch="login", mode=ShareMode.WORK
    )
    sharing = Sharing(ShareMode.WORK, "origin", "blue")
    seen = replace(shop(), hosts=HostsView(sharing, sessions=(auth,)))
    both = Both()
    async with both.running() as pilot:
        both.second.engine().publish(seen)
        await until(pilot, lambda: "auth@red" in on_screen(pilot))
        rows = on_screen(pilot)
        assert rows.index("auth@red") > rows.index("shop-"), "it stands below its own repository"
        both.app.several.sessions_pane.table.select(row_of("1", auth.key))
        await until(pilot, lambda: both.app.several.situation.elsewhere == auth.key)
        assert both.app.several.current.label == "shop"
        assert both.selected() is None
        assert "X mixes the machines" in on_screen(pilot)
        await pilot.press("full_stop", "X")
        await until(pilot, lambda: "machines mixed" in on_screen(pilot))
        await until(pilot, lambda: "auth@red" not in on_screen(pilot).split("Preview")[0])
        rows = on_screen(pilot)
        assert rows.index("red") < rows.index("shop-"), "by name, in a column of its own"
        await pilot.press("slash", *"host:blue repo:shop", "enter")
        await settled(pilot)
        shown = {row.key for row in both.app.several.sessions_pane.table.rows}
        assert shown == {row_of("1"), *(row_of("1", each.key) for each in shop().sessions)}
