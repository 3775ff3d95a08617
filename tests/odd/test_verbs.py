"""One odd file among the shared ones: that is unknown and kept, and everything else goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from parallel_tui.bootstrap import Core
from parallel_tui.engine.facts import Facts
from parallel_tui.engine.sources.coordination import CoordinationReader
from parallel_tui.errors import CouldNotLookError, ParallelError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.sharing.coordination import Coordination, SessionRecord
from parallel_tui.model.sharing.lock import LockState
from parallel_tui.model.sharing.message import Message
from tests.cli.running import pdev
from tests.odd.readers import EVENT, SIDECAR, STATE, repository
from tests.odd.test_readers import with_odd
from tests.services.conftest import OpenCore
from tests.services.conftest import core_of as core_of
from tests.support.world import World


def _emoji(path: Path) -> None:
    path.write_bytes(with_odd(STATE, ("pending_handoffs", 0, "task"), r'"docs \ud83d"'))


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _writes(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


ODD: Final[dict[str, tuple[str, Callable[[Path], object]]]] = {
    "event 1e400": ("events/5_x.json", _writes(with_odd(EVENT, ("timestamp",), "1e400"))),
    "event, who saw it": ("events/5_x.json", _writes(with_odd(EVENT, ("acknowledged",), "{}"))),
    "event half an emoji": ("events/5_x.json", _writes(with_odd(EVENT, ("payload",), r'"\ud83d"'))),
    "event fifo": ("events/5_x.json", _fifo),
    "event folder": ("events/5_x.json", Path.mkdir),
    "sidecar NaN": ("locks/.meta/a.json", _writes(with_odd(SIDECAR, ("generation",), "NaN"))),
    "sidecar pattern": ("locks/.meta/a.json", _writes(with_odd(SIDECAR, ("target",), '"["'))),
    "sidecar nul": ("locks/.meta/a.json", _writes(with_odd(SIDECAR, ("worktree",), r'"\u0000"'))),
    "sidecar huge": ("locks/.meta/a.json", _writes(with_odd(SIDECAR, ("since",), "9" * 400))),
    "sidecar fifo": ("locks/.meta/a.json", _fifo),
    "lock folder": ("locks/b.lock", Path.mkdir),
    "lock of bytes": ("locks/[.lock", _writes(b"\xff\xfe\n")),
    "locks a file": ("locks-away", _writes(b"")),
    "state infinity": (
        "parallel-state.json",
        _writes(with_odd(STATE, ("sessions", "a", "last_update"), "Infinity")),
    ),
    "state half an emoji": ("parallel-state.json", _emoji),
    "state twice": ("parallel-state.json", _writes(b'{"sessions":{},"sessions":{"a":1}}')),
    "state fifo": ("parallel-state.json", _fifo),
    "state entry": (
        "parallel-state.json",
        _writes(with_odd(STATE, ("sessions",), '{"a": 5, "w": []}')),
    ),
    "tasks folder": ("session-w-tasks.md", Path.mkdir),
    "tasks of bytes": ("session-w-tasks.md", _writes(b"\xff\0- [ ] x\n")),
    "waiting": ("pdev/waiting.json", _writes(b'{"waiting": [{"id": NaN}]}')),
    "waiting for ever": (
        "pdev/waiting.json",
        _writes(b'{"waiting": [{"id": "x", "owner": "z", "targets": ["**"]}]}'),
    ),
    "journal fifo": ("pdev/journal.jsonl", _fifo),
    "journal": ("pdev/journal.jsonl", _writes(b'{"when": 1e400}\n{"when":')),
    "status page folder": ("status.md", Path.mkdir),
    "quarantine a file": ("pdev/quarantine", _writes(b"")),
    "drafts a file": ("pdev/tmp", _writes(b"")),
}


def _page(core: Core) -> None:
    with core.shared.store.change("w") as tx:
        core.shared.status.refresh(tx)


VERBS: Final[dict[str, Callable[[Core], object]]] = {
    "locks": lambda core: core.shared.locks.all(),
    "lock": lambda core: core.shared.locks.acquire(["q"], session="w"),
    "lock what is odd": lambda core: core.shared.locks.acquire(["a"], session="w", take=True),
    "unlock": lambda core: core.shared.locks.release(["q"], session="w"),
    "register": lambda core: core.shared.registry.register("w", status="idle"),
    "complete": lambda core: core.shared.registry.complete("x", "w"),
    "hand off": lambda core: core.shared.handoffs.send("w", task="t", session="main"),
    "handoffs": lambda core: core.shared.handoffs.all(),
    "emit": lambda core: core.shared.events.emit("note", session="w"),
    "acknowledge": lambda core: core.shared.events.acknowledge([], session="v", everything=True),
    "acknowledge it": lambda core: core.shared.events.acknowledge(["5_x"], session="v"),
    "clean": lambda core: core.shared.events.clean(older_ms=0, unread_too=True),
    "tick": lambda core: core.shared.tasks.tick(1, session="w"),
    "doctor": lambda core: core.doctor.examine(),
    "undo": lambda core: core.undoer.all(),
    "page": _page,
    "end": lambda core: core.shared.registry.end("w"),
}

HELD: Final = ("events/5_x.json", "locks/.meta/a.json", "parallel-state.json")
"""What no verb here may change as long as it cannot be read."""


@pytest.mark.timeout(60)
@pytest.mark.parametrize("odd", ODD)
def test_one_odd_file_keeps_nobody_from_the_rest(world: World, core_of: OpenCore, odd: str) -> None:
    tree = world.worktree("w")
    core = core_of()
    core.shared.locks.acquire(["held.py"], session="w")
    root = world.repo / ".claude"
    where, put = ODD[odd]
    path = root / where
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        path.rmdir()
    path.unlink(missing_ok=True)
    if where.startswith("locks/.meta"):
        (root / "locks/a.lock").write_text("w\n")
    put(path)
    content = path.read_bytes() if path.is_file() else None
    seen = core.shared.store.read()
    assert {"held.py"} <= {lock.target for lock in seen.locks}
    readable = odd in (
        "state half an emoji", "event half an emoji", "waiting", "waiting for ever", "journal fifo",
        "journal", "status page folder", "quarantine a file", "drafts a file", "tasks of bytes",
        "lock of bytes", "locks a file", "sidecar nul",
    )  # fmt: skip
    assert bool(seen.problems) == (not readable), seen.problems
    refused: dict[str, str] = {}
    for name, verb in VERBS.items():
        try:
            verb(core_of())
        except ParallelError as error:
            refused[name] = error.message
    if content is not None and where in HELD and not readable and odd != "state entry":
        assert path.read_bytes() == content
    wont = {"acknowledge it", "tick", "lock what is odd"}
    if where == "parallel-state.json" and not readable:
        wont |= {"register", "complete", "hand off", "handoffs", "end"}
    if odd == "drafts a file":
        wont |= set(VERBS) - {"locks", "handoffs", "undo", "page", "doctor"}
    assert set(refused) <= wont, refused
    if where == "parallel-state.json" and odd not in ("state half an emoji", "state entry"):
        with pytest.raises(CouldNotLookError, match="It cannot be seen what w shares"):
            core.remover.plan("w")  # a failed inspection refuses
        return
    receipt = core.remover.remove(core.remover.plan("w"), {"all"})
    assert not tree.exists()
    assert receipt.trash
    assert list((world.repo / ".git/pdev/intents").iterdir()) == []


def test_a_lock_whose_details_are_odd_is_held_until_it_is_released(
    world: World, core_of: OpenCore
) -> None:
    world.worktree("w")
    core = core_of()
    core.shared.locks.acquire(["a"], session="w", ttl=0.0)
    sidecar = world.repo / ".claude/locks/.meta/a.json"
    odd = with_odd(sidecar.read_bytes(), ("generation",), "NaN")
    sidecar.write_bytes(odd)
    (lock,) = core.shared.locks.all()
    assert core.shared.locks.state(lock) is LockState.UNKNOWN
    with pytest.raises(ParallelError, match="held by w"):
        core.shared.locks.acquire(["a"], session="v", take=True)
    core.shared.locks.release(["a"], session="w")
    assert sidecar.read_bytes() == odd
    core.shared.locks.acquire(["a"], session="v")
    (kept,) = (world.repo / ".claude/pdev/quarantine").iterdir()
    assert kept.read_bytes() == odd
    assert json.loads(sidecar.read_text())["owner"] == "v"


def test_the_command_line_tells_half_an_emoji_as_json_and_as_text(world: World) -> None:
    path = world.repo / ".claude/parallel-state.json"
    path.parent.mkdir()
    _emoji(path)
    listed = pdev("handoff", "list", "--json", cwd=world.repo, env=world.env)
    assert listed.json["handoffs"][0]["task"] == "docs \ud83d"
    assert pdev("handoff", "list", cwd=world.repo, env=world.env).status == 0
    assert pdev("session", "register", "--session", "x", cwd=world.repo, env=world.env).status == 0
    assert rb"docs \ud83d" in path.read_bytes()
    json.loads(path.read_bytes().decode("utf-8"))


class Files:
    """Shared files of which a part cannot be read."""

    def __init__(self) -> None:
        self.answer: Coordination | Exception = Coordination()

    def read(self) -> Coordination:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def messages(self) -> tuple[Message, ...]:
        return ()


def test_what_cannot_be_read_is_never_an_empty_list(tmp_path: Path) -> None:
    facts = Facts(repository(tmp_path), lambda: 1.0)
    files = Files()
    reader = CoordinationReader(files, facts, lambda: None)

    def after(answer: Coordination | Exception) -> object:
        files.answer = answer
        with suppress(ValueError):
            reader.read()
        return facts.coordination

    assert isinstance(after(ValueError("nobody foresaw this")), Unknown)
    assert isinstance(after(CouldNotLookError("gone")), Unknown)
    seen = Coordination(completed=("x",), sessions=(SessionRecord("a", "idle"),))
    assert after(seen) == seen
    assert after(ValueError("again")) == seen, "the last known stays"
    lost = Coordination(completed=("y",), lost=(("sessions", "not JSON"),))
    assert after(lost) == replace(lost, sessions=seen.sessions)
    assert lost.why_lost("sessions") == "not JSON"
    assert not lost.why_lost("locks")
