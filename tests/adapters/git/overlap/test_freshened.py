"""What a prediction changes of a repository: the times of objects that are there, no more."""

from __future__ import annotations

import os
from pathlib import Path

from tests.adapters.git.overlap.truth import predict
from tests.support.world import World

LINES = "".join(f"{n}\n" for n in range(1, 21))
OLD = 1_000_000_000


def _files(top: Path) -> dict[Path, tuple[bytes, int]]:
    return {
        path: (path.read_bytes(), int(path.stat().st_mtime))
        for path in top.rglob("*")
        if path.is_file()
    }


def test_only_times_of_objects_change(world: World) -> None:
    world.commit("f", LINES)
    for name, number in (("one", 3), ("two", 9)):
        tree = world.worktree(name)
        world.commit("f", LINES.replace(f"\n{number}\n", f"\n{name}\n"), cwd=tree)
        world.write("new", "hello\n", cwd=tree)  # an object that the repository has
    objects = world.repo / ".git/objects"
    for path in objects.rglob("*"):
        if path.is_file():
            os.utime(path, (OLD, OLD))
    before = _files(world.root)
    predict(world, ["one", "two"])
    after = _files(world.root)
    assert before.keys() == after.keys()
    assert {path: data for path, (data, _) in before.items()} == {
        path: data for path, (data, _) in after.items()
    }
    changed = [path for path in before if before[path] != after[path]]
    assert all(path.is_relative_to(objects) for path in changed)
