"""A merge plan counts the sessions of other machines, and lands none of them."""

from __future__ import annotations

import pytest

from parallel_tui.bootstrap.landing.plans import planner
from parallel_tui.cli.render.landing.plan import plan_json
from parallel_tui.errors import RefusedError
from tests.hosts.test_shared_work import core, green, red, share
from tests.support.world import World

__all__ = ["green", "red"]


def test_a_plan_names_what_it_meets_elsewhere(red: World, green: World) -> None:
    app = "src/app.py"
    before = (red.repo / app).read_text()
    for name in ("clear", "gone"):
        red.worktree(name, name)
    red.commit(app, before.replace("line 20\n", "theirs\n"), cwd=red.root / "myapp-auth")
    red.write("new.txt", "more\n", cwd=red.root / "myapp-auth")
    red.commit("other.txt", "other\n", cwd=red.root / "myapp-clear")
    green.commit(app, before.replace("line 20\n", "mine\n"), cwd=green.root / "myapp-api")
    green.commit("db.txt", "db\n", cwd=green.worktree("db", "db"))
    share(red)
    share(green)
    here = core(green)
    here.hosts.service.look(fetch=True)
    plans = planner(here)
    plan = plans.plan(checked=False)
    assert [each.session for each in plan.order] == ["api", "db"], "they decide no order here"
    assert "conflicts with auth@red in src/app.py" in plan.order[0].reason
    assert "@" not in plan.order[1].reason
    assert plan.notes == (
        "auth@red: conflicts with api in src/app.py, whichever lands first; its uncommitted work"
        " counts here, and is on red only",
        "1 session of other machines: nothing that lands here is in the way",
    )
    told = plan_json(plan)["elsewhere"]
    assert isinstance(told, list)
    assert [(each["session"], each["uncommitted"]) for each in told] == [
        ("auth@red", True),
        ("clear@red", False),
    ]
    assert told[0]["meets"] == [{"session": "api", "first": None, "paths": [app]}]
    with pytest.raises(RefusedError, match="auth@red stands on red, and lands there") as refused:
        plans.plan(["auth@red"])
    assert "git worktree add -b auth PATH" in refused.value.hint
    assert plans.plan(["db"], checked=False).notes[0].startswith("2 sessions of other machines")


def test_a_command_that_is_told_does_nothing_else(red: World, green: World) -> None:
    tree = red.worktree("odd", "a$(touch${IFS}gone);b")
    red.commit("odd.txt", "odd\n", cwd=tree)
    share(red)
    share(green)
    here = core(green)
    here.hosts.service.look(fetch=True)
    with pytest.raises(RefusedError) as refused:
        planner(here).plan(["odd@red"])
    assert " -b 'a$(touch${IFS}gone);b' PATH " in refused.value.hint
