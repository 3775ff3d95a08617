"""Two real sessions, and what one holds: the other is denied it with our sentence."""

from __future__ import annotations

import pytest

from tests.agents.driver import pdev
from tests.agents.driver.claude import Home
from tests.agents.driver.model import Model, Say, Use
from tests.agents.driver.scripts import edit
from tests.support.world import World

pytestmark = pytest.mark.tmux


def test_what_another_session_has_locked_is_not_edited(
    home: Home, world: World, model: Model
) -> None:
    lock = {"command": "pdev lock src/app.py --reason 'one rewrite at a time'", "description": "l"}
    model.script("lock", Use("Bash", lock), Say("I hold it."))
    holder = pdev.start(home, "api", allowed=("pdev lock",))
    holder.ask("please [[lock]]")
    holder.shows("I hold it.")
    holder.until("idle")
    assert "src/app.py" in pdev.run(world, "locks").out

    other = pdev.start(home, "perf", "--permission-mode", "acceptEdits")
    file = world.root / "myapp-perf/src/app.py"
    model.script("edit", *edit(file), Say("I was kept from it."))
    other.ask("please [[edit]]")
    other.shows("I was kept from it.")
    told = home.service.turns("edit")[-1].results
    assert "src/app.py is locked by api" in told
    assert "one rewrite at a time" in told
    assert file.read_text() == "x = 1\n"

    own = world.root / "myapp-api/src/app.py"
    model.script("own", *edit(own), Say("I changed it."))
    holder.keys("BTab")  # accept edits from here on
    holder.shows("accept edits on")
    holder.ask("please [[own]]")
    holder.shows("I changed it.")
    assert own.read_text() == "x = 2\n"


def test_after_the_holder_is_killed_the_lock_binds_nobody(
    home: Home, world: World, model: Model
) -> None:
    lock = {"command": "pdev lock src/app.py", "description": "l"}
    model.script("lock", Use("Bash", lock), Say("I hold it."))
    holder = pdev.start(home, "api", allowed=("pdev lock",))
    holder.ask("please [[lock]]")
    holder.shows("I hold it.")
    holder.kill()

    other = pdev.start(home, "perf", "--permission-mode", "acceptEdits")
    file = world.root / "myapp-perf/src/app.py"
    model.script("edit", *edit(file), Say("I changed it."))
    other.ask("please [[edit]]")
    other.shows("I changed it.")
    assert file.read_text() == "x = 2\n"
