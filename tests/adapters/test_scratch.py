"""Temporary folders that a killed process left behind."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

from tests.cli.running import pdev
from tests.support.world import World

_KILLS = """#!/bin/sh
kill -9 "$(basename "$(dirname "$GIT_TRACE2_EVENT")" | cut -d- -f4)"
"""
"""A hook that kills the pdev which started git; the folder of its record says which."""


def test_what_a_killed_pdev_left_is_deleted_by_a_later_one(world: World, tmp_path: Path) -> None:
    room = tmp_path / "tmp"
    room.mkdir()
    env = {**world.env, "TMPDIR": str(room)}
    user = os.getuid()
    others = {
        f"pdev-git-{user + 1}-1-abcd",
        f"pdev-notes-{user}-1-abcd",
        "pdev-git-abcd",
        f"pdev-git-{user}-2-abcd",  # young, and in the making for all that is known
    }
    for name in others:
        (room / name).mkdir()
    link = room / f"pdev-git-{user}-3-abcd"
    link.symlink_to(tmp_path)
    hook = world.repo / ".git/hooks/post-checkout"
    hook.write_text(_KILLS)
    hook.chmod(0o755)
    died = pdev("spawn", "one", "--no-window", cwd=world.repo, env=env)
    assert died.status == -signal.SIGKILL, died.err
    (left,) = {each.name for each in room.iterdir()} - others - {link.name}
    assert re.fullmatch(rf"pdev-git-{user}-\d+-\w+", left)
    hook.unlink()
    done = pdev("spawn", "two", "--no-window", cwd=world.repo, env=env)
    assert not done.status, done.err
    assert {each.name for each in room.iterdir()} == {*others, link.name}
