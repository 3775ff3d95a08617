"""What was proved of which commits, and what that says of sessions as they are now. Pure."""

from __future__ import annotations

from types import MappingProxyType

from parallel_tui.model.overlap.joint import NOTHING, Mark, ProofState
from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Member:
    """A session at a commit.

    Attributes:
        session: Its name.
        commit: Its last commit.
    """

    session: str
    commit: str


@dataclass(frozen=True, slots=True)
class ProvedBreak:
    """Sessions that break base together, and no fewer of them.

    Attributes:
        sessions: Their names, in the order in which they land.
        tests: What fails with them.
        tried: What was checked: they, and what they are built on.
        tree: Tree that was checked.
        log: File with all that the check printed.
    """

    sessions: tuple[str, ...]
    tests: tuple[str, ...]
    tried: tuple[str, ...]
    tree: str = ""
    log: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A session that was not tried, or not in the end.

    Attributes:
        session: Its name.
        why: The reason, in words.
        unknown: Whether it could not be tried at all.
    """

    session: str
    why: str
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class JointProof:
    """What came of proving some sessions together.

    Attributes:
        at: When it ended, in epoch seconds.
        base: Short name of base.
        base_commit: Where it stood.
        strategy: How sessions were landed.
        commands: What checked them.
        environment: The system that it ran on.
        members: All that were tried, in the order in which they land.
        aboard: Names of those that work together in the end.
        breaks: Who breaks base.
        out: Who was left out, and why.
        base_fails: What base fails by itself, which counts for nobody.
        unsteady: What failed at one time and passed at another.
        unknown: Why there is no answer about those neither aboard nor breaking; empty where there
            is one.
        tree: Tree of base with those aboard landed; empty for no proof.
        runs: How many checks were run for it.
        known: How many more were known from before.
        seconds: How long it took.
        log: File with what the last check printed; empty where none was run.
        notes: What else to know.
    """

    at: float
    base: str
    base_commit: str
    strategy: str
    commands: tuple[str, ...]
    environment: str
    members: tuple[Member, ...]
    aboard: tuple[str, ...]
    breaks: tuple[ProvedBreak, ...] = ()
    out: tuple[LeftOut, ...] = ()
    base_fails: tuple[str, ...] = ()
    unsteady: tuple[str, ...] = ()
    unknown: str = ""
    tree: str = ""
    runs: int = 0
    known: int = 0
    seconds: float = 0.0
    log: str = ""
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether all that were tried work together."""
        return bool(self.aboard) and not self.breaks and not self.unknown


@dataclass(frozen=True, slots=True)
class ProofMarks:
    """What is known of sessions as they are now.

    Attributes:
        sessions: By name; those of which nothing is known are left out.
        breaks: Who breaks base, newest first; each is a warning of its own.
        together: Groups that were proved together, newest first, with the time of each.
        running: Names of those that are being proved.
        tracked: Names of all that were ever tried, at whatever commit.
    """

    sessions: Mapping[str, ProofState] = field(default_factory=lambda: MappingProxyType({}))
    breaks: tuple[tuple[ProvedBreak, float], ...] = ()
    together: tuple[tuple[frozenset[str], float], ...] = ()
    running: frozenset[str] = frozenset()
    tracked: frozenset[str] = frozenset()

    def of(self, session: str) -> ProofState:
        """What is known of a session."""
        return self.sessions.get(session, NOTHING)

    def pair(self, one: str, other: str) -> ProofState:
        """What is known of two sessions together."""
        both = {one, other}
        for each, at in self.breaks:
            if both <= set(each.sessions):
                rest = tuple(name for name in each.sessions if name not in both)
                return ProofState(Mark.BREAKS, rest, each.tests, each.log, at)
        if both <= self.running:
            return ProofState(Mark.RUNNING)
        for names, at in self.together:
            if both <= names:
                return ProofState(Mark.PROVED, at=at)
        return NOTHING


def marks(
    proofs: Iterable[JointProof],
    heads: Mapping[str, str],
    base: str,
    *,
    commands: tuple[str, ...],
    running: Collection[Member] = (),
) -> ProofMarks:
    """What proofs say of sessions as they are now; one of another tree says nothing.

    Args:
        proofs: All there are, newest first.
        heads: Last commit of each session by name.
        base: Commit of base.
        commands: What checks sessions now.
        running: What is being proved.
    """
    breaks: dict[tuple[str, ...], tuple[ProvedBreak, float]] = {}
    together = []
    tracked: set[str] = {each.session for each in running}
    for proof in proofs:
        tracked |= {each.session for each in proof.members if each.session in heads}
        if proof.base_commit != base or proof.commands != commands:
            continue
        there = {each.session for each in proof.members if heads.get(each.session) == each.commit}
        for broken in proof.breaks:
            if there.issuperset(broken.tried):
                breaks.setdefault(broken.sessions, (broken, proof.at))
        # What was checked is all of them together: without one, or with another commit of one, it
        # would have other files.
        if proof.aboard and there.issuperset(proof.aboard):
            together.append((frozenset(proof.aboard), proof.at))
    busy = frozenset(each.session for each in running if heads.get(each.session) == each.commit)
    told: dict[str, ProofState] = {}
    for broken, at in breaks.values():
        for name in broken.sessions:
            rest = tuple(each for each in broken.sessions if each != name)
            told.setdefault(name, ProofState(Mark.BREAKS, rest, broken.tests, broken.log, at))
    for name in busy:
        told.setdefault(name, ProofState(Mark.RUNNING))
    for group, at in together:
        for name in group:
            told.setdefault(name, ProofState(Mark.PROVED, at=at))
    return ProofMarks(
        MappingProxyType(told),
        tuple(breaks.values()),
        tuple(together),
        busy,
        frozenset(tracked),
    )
