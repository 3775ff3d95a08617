"""How long a change of a real Claude Code takes to the screen of the real dashboard.

The order is asserted; how long it took is told at the end, for it is the machine's too. A time
counts from the change of Claude's own file, which it writes when its screen has changed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest

from tests.agents.driver import pdev
from tests.agents.driver.claude import Home, Seen
from tests.agents.driver.figures import Figures
from tests.agents.driver.model import Model, Say, Use
from tests.agents.driver.scripts import COLOURS, touch
from tests.agents.driver.timeline import Timeline, timeline
from tests.stories.user import User
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = pytest.mark.tmux

ROUNDS = 12
ROW = re.compile(r"│[▌ ] +(?:\d+ )?\S (\w[\w ]*?) +perf ")


@pytest.fixture
def user(world: World) -> Iterator[User]:
    """Somebody who has the dashboard open."""
    person = User(world)
    yield person
    person.leaves()


def _shown(user: User) -> str:
    rows = [ROW.search(line) for line in user.terminal.screen()]
    return next((row[1] for row in rows if row), "")


def _since(line: Timeline[Seen], began: float, status: str) -> float:
    """When the file first said so after a time."""
    found = [each.value.at for each in line.moments if each.value.status == status]
    return next(at for at in found if at >= began - 0.01)  # the disk's clock is coarse


@pytest.mark.parametrize("hooks", [False, True], ids=["file alone", "with hooks"])
def test_each_state_is_on_the_screen_at_once(
    home: Home, world: World, model: Model, user: User, figures: Figures, hooks: bool
) -> None:
    scripts = {
        "run": (touch("made"), Say("made")),
        "colour": (Use("AskUserQuestion", COLOURS), Say("thank you")),
        "talk": (Say("all fine"),),
    }
    agent = pdev.start(home, "perf") if hooks else home.start("perf", world.worktree("perf"))
    user.opens_dashboard()
    eventually(lambda: _shown(user) == "idle")
    took: dict[str, list[float]] = {}

    with agent.watched() as told, timeline(lambda: _shown(user)) as shown:

        def follow(status: str, word: str, act: Callable[[], object], what: str) -> None:
            began = time.time()
            act()
            seen = eventually(
                lambda: shown.after(began, word), what=f"{word}: {shown.moments[-9:]}"
            )
            eventually(
                lambda: told.values[-1].status == status, what=f"{status}: {told.values[-9:]}"
            )
            assert seen is not None
            took.setdefault(what, []).append(seen - _since(told, began, status))

        for number in range(ROUNDS):
            for kind, steps in scripts.items():
                marker = f"{kind}{number}"
                model.script(marker, *steps, held=True)
                follow("busy", "working", lambda: agent.ask(f"go [[{marker}]]"), "working")  # noqa: B023
                if kind == "talk":
                    follow("idle", "done", lambda: model.let(marker), "done")  # noqa: B023
                    continue
                what = "waiting for leave" if kind == "run" else "waiting for an answer"
                figures.breathe()
                follow("waiting", "waiting", lambda: model.let(marker), what)  # noqa: B023
                follow("idle", "done", lambda: agent.answer("Enter"), "done after an answer")
    for what, seconds in took.items():
        with_hooks = ", with hooks" if hooks else ""
        figures.tell(f"Claude's file → screen, {what}{with_hooks}", seconds)
