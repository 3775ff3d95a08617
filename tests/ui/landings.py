"""A merge plan of made-up sessions: real plans, simulated by rules instead of git."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from parallel_tui.errors import ParallelError, RefusedError
from parallel_tui.model.landing.check import CheckKey, CheckRecord
from parallel_tui.model.landing.dependencies import Dependency
from parallel_tui.model.landing.plan import ChangeSize, LandingPlan, Strategy
from parallel_tui.model.landing.readiness import Condition, Needed, Tip, ViewedWork
from parallel_tui.model.landing.run import LandedSession, LandingStep, Phase
from parallel_tui.model.landing.simulation import Clash, Reached
from parallel_tui.model.session.join import Joined
from parallel_tui.model.session.repository import Base
from parallel_tui.services.landing.outlook import Outlook
from parallel_tui.services.landing.readiness import LandingSession
from parallel_tui.services.landing.running.receipt import LandingReceipt
from tests.support.waiting import eventually
from tests.ui import samples

BASE = Base("main", "refs/heads/main", "a" * 40, "main")


@dataclass
class ToyTrial:
    """Lands names unless a pair that clashes would be in base.

    Attributes:
        names: All there are.
        clashes: Pairs that conflict, with the paths.
        base: What conflicts with base itself, with the paths.
        remembers: Paths that were resolved before.
        resolved: Whether those land as they were.
    """

    names: frozenset[str]
    clashes: Mapping[frozenset[str], tuple[str, ...]] = field(default_factory=dict)
    base: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    remembers: frozenset[str] = frozenset()
    resolved: bool = False

    def start(self) -> Reached:
        """Nothing has landed."""
        return Reached("", "", "")

    def foresee(self, landings: Sequence[tuple[Reached, str]]) -> None:
        """Nothing is gained by it."""

    def land(self, onto: Reached, names: Sequence[str]) -> Sequence[Reached | Clash]:
        """Land names, each by itself."""
        there = [each for each in onto.commit.split("|") if each]
        found: list[Reached | Clash] = []
        for name in names:
            paths = [self.clashes.get(frozenset((name, each)), ()) for each in there]
            paths.append(self.base.get(name, ()))
            every = tuple(dict.fromkeys(path for some in paths for path in some))
            state = "|".join(sorted([*there, name]))
            made = "|".join([*there, name])
            lands = not every or (self.resolved and self.remembers >= set(every))
            found.append(Reached(state, made, made, every) if lands else Clash(every, marked="m"))
        return found

    def in_base(self) -> frozenset[str]:
        """Nobody."""
        return frozenset()

    def drivers(self) -> Mapping[str, tuple[str, ...]]:
        """None."""
        return {}

    def groups(self) -> Sequence[frozenset[str]]:
        """All in one."""
        return [self.names]

    def apart(self) -> frozenset[frozenset[str]]:
        """Not known."""
        return frozenset()

    def sizes(self, pairs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], ChangeSize]:
        """One file each."""
        return {
            (a, b): ChangeSize(n := b.count("|") - a.count("|") + (not a), 10 * n, n)
            for a, b in pairs
        }

    def commit(self, tree: str, parents: Sequence[str], message: str, when: int) -> str:
        """Its tree is all there is of it."""
        return tree

    def pack(self, commit: str) -> bytes:
        """Nothing to pack."""
        return b""

    def known(self, marked: str, paths: Sequence[str]) -> frozenset[str]:
        """What is remembered of them."""
        return self.remembers & set(paths)

    def copies(self, name: str) -> Sequence[tuple[str, str]]:
        """None."""
        return ()

    def keep(self, trees: Sequence[str]) -> None:
        """Nothing to write."""

    def close(self) -> None:
        """Nothing to delete."""


def waits(name: str, place: int, *unmet: Condition) -> LandingSession:
    """A session; ready without conditions that are not met."""
    tree = samples.tree(name, f"feature/{name}", head=f"{place:x}" * 40)
    usual = {
        Needed.BRANCH: Condition(Needed.BRANCH, True, f"it is on feature/{name}"),
        Needed.OPERATION: Condition(Needed.OPERATION, True, "nothing is half done"),
        Needed.CLEAN: Condition(Needed.CLEAN, True, "nothing is uncommitted"),
        Needed.AHEAD: Condition(Needed.AHEAD, True, "2 commits ahead of main"),
        Needed.CHECK: Condition(Needed.CHECK, True, "`make test` passed just now, in 3s"),
        Needed.BOUNDARIES: Condition(Needed.BOUNDARIES, True, "it changed nothing of others"),
    }
    usual |= {each.needed: each for each in unmet}
    tip = Tip(tree.head or "", "b" * 40, 1000 + place, "subject")
    return LandingSession(Joined(tree.git_dir, name, tree, ()), tree, tuple(usual.values()), tip)


UNCHECKED = Condition(Needed.CHECK, None, "it was not checked at 4444444444")
FAILED = Condition(Needed.CHECK, False, "`make test` ended with status 1 3m ago; its output: /log")
DIRTY = Condition(Needed.CLEAN, False, "2 files not committed", ("src/[b]a.py", "n\new"))
FOREIGN = Condition(
    Needed.BOUNDARIES, False, "it changed 1 path of search", ("src/search.py",), ("search",)
)


def usual() -> tuple[LandingSession, ...]:
    """Some ready, some not, one with a name from outside."""
    return (
        waits("auth", 1),
        waits("api", 2),
        waits("tests", 3),
        waits("docs", 4, UNCHECKED),
        waits("search", 5, FAILED),
        waits("b[/x]\x1b#{q}", 6, DIRTY, FOREIGN),
    )


CLASH = {frozenset(("auth", "tests")): ("src/auth.py", "docs/a b.md")}


@dataclass
class FakeLive:
    """Plans of what a test says there is.

    Attributes:
        looked: Sessions.
        failure: What looking ends with, if it does.
        gate: Plans come only as often as this is released.
    """

    looked: tuple[LandingSession, ...] = field(default_factory=usual)
    clashes: Mapping[frozenset[str], tuple[str, ...]] = field(default_factory=lambda: CLASH)
    needs: tuple[Dependency, ...] = ()
    remembers: frozenset[str] = frozenset()
    resolved: bool = False
    commands: tuple[str, ...] = ("make test",)
    failure: ParallelError | None = None
    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1_000))
    looks: list[tuple[Strategy | None, bool]] = field(default_factory=list)
    plans: list[tuple[Sequence[str] | None, frozenset[str]]] = field(default_factory=list)
    stamp: int = 0
    closed: bool = False

    def look(
        self, *, strategy: Strategy | None, checked: bool, resolved: bool, seen: ViewedWork | None
    ) -> None:
        """Note that somebody looks."""
        self.resolved = resolved
        self.looks.append((strategy, checked))
        if self.failure is not None:
            raise self.failure

    def plan(
        self, *, order: Sequence[str] | None = None, without: Collection[str] = ()
    ) -> LandingPlan:
        """The plan of what there is."""
        self.gate.acquire()
        self.plans.append((order, frozenset(without)))
        strategy = self.looks[-1][0] or Strategy.MERGE
        outlook = Outlook(
            BASE,
            strategy,
            self.looked,
            self.needs,
            {},
            ToyTrial(
                frozenset(each.name for each in self.looked),
                self.clashes,
                remembers=self.remembers,
                resolved=self.resolved,
            ),
            commands=self.commands,
            place="/work/myapp",
            remembers=True,
            resolved=self.resolved,
        )
        return outlook.plan(order=order, rest=True, without=without)

    def close(self) -> None:
        """Note that it was closed."""
        self.closed = True


def record(name: str, *, status: int = 0) -> CheckRecord:
    """How a check ended."""
    key = CheckKey("b" * 40, ("make test",), "Linux")
    failed = "make test" if status else ""
    return CheckRecord(key, "4" * 40, status, failed, samples.NOW, 3.25, f"/log/{name}")


@dataclass
class FakeChecker:
    """Checks as a test says: prints, waits for the gate, ends."""

    outcomes: Mapping[str, CheckRecord | Exception] = field(default_factory=dict)
    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1_000))
    kept: dict[str, tuple[CheckRecord, bytes]] = field(default_factory=dict)
    calls: list[tuple[str, bool]] = field(default_factory=list)
    allowed: list[object] = field(default_factory=list)

    def check(
        self,
        wanted: str,
        tell: Callable[[bytes], None],
        *,
        again: bool = False,
        stopped: Callable[[], bool] = lambda: False,
    ) -> CheckRecord:
        """Check one."""
        self.calls.append((wanted, again))
        outcome = self.outcomes.get(wanted, record(wanted))
        if isinstance(outcome, Exception) and not self.allowed:
            raise outcome
        tell(b"collecting 10%\rcollecting 90%\r\n\x1b[32m3 passed\x1b[0m [/b]\n")
        eventually(lambda: stopped() or self.gate.acquire(blocking=False))
        if stopped():
            raise RefusedError("The check was stopped")
        return outcome if isinstance(outcome, CheckRecord) else record(wanted)

    def last(self, wanted: str, most: int) -> tuple[CheckRecord, bytes] | None:
        """What was kept."""
        return self.kept.get(wanted)

    def allow(self, question: object) -> None:
        """Remember the answer."""
        self.allowed.append(question)


@dataclass
class FakeLander:
    """Lands one session after the other whenever it may."""

    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1_000))
    failure: Exception | None = None
    plans: list[LandingPlan] = field(default_factory=list)

    def run(
        self,
        plan: LandingPlan,
        *,
        push: bool = False,
        told: Callable[[LandingStep], None] = lambda step: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> LandingReceipt:
        """Land a plan."""
        self.plans.append(plan)
        if self.failure is not None:
            raise self.failure
        done: list[LandedSession] = []
        of = len(plan.order)
        for number, each in enumerate(plan.order, 1):
            if stopped():
                break
            told(LandingStep(Phase.BEGINS, each.session, number, of, "landing"))
            self.gate.acquire()
            done.append(LandedSession(each.session, each.branch, each.commit, each.tree, "a", "b"))
            told(LandingStep(Phase.LANDED, each.session, number, of, "landed", done[-1]))
        names = [each.session for each in done]
        return LandingReceipt(
            f"Landed {len(done)} of {of} sessions on main: {', '.join(names)}",
            run="r1",
            base="main",
            before="a" * 40,
            after="b" * 40,
            strategy=plan.strategy,
            landed=tuple(done),
            left=tuple(e.session for e in plan.order if e.session not in names),
            stopped="You stopped it." if len(done) < of else "",
            cancelled=len(done) < of,
        )


@dataclass
class FakeParts:
    """What the dashboard lands with."""

    plans: FakeLive = field(default_factory=FakeLive)
    checker: FakeChecker = field(default_factory=FakeChecker)
    lander: FakeLander = field(default_factory=FakeLander)

    def live(self) -> FakeLive:
        """Plans."""
        self.plans.closed = False
        return self.plans

    def of(self, core: object) -> Any:
        """Instead of the real parts of a core."""
        return cast("Any", self)
