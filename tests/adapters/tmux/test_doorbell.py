"""The doorbell: what rings, and that no path in it can do harm."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from parallel_tui.adapters.tmux.server import Tmux
from parallel_tui.model.session.repository import Repository
from tests.adapters.tmux.conftest import Open, window_of
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = pytest.mark.tmux


def rings(world: World, bell: Path, action: Callable[[], object]) -> bool:
    """Whether the bell is rung by what an action does."""
    world.tmux("run-shell", "true")  # started after the rings of before, and waited for
    bell.unlink(missing_ok=True)
    action()
    return eventually(bell.exists, what="the doorbell")


def test_changes_in_our_session_ring(
    world: World, tmux: Tmux, repository: Repository, open_window: Open
) -> None:
    opened = open_window("auth")
    world.window("theirs", world.repo, session="other")
    bell = Path(repository.doorbell)
    assert bell.exists(), "opening rings too"
    assert rings(world, bell, lambda: tmux.close_window(open_window("short")))
    by_hand = ["new-window", "-d", "-t", "=myapp:"]
    pane = window_of(tmux, opened).active_pane.id
    changes = [
        by_hand,
        ["rename-window", "-t", opened, "new-name"],
        ["split-window", "-d", "-t", opened],
        ["select-pane", "-t", f"{opened}.1"],
        ["kill-pane", "-t", f"{opened}.1"],
        ["select-window", "-t", "=myapp:1"],
        ["send-keys", "-t", pane, "printf '\\a'", "Enter"],
        ["rename-session", "-t", "=myapp", "renamed"],
    ]
    for change in changes:
        assert rings(world, bell, partial(world.tmux, *change)), change


def test_nothing_is_set_globally_or_in_another_session(world: World, open_window: Open) -> None:
    world.window("theirs", world.repo, session="other")

    def settings() -> list[str]:
        return [
            world.tmux("show-options", *where)
            for where in (["-g"], ["-s"], ["-gw"], ["-t", "=other:"], ["-w", "-t", "=other:"])
        ] + [world.tmux("show-hooks", *where) for where in (["-g"], ["-gw"], ["-t", "=other:"])]

    before = settings()
    open_window("auth")
    open_window("api")
    assert settings() == before
    assert "[77]" in world.tmux("show-hooks", "-t", "=myapp:")


@pytest.mark.parametrize(
    "name",
    [
        "a b'c\"d",
        "#(touch pwned)#{pid}##",
        "$(touch pwned)`touch pwned`$HOME~",
        "back\\slash\\",
        "new\nline\ttab;",
        "{brace} %if x",
        os.fsdecode(b"latin-\xe9"),
    ],
)
def test_any_path_is_touched_as_it_is(
    world: World, repository: Repository, name: str, open_window: Open
) -> None:
    common = world.root / name / ".git"
    common.mkdir(parents=True)
    mine = replace(repository, common_dir=str(common))
    Tmux(mine, world.socket, None).open_window(
        session="auth", name="auth", directory=str(world.repo), panes=(), env={}
    )
    assert rings(
        world,
        Path(mine.doorbell),
        lambda: world.tmux("new-window", "-d", "-t", "=myapp:", "exec cat"),
    )
    assert not list(world.root.rglob("pwned"))


def test_a_bell_that_cannot_be_rung_disturbs_nobody(
    world: World, tmux: Tmux, repository: Repository, open_window: Open
) -> None:
    Path(repository.runtime_dir).write_text("a file where the folder should be")
    first = open_window("auth")
    assert "run-shell" not in world.tmux("show-hooks", "-t", "=myapp:")
    Path(repository.runtime_dir).unlink()
    second = open_window("api")
    Path(repository.doorbell).unlink(missing_ok=True)
    shutil.rmtree(repository.runtime_dir)
    world.tmux("rename-window", "-t", second, "ring")
    # the job that could not write has ended once a later one has
    done = world.root / "done"
    world.tmux("run-shell", f"touch {done}")
    assert done.exists()
    for window in (first, second):
        (pane,) = window_of(tmux, window).panes
        mode = world.tmux("display-message", "-p", "-t", pane.id, "#{pane_in_mode}").strip()
        assert mode == "0", "tmux shows the output of a failed job in a pane"
