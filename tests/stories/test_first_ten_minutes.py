"""A new user's first ten minutes: from an empty list to work that is on base, and back."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.stories.user import User
from tests.support import story_agent
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]

ROOT = Path(__file__).parents[2]


@dataclass
class Counting:
    """Presses a user's keys, and counts them by what they were for.

    Attributes:
        user: Who presses them.
        keys: How many, by the deed.
    """

    user: User
    keys: dict[str, int] = field(default_factory=dict)
    _deed: str = ""

    def does(self, deed: str) -> User:
        """Begin a deed; keys count for it from now on."""
        self._deed = deed
        self.keys[deed] = 0
        return self.user

    def presses(self, *keys: str) -> User:
        """Press keys, by tmux's names."""
        self.keys[self._deed] += len(keys)
        return self.user.presses(*keys)

    def types(self, text: str) -> User:
        """Type text."""
        self.keys[self._deed] += len(text)
        return self.user.types(text)

    def detaches(self) -> User:
        """Leave the tmux that took the terminal: the prefix and `d`."""
        self.keys[self._deed] += 2
        return self.user.detaches()


def _agent(world: World) -> str:
    words = [sys.executable, "-m", story_agent.__name__, str(world.repo / ".claude/pdev/agents")]
    return f"env PYTHONPATH={shlex.quote(str(ROOT))} {shlex.join(words)}"


def test_the_first_ten_minutes(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Two sessions are started and asked, conflict, one lands, is cleaned up, and comes back."""
    for key, value in (("user.name", "Ada"), ("user.email", "ada@example.invalid")):
        world.git("config", key, value)
    before = world.git("rev-parse", "main").strip()
    user = User(world, settings={"PDEV_AGENT": _agent(world)})
    ten = Counting(user)
    try:
        ten.does("open it").opens_dashboard().sees("Start here", "n starts a session")

        ten.does("start a session")
        ten.presses("n").sees("New session")
        ten.types("prices")
        ten.presses("Enter").sees_no_more("New session").sees_row("prices", "waiting")
        ten.does("start a second one")
        ten.presses("n")
        ten.types("taxes")
        ten.presses("Enter").sees_row("taxes", "waiting", f"answer: {story_agent.QUESTION}")
        user.sees("2 need you")

        ten.does("answer an agent's question")
        ten.presses("w").sees_cursor("prices", "waiting")
        ten.presses("Enter").sees("1. Yes").sees_no_more("Sessions")
        ten.presses("Enter").sees(story_agent.DONE)
        ten.detaches().sees("Sessions").sees_row("prices", story_agent.DONE, "↑1")
        ten.does("answer the other's")
        ten.presses("w").sees_cursor("taxes", "waiting")
        ten.presses("Enter").sees("1. Yes").sees_no_more("Sessions")
        ten.presses("Enter").sees(story_agent.DONE)
        ten.detaches().sees_row("prices", "⚠ 1").sees_row("taxes", "⚠ 1")

        ten.does("see both sides of the conflict")
        ten.presses("o").sees("Overlaps · 1 conflict")
        ten.presses("Enter").sees("prices × taxes", "RATE = 'prices'", "RATE = 'taxes'")
        ten.presses("Escape", "Escape").sees("Sessions")

        ten.does("hand work over")
        ten.presses("1").sees_cursor("prices")
        ten.presses("h").sees("Hand off")
        ten.types("taxes")
        ten.presses("Tab")
        ten.types("Keep both rates")
        ten.presses("Enter").sees_no_more("Hand off").sees("prices handed taxes: Keep both rates")

        ten.does("land one of them")
        ten.presses("m").sees("Merge plan", "1 of 2 sessions lands by merge")
        ten.presses("l").sees("Land 1 session on main")
        ten.presses("y").sees("Landed")
        ten.presses("Escape").sees("Sessions").sees_row("prices", "✓ merged")
        assert "RATE" in world.git("show", "main:rate.py")

        ten.does("clean it up")
        ten.presses("c").sees("Clean up", "1 more if idle agents may be ended")
        ten.presses("e").sees("1 chosen")
        ten.presses("Enter").sees("Remove 1 session?")
        ten.presses("y").sees_no_more("Clean up").sees_no_row("prices")

        ten.does("bring it back")
        ten.presses("H").sees("History", "You cleaned up prices, whose work is merged")
        ten.presses("u").sees("Undo this?")
        ten.presses("y").sees_no_more("History").sees_row(" prices ", "✓ merged")

        ten.does("take the landing back")
        ten.presses("H").sees("landed prices on main")
        ten.presses("j", "j").sees("To undo it: pdev undo")
        ten.presses("u").sees("Undo this?", "landed prices")
        ten.presses("y").sees_no_more("History").sees_row(" prices ", "⚠ 1", "↑1")
        assert world.git("rev-parse", "main").strip() == before
        user.quits()
    finally:
        user.leaves()
    with capsys.disabled():
        table = "\n".join(f"{count:>4}  {deed}" for deed, count in ten.keys.items())
        print(f"\nkeys, those of names and texts included:\n{table}")  # noqa: T201
