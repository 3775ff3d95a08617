"""Removing and undoing gives back every byte, mode, time, reference, index entry and stash."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from parallel_tui.bootstrap import Overrides, open_core
from tests.lifecycle.picture import picture
from tests.lifecycle.scenery import ACTS, DIRECTORIES, NAMES, STATES, do, put
from tests.support.world import World

EXAMPLES = int(os.environ.get("PDEV_ROUND_TRIP_EXAMPLES", "12"))
YES = (True, True, True)


@pytest.mark.timeout(600 + 60 * EXAMPLES)
@settings(
    max_examples=EXAMPLES,
    # An example costs seconds: a failing one is shown as it is found.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    state=st.sampled_from(sorted(STATES)),
    directory=st.sampled_from(DIRECTORIES),
    acts=st.lists(
        st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from(NAMES), st.binary(max_size=64)),
        min_size=2,
        max_size=9,
    ),
    delete_branch=st.booleans(),
    locked=st.booleans(),
    packed=st.booleans(),
    crashed=st.booleans(),
)
@example("reset", "myapp-auth", [("references", "a", b""), ("special", "a", b"")], True, *YES)
@example("merge, resolved", "-dash", [("read-only", "a", b""), ("old", "a", b"")], False, *YES)
@example("dirty submodule", "ünï", [("stash", "a", b""), ("hard link", "a", b"")], True, *YES)
@example("hooks", "raw-\udcff", [("intent to add", "-d", b""), ("nested", "a", b"")], True, *YES)
def test_everything_comes_back(
    isolated: dict[str, str],
    state: str,
    directory: str,
    acts: list[tuple[str, str, bytes]],
    delete_branch: bool,
    locked: bool,
    packed: bool,
    crashed: bool,
) -> None:
    with contextlib.ExitStack() as stack:
        root = Path(tempfile.mkdtemp(prefix="pd-trip-"))
        stack.callback(shutil.rmtree, root, ignore_errors=True)
        world = World(root / "w", isolated)
        world.init()
        world.commit(".gitignore", "out/\n")
        place = world.root / directory
        world.git("worktree", "add", "-q", "-b", "feature/auth", "--", str(place))
        put(world, place, state)
        for act, name, data in acts:
            do(world, place, act, name, data)
        if locked:
            world.git("worktree", "lock", "--reason", "mine", "--", str(place))
        if packed:
            world.git("pack-refs", "--all")
        if crashed:  # what a git that was killed leaves
            git_dir = world.git("rev-parse", "--absolute-git-dir", cwd=place).strip("\n")
            Path(git_dir, "index.lock").touch()
        overrides = Overrides(str(world.repo), {"tmux.socket": "world", "agent": ""})
        core = open_core(overrides, isolated)
        found = (s for s in core.sessions.all() if s.worktree and s.worktree.path == str(place))
        key = next(found).key
        before = picture(world, place)

        plan = core.remover.plan(key)
        core.remover.remove(plan, {"all"}, delete_branch=delete_branch)
        assert not place.exists()
        assert world.git("status", "--porcelain") == "", "nothing of it shows in main"
        # What only the trash knows must outlive a thorough gc.
        world.git("gc", "--quiet", "--prune=now")
        if state == "branch" and delete_branch:
            assert "feature/auth" not in world.git("branch")
        core.restorer.restore()

        after = picture(world, place)
        for key, value in before.items():
            assert after[key] == value, key
        assert core.restorer.items() == ()
        assert "refs/pdev" not in world.git("for-each-ref")
        world.git("fsck", "--connectivity-only", "--no-dangling", cwd=place)
