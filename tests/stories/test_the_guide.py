"""The whole guide as one story, from an empty list to an undo, all of it by keys and clicks.

On tmux and on GNU Screen, for which nothing is told otherwise: a team is started, each works on its
tasks, one locks, two meet, one hands over, is synced, lands, is cleaned up and comes back.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.stories.user import User
from tests.support import story_agent
from tests.support.screens import demand_screen
from tests.support.story_agent import BEGIN, COMMIT, SHARED
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]

ROOT = Path(__file__).parents[2]
COMPONENT, ENDPOINT = "src/components/Dashboard.tsx", "src/api/dashboard.ts"
COMMITS = 6
TASKS = ("Chart of the activity", "Endpoint of the stats", "Test of the endpoint")
OWN = ".claude/parallel-config.yml"


def _history(world: World) -> None:
    """A repository in which component and endpoint were changed together, again and again."""
    world.init(files={"TASKS.md": "".join(f"- [ ] {task}\n" for task in TASKS)})
    for key, value in (("user.name", "Ada"), ("user.email", "ada@example.invalid")):
        world.git("config", key, value)
    for number in range(COMMITS):
        world.write(ENDPOINT, f"export const widgets = {number};\n")
        world.write(COMPONENT, f"const widgets = {number};\n")
        world.git("add", "-A")
        world.git("commit", "-q", "-m", f"Show widget {number}")


def _agent(world: World) -> str:
    words = [sys.executable, "-m", story_agent.__name__, str(world.repo / ".claude/pdev/agents")]
    return f"env PYTHONPATH={shlex.quote(str(ROOT))} {shlex.join(words)}"


class Chair:
    """Somebody at the dashboard who attaches sessions and comes back."""

    def __init__(self, user: User, prefix: str) -> None:
        self.user, self._prefix = user, prefix

    def picks(self, name: str) -> User:
        """Select a session by the number before it, wherever the focus is."""

        def there() -> bool:
            row = next((row for row in self.user.listed() if f" {name} " in row), None)
            if row is None:
                return False
            self.user.presses(row.removeprefix("▌").split()[0])
            with suppress(AssertionError):  # the list was sorted anew meanwhile: look again
                self.user.sees_cursor(f" {name} ", within=3)
            return f" {name} " in self.user.cursor()

        return self.user.waits(there, f"{name} was never selected")

    def opens_pane(self, tab: str) -> User:
        """Click on a tab until its pane has the focus: others may move it at that moment."""

        def there() -> bool:
            with suppress(AssertionError):
                self.user.clicks(tab).sees("Enter Open", within=3)
                return True
            return False

        return self.user.waits(there, f"{tab} never had the focus")

    def goes_to(self, name: str) -> User:
        """Select a session and attach its window."""
        self.picks(name).presses("Enter")
        return self.user.sees_no_more("─ Sessions ─")

    def comes_back(self) -> User:
        """Detach, by the key that was told."""
        return self.user.presses(self._prefix, "d").sees("Sessions", "edits: live")

    def answers(self, name: str, question: str, then: str) -> User:
        """Say yes to what a session's agent asks, and see it go on."""
        self.goes_to(name).sees(question).presses("Enter").sees(then)
        return self.comes_back()


@pytest.fixture(params=["tmux", "screen"])
def chair(request: pytest.FixtureRequest, isolated: dict[str, str]) -> Iterator[Chair]:
    """Somebody who has not opened the dashboard yet, on either multiplexer."""
    kind = request.param
    if kind == "screen":
        demand_screen()
    world = World(Path(isolated["TMUX_TMPDIR"]) / "w", isolated)
    _history(world)
    user = User(world, settings={"PDEV_AGENT": _agent(world), "PDEV_MULTIPLEXER": kind})
    yield Chair(user, "C-b" if kind == "tmux" else "C-a")
    user.leaves()
    world.close()


def test_the_guide_from_a_team_to_an_undo(chair: Chair) -> None:
    """Nothing is done but by keys and clicks, and what each does is seen on the screen."""
    user, world = chair.user, chair.user.world
    back, front, tests = (f"dashboard-{name}" for name in ("backend", "frontend", "tests"))

    # A team by a preset: every step before anything is made.
    user.opens_dashboard().sees("Start here").presses("N").sees("Start a team")
    user.presses("j", "j", "j").sees("Press Enter to start fullstack", f"1. start {front} on")
    user.sees(f"{front} and {back} may overlap", "both have the word 'dashboard'")
    assert not (world.root / f"myapp-{front}").exists()
    user.presses("Enter").sees(f"Started fullstack: 3 sessions ({front}, {back}, {tests})")
    user.presses("Escape").sees("3 sessions")
    for name in (back, front, tests):
        user.sees_row(name, "waiting", BEGIN)

    user.sees("not in force yet: commit .claude/parallel-config.yml to base")

    # Whose paths are whose counts once base has it.
    chair.goes_to("main").sees("To the dashboard: detach with").types(
        f"git add {OWN} && git commit -qm 'Set boundaries' && echo ready"
    )
    user.presses("Enter").waits(lambda: "ready" in user.lines(), "it was never committed")
    chair.comes_back().sees_row(back, "↓1")

    # Tasks are dealt out, and one is ticked.
    chair.picks(back).presses("t").sees(f"No tasks for {back}").presses("f").sees("Deal out tasks")
    user.types("TASKS.md").presses("Enter").sees(f"[ ] {TASKS[0]}").presses("Space")
    user.sees(f"[x] {TASKS[0]}").sees_row(back, "1/1").sees_row(front, "0/1")

    # One keeps a folder for itself; another is refused a file in it.
    user.presses("L").sees("Paths").types("src/types/**").presses("Enter")
    user.sees_no_more("Paths ").sees("1 lock", "■ src/types/**")
    chair.picks(front).presses("L").sees("Paths").types(SHARED).presses("Enter")
    user.sees(f"{SHARED}: held by {back}", "covers").presses("Escape").sees_no_more("Paths ")

    # Both write it all the same: that they conflict is told, and both sides are shown.
    chair.answers(back, BEGIN, then=COMMIT)
    chair.answers(front, BEGIN, then=COMMIT).sees_row(back, "⚠ 1").sees_row(front, "⚠ 1")
    user.sees("1 conflict").presses("o").sees("Overlaps · 1 conflict").presses("Enter")
    user.sees(f"{back} × {front}", f"by = '{back}'", f"by = '{front}'")
    user.presses("Escape", "Escape").sees("─ Sessions ─")
    chair.opens_pane("Boundaries 3")
    user.sees_row(front, "src/types", f"locked by {back}")

    # One hands its work to the other, who accepts it.
    chair.picks(front).presses("h").sees("Hand off").types(back).presses("Tab")
    user.types("Keep both types").presses("Enter").sees("Handoffs 1")
    chair.opens_pane("Handoffs 1").sees_row(f"{front} handed {back}: Keep both types", "pending")
    user.presses("Enter").sees("Accept").presses("Enter").sees_no_more("Reason")
    user.sees_row("Keep both types", "accepted")

    # What is finished is brought up to date with base, and lands.
    chair.answers(back, COMMIT, then=f"The types of {back} stand").sees_row(back, "↑1 ↓1")
    user.presses("S").sees("Rebase 1 session onto main", "1 commit to replay").presses("y")
    user.sees("1 brought up to date, 3 left alone").presses("Escape")
    user.sees_row(back, "↑1", without="↓")
    user.presses("m").sees("1 of 3 sessions lands by merge", "its last commit says 'tests pass'")
    user.presses("l").sees("Land 1 session on main").presses("y").sees(f"Landed {back} on main")
    assert back in world.git("show", f"main:{SHARED}")
    user.presses("Escape").sees_row(back, "✓ merged")

    # What was held is given back, what is merged goes, and comes back.
    chair.picks(back).presses("u").sees(f"Unlock all of {back}?").presses("y")
    user.sees_no_more("1 lock", "Locks 1")
    chair.opens_pane("Handoffs 1").presses("Enter").sees("Done").presses("Enter")
    user.sees_row("Keep both types", "done").presses("c").sees("1 more if idle agents may be ended")
    user.presses("e").sees("1 chosen").presses("Enter").sees("Remove 1 session?").presses("y")
    user.sees("Cleaned up 1 session").sees_no_row(back).presses("H").sees("newest first")
    user.presses("u").sees("Undo this?").presses("y").sees_row(back, "✓ merged", "1/1")
    assert (world.root / f"myapp-{back}" / SHARED).exists()
    user.quits()
    assert world.git("status", "--porcelain") == ""
