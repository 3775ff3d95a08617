"""A lock that stands in the way reads the same on both faces."""

from __future__ import annotations

import pytest

from parallel_tui.errors import ParallelError
from parallel_tui.model.sharing.granting import Blocker
from parallel_tui.model.sharing.lock import Lock, LockState
from parallel_tui.model.sharing.words import blocker_words
from parallel_tui.services.sharing.blocked import LockedError, describe
from parallel_tui.ui.dialogs.lock import refusal
from tests.ui import samples

NOW = samples.NOW


@pytest.mark.parametrize("state", LockState)
@pytest.mark.parametrize("name_shared", [False, True])
def test_both_faces_tell_a_blocker_in_the_same_words(state: LockState, name_shared: bool) -> None:
    lock = Lock("src", "src/**", "auth", since=NOW - 300, reason="rework [b]it[/b]")
    blocker = Blocker("src/a.py", lock, state, "src/a.py", name_shared)
    error: ParallelError = LockedError("no", blockers=(blocker,))
    line = describe(blocker, NOW)
    assert line == refusal(error, NOW, str).plain
    assert line == f"src/a.py: {', '.join(blocker_words(blocker, NOW))}"
    assert "for 5m" in line
