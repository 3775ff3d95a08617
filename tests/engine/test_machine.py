"""The live view of how the machine is shared out: news are told once, and looked for when due."""

from __future__ import annotations

from parallel_tui.engine.facts import Facts
from parallel_tui.engine.sources.machine.shared_out import BUSY, QUIET, MachineReader
from parallel_tui.engine.watching.classify import classify
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.machine.load import Machine
from parallel_tui.model.machine.ports import PortGrant
from parallel_tui.model.machine.slots import Line, Ticket
from parallel_tui.model.machine.usage import ProcessUse
from parallel_tui.model.scope import MACHINE
from parallel_tui.model.session.repository import Repository
from tests.engine.fakes import About

REPOSITORY = Repository("r", "/r/.git", "/r", False, "/r/.claude")
RUNS = Line("test", 1, (Ticket("test", 1, 1, 7, "auth", begun=5.0),))


class Shared:
    """Stands for the machine, its slots and ports."""

    def __init__(self) -> None:
        self.lines: tuple[Line, ...] = ()
        self.error: CouldNotLookError | None = None
        self.looks = 0

    def now(self) -> Machine:
        self.looks += 1
        return Machine(2, 0.5)

    def all(self) -> tuple[Line, ...]:
        if self.error is not None:
            raise self.error
        return self.lines

    def uses(self, roots: object) -> tuple[ProcessUse, ...]:
        raise AssertionError("nobody asked for processes")

    def tell(self, pid: int, started: str, *, kill: bool) -> bool:
        raise AssertionError("nothing is to end")

    def ended(self, pid: int, started: str, *, within: float) -> bool:
        raise AssertionError("nothing is to end")

    def above_us(self) -> frozenset[int]:
        return frozenset()


class Nothing:
    """No session has ports."""

    def all(self) -> tuple[PortGrant, ...]:
        return ()


def test_what_changed_is_told_once_and_who_runs_is_looked_at_often() -> None:
    shared, told = Shared(), [0]

    def changed() -> None:
        told[0] += 1

    facts = Facts(REPOSITORY, lambda: 0.0)
    reader = MachineReader(shared, shared, Nothing, facts, changed)
    assert reader.read() == About(QUIET)
    assert reader.read() == About(QUIET)
    assert told == [1]
    shared.lines = (RUNS,)
    assert reader.read() == BUSY
    assert facts.machine is not None
    assert [(each.ticket.session, each.place) for each in facts.machine.in_line()] == [("auth", 0)]
    shared.error = CouldNotLookError("the disk is gone")
    assert reader.read() == About(QUIET)
    assert (facts.machine.lost, told) == ("the disk is gone", [3])
    assert shared.looks == 1, "load is read no oftener than it changes"


def test_a_place_in_line_is_news_and_its_draft_is_none() -> None:
    for name, scope in (
        ("slot-test.00000001.wait", MACHINE),
        ("slot-test.00000001.run", MACHINE),
        ("slot-test.00000001.wait.new", None),
        ("slots.guard", None),
    ):
        assert classify(REPOSITORY, f"/r/.git/pdev/{name}") == scope
