"""Base moves without a dashboard: the next command tells, once, who edits or uses what changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parallel_tui.model.sharing.message import MessageKind
from tests.cli.running import Ran, pdev
from tests.services.landing import LINES, opened, run
from tests.support.world import World


def command(world: World, *words: str) -> Ran:
    return pdev("--tmux-socket", world.socket, *words, cwd=world.repo, env=world.env)


def told(world: World) -> list[tuple[str, dict[str, object]]]:
    """What each session was told of base, oldest first."""
    events = opened(world).shared.store.read().events
    moves = [each for each in events if each.type == "base_moved"]
    return [(each.recipients[0], json.loads(each.payload)) for each in sorted(moves, key=str)]


@pytest.fixture
def used(world: World) -> World:
    """One edits a file of base, one calls what stands in another, one does neither."""
    world.commit("f", LINES)
    world.commit("src/odd ü\tname.py", "def parse(text):\n    return text\n")
    edits, calls, other = (world.worktree(name) for name in ("edits", "calls", "other"))
    world.commit("f", LINES.replace("3\n", "three\n"), cwd=edits)
    world.commit("app.py", "from x import parse\n", cwd=calls)
    world.write("app.py", "from x import parse\nprint(parse(1))\n", cwd=calls)
    world.commit("notes.md", "parse\n", cwd=other)
    assert command(world, "merge", "plan").status == 0  # from here on base is followed
    assert told(world) == []
    return world


@pytest.mark.parametrize("words", [("list",), ("sync", "--all", "--dry-run"), ("cleanup",)])
def test_the_next_command_tells_of_a_merge_by_hand(used: World, words: tuple[str, ...]) -> None:
    used.write("f", LINES.replace("27\n", "last\n"))
    used.write("src/odd ü\tname.py", "def parse(text, strict):\n    return text\n")
    used.git("commit", "-qam", "by hand")
    first = command(used, *words)
    said = "main moved: 1 file that edits also edits (f); calls uses parse; pdev sync edits brings"
    assert said in first.err, first.err
    calls, edits = sorted(told(used), key=lambda each: each[0])
    assert calls[0] == "calls"
    assert calls[1]["uses"] == [
        {"name": "parse", "defined": "src/odd ü\tname.py", "path": "app.py"}
    ]
    assert "calls uses what has changed: parse" in str(calls[1]["message"])
    assert (edits[0], edits[1]["paths"], edits[1]["uses"]) == ("edits", ["f"], [])
    assert "main moved" not in command(used, *words).err
    assert len(told(used)) == 2


def test_what_stands_in_a_body_concerns_nobody(used: World) -> None:
    used.commit("src/odd ü\tname.py", "def parse(text):\n    return text + text\n")
    assert "main moved" not in command(used, "list").err
    assert told(used) == []


def test_a_landing_tells_each_session_once_with_all_that_is_known(used: World) -> None:
    tree = used.worktree("lands")
    text = "def parse(text, strict):\n    return text\n"
    used.commit("src/odd ü\tname.py", text, cwd=tree, message="lands, tests pass")
    used.commit("f", LINES.replace("27\n", "last\n"), cwd=tree, message="lands, tests pass")
    core = opened(used, None, **{"sync.at_rest": True})
    assert run(core).message == "Landed lands on main"
    found = dict(told(used))
    assert sorted(found) == ["calls", "edits", "other"]
    assert str(found["edits"]["message"]) == (
        "main moved (lands landed): 1 file that edits also edits (f)"
    )
    assert found["other"]["landed"] == ["lands"]
    assert "message" not in found["other"]
    waits = [each.session for each in core.store.outbox.queued() if each.kind is MessageKind.SYNC]
    assert sorted(waits) == ["calls", "edits"]
    assert "main moved" not in command(used, "list").err
    core.undoer.undo(core.undoer.find())
    assert "main moved" not in command(used, "list").err
    assert len(told(used)) == 4


def test_what_conflicts_now_is_said_and_what_has_landed_is_not(used: World) -> None:
    used.git("merge", "-q", "--squash", "feature/calls")
    used.git("commit", "-qm", "calls, squashed")
    used.commit("f", LINES.replace("3\n", "drei\n"))
    first = command(used, "list")
    assert "1 file that edits also edits (f), and conflicts now" in first.err
    assert [name for name, _ in told(used)] == ["edits"]


@pytest.mark.parametrize("text", ["", "refs/heads/main", "x" * 99, "refs/heads/main zz\n", "\0"])
def test_an_odd_note_counts_as_none(world: World, text: str) -> None:
    note = Path(world.repo, ".git/pdev/base.followed")
    note.parent.mkdir(exist_ok=True)
    note.write_text(text)
    assert command(world, "list").status == 0
    assert note.read_text().startswith("refs/heads/main ")
