"""Notes of changes under way, and who takes over those of the dead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from parallel_tui.adapters.disk import flock
from parallel_tui.adapters.undo.intents import Intents


def test_one_that_ends_while_somebody_looks_is_not_taken_for_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    intents = Intents(tmp_path / "intents")
    looks = (
        lambda: list(intents.abandoned()),
        lambda: list(intents.unreadable()),
        lambda: [*intents.cut_off()],
    )
    real = flock.take
    for look in looks:
        running = intents.begin("spawn", {"name": "auth"})
        assert look() == []

        def ends_first(descriptor: int, *, running: Any = running, seconds: float = 0.0) -> bool:
            running.close()  # deleted, and unlocked only then
            return real(descriptor, seconds=seconds)

        with monkeypatch.context() as patched:
            patched.setattr(flock, "take", ends_first)
            assert look() == []
