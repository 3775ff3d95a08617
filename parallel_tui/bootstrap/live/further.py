"""Sources of the live view that only whoever stays wants."""

from __future__ import annotations

from collections.abc import Callable

from parallel_tui.engine.sources.boundaries import boundary_rows
from parallel_tui.engine.sources.requests import request_rows
from parallel_tui.engine.table import Row
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.hosting.programs_of_hosts import HostPrograms
    from parallel_tui.bootstrap.core import Core
    from parallel_tui.engine.facts import Facts
    from parallel_tui.model.pull_request import PullRequest


def further_rows(core: Core, *, wanted: bool) -> Further:
    """Boundaries, proofs, pull requests, sessions' own pages, how the machine is shared out.

    Args:
        core: All that they need.
        wanted: Whether they are wanted.
    """
    from parallel_tui.bootstrap.landing.proving import proof_rows

    boundaries = boundary_rows(lambda: core.boundaries.look, wanted=wanted)
    asked = request_rows(
        lambda: _KeptRequests(core, _hosts(core)), wanted=wanted and core.loaded.config.requests
    )

    def rows(facts: Facts, want: Callable[[], None]) -> tuple[Row, ...]:
        proved = proof_rows(core)(facts, want) if wanted else ()
        pages = (_pages(core, facts, want),) if wanted else ()
        shared_out = (core.machine.reader(facts, want).row(),) if wanted else ()
        return (*boundaries(facts, want), *proved, *asked(facts, want), *pages, *shared_out)

    return rows


def _pages(core: Core, facts: Facts, want: Callable[[], None]) -> Row:
    from parallel_tui.adapters.agents.own_pages import OwnPageFiles
    from parallel_tui.engine.sources.coordination import PageReader

    shared = f"{core.repository.coordination_root}/status.md"
    return PageReader(OwnPageFiles(shared), facts, want).row()


Further = Callable[["Facts", Callable[[], None]], tuple[Row, ...]]
"""Makes rows of further sources, from the facts and what to call after a change."""


def with_hosts(
    core: Core, further: Further, answered: Callable[[], None], look: Callable[[], None]
) -> Further:
    """The same rows, and one that shares work with other machines.

    Args:
        core: Knows what is shared.
        further: The rows without it.
        answered: Called after an answer that differs, besides what the rows call.
        look: Makes it look again.
    """

    def rows(facts: Facts, want: Callable[[], None]) -> tuple[Row, ...]:
        def changed() -> None:
            want()
            answered()

        return (*further(facts, want), core.hosts.row(facts, changed, look))

    return rows


def with_server(core: Core, further: Further, look: Callable[[], None]) -> Further:
    """The same rows, and one that is told by the store's server where there is one.

    Args:
        core: Knows the store.
        further: The rows without it.
        look: Makes the store be read.
    """
    if not core.served:
        return further
    from parallel_tui.bootstrap.live.told import ToldByServer

    told = ToldByServer(lambda changed: core.store.watch(changed), look)
    row = Row(source=told, awaited=False, close=told.close)
    return lambda facts, want: (*further(facts, want), row)


def _hosts(core: Core) -> HostPrograms:
    from parallel_tui.adapters.hosting.programs_of_hosts import HostPrograms

    return HostPrograms(core.runner, core.env, core.clock)


@dataclass(frozen=True, slots=True)
class _KeptRequests:
    """Asks, and keeps the answer for commands."""

    core: Core
    hosts: HostPrograms

    def possible(self) -> bool:
        return self.hosts.possible()

    def all(self) -> tuple[PullRequest, ...]:
        from parallel_tui.adapters.disk import seen_requests

        found = self.hosts.all()
        seen_requests.keep(self.core.repository.runtime_dir, found)
        return found
