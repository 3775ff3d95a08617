"""What was chosen to be shared cannot be read any more: nothing leaves, and off puts it right."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from parallel_tui.errors import ParallelError
from parallel_tui.model.hosts.shared import ShareMode
from tests.cli.running import pdev
from tests.hosts.test_shared_work import core, green, in_hub, living, red, share, shared
from tests.support.waiting import eventually
from tests.support.world import World

__all__ = ["green", "red"]

_BROKEN = {
    "no JSON": "{bad",
    "a list": "[]",
    "empty": "",
    "of a newer pdev": '{"format": 9, "mode": "everything", "remote": "origin"}',
    "without a name": '{"mode": "work", "remote": "origin", "clone": "abc"}',
}


@pytest.fixture(params=_BROKEN)
def broken(red: World, request: pytest.FixtureRequest) -> Path:
    """The choice of a machine that shares, after something happened to it."""
    share(red)
    red.write("more.txt", "more\n", cwd=red.root / "myapp-auth")
    path = red.repo / ".git/pdev/share.json"
    path.write_text(_BROKEN[request.param])
    return path


def test_off_takes_back_what_a_broken_choice_had_shared(
    red: World, green: World, broken: Path
) -> None:
    share(green)
    with pytest.raises(ParallelError, match=r"share\.json") as caught:
        share(red)
    assert "pdev host share off" in caught.value.hint
    hub = red.root / "hub.git"
    hub.rename(red.root / "away.git")
    before = broken.read_bytes()
    with pytest.raises(ParallelError):
        core(red).hosts.service.share(ShareMode.OFF)
    assert broken.read_bytes() == before, "it can be said again"
    (red.root / "away.git").rename(hub)
    done = core(red).hosts.service.share(ShareMode.OFF)
    assert (done.taken_back, done.sharing.host) == (1, "red")
    assert shared(red).keys() == {"green/api"}, "others' stay"
    assert json.loads(broken.read_text())["mode"] == "off"
    assert share(red).names == ("auth",), "under the same name"


def test_others_are_told_to_be_unknown_by_plans_and_checks(
    red: World, green: World, broken: Path
) -> None:
    red.commit("own.txt", "own\n", cwd=red.root / "myapp-auth")
    plan = pdev("merge", "plan", "--json", cwd=red.repo, env=red.env)
    assert plan.status in (0, 1), plan.err
    assert "auth" in plan.out
    assert any("of other machines are not known" in each for each in plan.json["notes"])
    found = pdev("check", cwd=red.repo, env=red.env)
    assert found.status == 2, "not known is not clear"
    assert "of other machines are not known" in found.err
    assert str(broken) in found.err


def test_a_clone_made_again_at_its_place_has_its_name_again(red: World, green: World) -> None:
    share(green)
    shutil.rmtree(green.root)
    green.root.mkdir()
    red.git("clone", "-q", str(red.root / "hub.git"), str(green.repo), cwd=red.root)
    green.worktree("db", "db")
    assert share(green).names == ("db",)
    assert shared(red).keys() == {"green/db"}, "what the one before shared is gone"
    assert in_hub(red, "branch", "--list", "api") == ""


def test_status_says_what_comes_of_it(red: World) -> None:
    share(red)
    quiet = pdev("host", "status", cwd=red.repo, env=red.env)
    assert "Nothing keeps it up to date now" in quiet.out
    with living(red) as engine:
        eventually(lambda: engine.snapshot.hosts is not None, what="what is shared")

        def told() -> dict[str, object]:
            return dict(pdev("host", "status", "--json", cwd=red.repo, env=red.env).json)

        eventually(lambda: told()["sessions"] == ["auth"], what="that it is shared")
        assert told()["trouble"] == ""
        hook = red.root / "hub.git/hooks/pre-receive"
        hook.write_text("#!/bin/sh\necho no >&2\nexit 1\n")
        hook.chmod(0o755)
        red.write("more.txt", "more\n", cwd=red.root / "myapp-auth")
        eventually(lambda: "hook declined" in str(told()["trouble"]), what="why it is not pushed")
        said = pdev("host", "status", cwd=red.repo, env=red.env)
        assert (said.status, "hook declined" in said.err) == (1, True)
        hook.unlink()
        eventually(lambda: told()["trouble"] == "", what="that it is pushed")
