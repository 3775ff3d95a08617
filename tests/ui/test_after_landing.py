"""Base moves under sessions, as a person at the dashboard meets it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.pilot import Pilot

from parallel_tui.bootstrap import Core, Overrides, open_core
from parallel_tui.model.fact import known
from parallel_tui.model.view.after_landing import predicted
from parallel_tui.services.reaching.resting_sync import SyncedAtRest
from parallel_tui.ui.app import ParallelApp
from tests.services.test_reaching import at
from tests.support.world import World
from tests.ui import samples
from tests.ui.fake_engine import Recorder
from tests.ui.harness import core_of, on_screen, running, settle, toasts, until
from tests.ui.test_reaching import with_message

pytestmark = pytest.mark.tmux

SYNCED = SyncedAtRest("auth was synced", synced=("auth",))


@asynccontextmanager
async def dashboard(world: World, **settings: object) -> AsyncIterator[tuple[Pilot[int], Core]]:
    given = {"tmux.socket": world.socket, "agent": "", **settings}
    opened: list[Core] = []

    def load() -> Core:
        opened.append(open_core(Overrides(str(world.repo), given), dict(world.env)))
        return opened[0]

    app = ParallelApp(load, env=dict(world.env))
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)

        def known_all() -> bool:
            snapshot = app.dashboard.snapshot
            return snapshot is not None and predicted(snapshot)

        await until(pilot, known_all)
        yield pilot, opened[0]


def events(core: Core) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.type, each.recipients) for each in core.shared.events.all()]


def edit(world: World, name: str, path: str, *, commit: bool = True) -> None:
    tree = world.worktree(name)
    if commit:
        world.commit(path, "theirs\n", cwd=tree)
    else:
        world.write(path, "theirs\n", cwd=tree)


async def test_who_edits_what_has_just_landed_is_told(world: World) -> None:
    for path in ("a", "b", "c"):
        world.commit(path, "".join(f"{n}\n" for n in range(40)))
    docs, perf, other = (world.worktree(name) for name in ("docs", "perf", "other"))
    for path in ("a", "b"):
        world.commit(path, "first\n" + "".join(f"{n}\n" for n in range(1, 40)), cwd=docs)
    world.write("c", "".join(f"{n}\n" for n in range(39)) + "last\n", cwd=perf)
    world.commit("z", "own\n", cwd=other)
    ends = "".join(f"{n}\n" for n in range(20)) + "mid\n" + "".join(f"{n}\n" for n in range(21, 40))
    async with dashboard(world) as (pilot, core):
        for path in ("a", "b", "c"):
            world.write(path, ends)
        world.git("commit", "-qam", "landed")
        await until(pilot, lambda: "also edits" in toasts(pilot))
        told = toasts(pilot)
        assert "main moved: 2 files that docs also edits (a, b); 1 of perf. s syncs" in told
        assert "other" not in told
        found = [each for each in events(core) if each[0] == "base_moved"]
        assert sorted(found) == [("base_moved", ("docs",)), ("base_moved", ("perf",))]
        assert core.reaching.post.queued() == (), "nothing is synced unasked"


@pytest.mark.parametrize("how", ["merge", "squash"])
async def test_what_has_landed_is_offered_for_cleanup(world: World, how: str) -> None:
    for path in ("a", "b"):
        world.commit(path, "x\n")
    for name in ("docs", "perf"):
        edit(world, name, "a" if name == "docs" else "b")
    async with dashboard(world) as (pilot, core):
        world.git("merge", "-q", *(["--squash"] if how == "squash" else ["--no-ff", "--no-edit"]),
                  "feature/docs")  # fmt: skip
        if how == "squash":
            world.git("commit", "-qm", "docs, squashed")
        await until(pilot, lambda: "docs has landed on main; press c" in toasts(pilot))
        assert "also edits" not in toasts(pilot)
        assert events(core) == []
        assert (world.root / "myapp-docs").exists(), "offered, never done"


async def test_where_it_is_wanted_a_session_at_rest_is_synced_by_itself(
    world: World,
) -> None:
    world.commit("a", "".join(f"{n}\n" for n in range(40)))
    given = {"tmux.socket": world.socket, "agent": ""}
    at(world, open_core(Overrides(str(world.repo), given), dict(world.env)), "auth")
    tree = world.root / "myapp-auth"
    world.commit("a", "".join(f"{n}\n" for n in range(39)) + "last\n", cwd=tree)
    async with dashboard(world, **{"sync.at_rest": True}) as (pilot, core):
        world.commit("a", "first\n" + "".join(f"{n}\n" for n in range(1, 40)))
        await until(pilot, lambda: "synced once their agents rest: auth" in toasts(pilot))
        await until(pilot, lambda: "auth was synced while its agent rests" in toasts(pilot))
        assert world.git("rev-list", "feature/auth..main") == ""
        assert core.reaching.post.queued() == ()


async def test_a_sync_is_queued_for_the_selected_session() -> None:
    core = core_of(samples.typical())
    core.reaching.resting_sync = Recorder(ask=SYNCED)
    async with running(core) as (pilot, board):
        session = board.situation.session
        assert session is not None
        assert session.windows
        await pilot.press("R")
        await until(pilot, lambda: "auth was synced" in toasts(pilot))
        assert core.reaching.resting_sync.calls == [("ask", ([session.key],))]


async def test_a_sync_that_waits_counts_and_is_no_message_to_deliver() -> None:
    from parallel_tui.model.sharing.message import Message, MessageKind
    from parallel_tui.record import replace

    seen = samples.typical()
    idle = next(each for each in seen.sessions if each.state.value == "idle" and each.windows)
    shared = known(with_message(idle.name).coordination)
    assert shared is not None
    message = Message("1", idle.name, MessageKind.SYNC, "user", "Bring it up", samples.NOW)
    tree = idle.worktree
    assert tree is not None
    unlocked = replace(idle, worktree=replace(tree, locked=None))
    sessions = tuple(unlocked if each is idle else each for each in seen.sessions)
    told = replace(shared, messages=(message,))
    core = core_of(replace(seen, sessions=sessions, coordination=told))
    core.reaching.post = Recorder()
    core.reaching.resting_sync = Recorder(attempt=SYNCED)
    async with running(core) as (pilot, _):
        await until(pilot, lambda: core.reaching.resting_sync.calls)
        assert core.reaching.resting_sync.calls == [("attempt", (idle.name,))]
        assert core.reaching.post.calls == []
        assert "»1" in on_screen(pilot)
        assert "1 sync queued" in on_screen(pilot)
