"""What a recovery did reaches whoever sits at the dashboard."""

from __future__ import annotations

import threading

from parallel_tui.model.lifecycle.recovery import End, Settled
from tests.ui import samples
from tests.ui.fake_engine import FakeTools
from tests.ui.harness import core_of, running, toasts, until


async def test_it_is_told_once_whatever_thread_it_ran_in() -> None:
    core = core_of(samples.typical())
    settled = Settled("remove", "auth", End.TAKEN_BACK, "an interrupted removal of [b]auth")
    still = Settled("sync", "api", End.UNFINISHED, "git still works there", ("kill 12",))
    async with running(core) as (pilot, _):

        def recover() -> None:
            for each in (settled, still, settled):
                for tell in core.tools.listeners:
                    tell(each)

        thread = threading.Thread(target=recover)
        thread.start()
        await until(pilot, lambda: "kill 12" in toasts(pilot))
        thread.join()
        assert toasts(pilot).count("an interrupted removal of [b]auth") == 1


async def test_what_is_unfinished_is_told_at_the_start() -> None:
    core = core_of(samples.typical())
    core.tools = FakeTools(left=("remove",))
    async with running(core) as (pilot, _):
        await until(pilot, lambda: "An interrupted removal is unfinished" in toasts(pilot))
