"""Somebody who has just installed the program looks at the demo."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories.user import User, gone
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]


def _started(place: Path) -> Path:
    (folder,) = place.glob("pdev-demo-*")
    return folder


def test_the_demo_shows_everything_and_leaves_nothing(world: World) -> None:
    """Sessions of every kind, agents at work in some; after `q` no file and no process is left."""
    place = world.root / "t"
    place.mkdir()
    user = User(world, settings={"TMPDIR": str(place)})
    try:
        user.runs("pdev-tui --demo", cwd=world.root).sees("Sessions", "1 conflict", "1 ready")
        for name in ("auth", "checkout", "login-redirect", "orders-index", "search", "bisect"):
            user.sees(name)
        user.sees("● working", "!1", "⚠ ").selects("auth")
        user.presses("Enter").sees("0:auth").sees_no_more("Sessions")
        socket = _started(place) / "s"
        assert socket.exists()
        processes = user.processes()
        user.presses("C-b", "d").sees("Sessions").sees_cursor("auth")
        user.quits()
        assert list(place.iterdir()) == []
        eventually(lambda: gone(processes), what="no process left")
    finally:
        user.leaves()
