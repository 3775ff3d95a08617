"""What commits of landings say."""

from __future__ import annotations

from parallel_tui.model.landing.message import landing_message
from parallel_tui.model.landing.plan import Strategy


def test_messages() -> None:
    assert landing_message("f/a", Strategy.MERGE) == "Merge branch 'f/a'"
    assert landing_message("f/a", Strategy.SQUASH) == "Land f/a"
    assert landing_message("f/a", Strategy.SQUASH, ["x", "y"]) == "Land f/a\n\n* x\n* y\n"
