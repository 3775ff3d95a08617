"""Make the live view of a repository."""

from __future__ import annotations

from parallel_tui.bootstrap.live.further import further_rows, with_hosts, with_server
from parallel_tui.engine.engine import Engine
from parallel_tui.model.scope import COORDINATION, HOSTS
from parallel_tui.model.settings.config import EditWatch
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from parallel_tui.bootstrap.core import Core
    from parallel_tui.engine.table import Row


def new_host_engine(core: Core) -> Engine:
    """A live view of nothing but what this machine shares with others; not yet started.

    Args:
        core: The repository.
    """
    from parallel_tui.bootstrap.one_look import NoWindows

    no_windows: Any = NoWindows(lambda: core.mux)

    def nothing(_facts: object, _want: object) -> tuple[Row, ...]:
        return ()

    shared = with_hosts(core, nothing, lambda: engine.answered("hosts"), lambda: engine.poke(HOSTS))
    engine = Engine(
        git=core.git,
        mux=no_windows,
        processes=core.processes,
        files=core.store,
        config=core.loaded.config,
        clock=core.clock,
        further=with_server(core, shared, lambda: engine.poke(COORDINATION)),
    )
    return engine


def new_engine(core: Core, *, predict: bool, stays: bool) -> Engine:
    """A live view that is not yet started.

    Args:
        core: The repository.
        predict: Whether it stays to see all.
        stays: The same without edits and overlaps.
    """
    config = core.loaded.config
    edits = config.edit_watch if predict else EditWatch.OFF
    further = further_rows(core, wanted=predict)
    if predict:
        further = with_hosts(
            core, further, lambda: engine.answered("hosts"), lambda: engine.poke(HOSTS)
        )
    engine = Engine(
        git=core.git,
        mux=core.mux,
        processes=core.processes,
        files=core.store,
        overlaps=core.overlaps if predict else None,
        config=replace(config, edit_watch=edits),
        clock=core.clock,
        own_pane=core._own_pane,
        stays=predict or stays,
        agents=(core.agents, core.looked),
        further=with_server(core, further, lambda: engine.poke(COORDINATION)),
    )
    return engine
