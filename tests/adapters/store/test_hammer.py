"""Many processes on one store while some are killed: nothing finished is lost, nothing is torn."""

from __future__ import annotations

from pathlib import Path

from tests.adapters.store.crowd import Crowd


def test_nothing_finished_is_lost_and_nobody_gets_anothers_lock(tmp_path: Path) -> None:
    crowd = Crowd(tmp_path / ".claude", size=8, operations=30)
    crowd.run(kill_every=6)
    assert crowd.killed
    crowd.check()
