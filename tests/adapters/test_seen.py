"""What the person has seen is remembered per repository, and forgotten with the event."""

from __future__ import annotations

from pathlib import Path

import pytest

from parallel_tui.adapters.disk.seen import SeenFile


def test_what_was_seen_is_there_in_the_next_run(tmp_path: Path) -> None:
    env = {"XDG_STATE_HOME": str(tmp_path)}
    SeenFile("/work/a/.git", env).keep({"1", "2"}, {"1", "2", "3"})
    again = SeenFile("/work/a/.git", env)
    assert again.read() == frozenset({"1", "2"})
    again.keep({"3"}, {"2", "3"})
    assert again.read() == frozenset({"2", "3"}), "what is gone is forgotten"
    assert SeenFile("/work/b/.git", env).read() is None, "nobody has looked yet"


@pytest.mark.parametrize("content", [b"", b"[1]", b'{"seen": 3}', b"\xff", b"{"])
def test_a_spoiled_memory_is_none(tmp_path: Path, content: bytes) -> None:
    env = {"XDG_STATE_HOME": str(tmp_path)}
    seen = SeenFile("/work/a\udcff/.git", env)
    seen.keep({"1"}, {"1"})
    (path,) = tmp_path.rglob("*.json")
    path.write_bytes(content)
    assert seen.read() == frozenset()
    seen.keep({"2"}, {"2"})
    assert seen.read() == frozenset({"2"})
