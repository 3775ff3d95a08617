"""Format plans of landings as table cells and texts. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from parallel_tui.landing_words import against, size_words
from parallel_tui.model.landing.arranged import ArrangedLandings
from parallel_tui.model.landing.plan import Block, Blocked, LandingPlan, Turn
from parallel_tui.model.landing.readiness import Needed
from parallel_tui.model.landing.run import LandingStep, Phase
from parallel_tui.model.overlap.joint import Mark
from parallel_tui.model.proving.proof import ProofMarks
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import plural
from parallel_tui.record import dataclass, field
from parallel_tui.services.landing.running.receipt import LandingReceipt
from parallel_tui.ui.present.landing_detail import MARKS, entry_of
from parallel_tui.ui.widgets.columns import Cell, Column, Row, Span

COLUMNS: Final = (
    Column("mark", "", 2, 3, right=True),
    Column("session", "Session", 16, 32, keep=102, middle=True),
    Column("branch", "Branch", 16, 24, keep=10, always=False, usual=20, middle=True),
    Column("check", "Check", 9, 10, keep=95),
    Column("proof", "Proved", 6, 12, keep=70, always=False),
    Column("size", "Changes", 16, 24, keep=40, always=False),
    Column("why", "Why here, or why not", 30, 400, keep=101, usual=40),
)


@dataclass(frozen=True, slots=True)
class PlanMoment:
    """What is known besides the plan.

    Attributes:
        arranged: What was arranged by hand.
        sure: Number of places, from the top, of which the plan is of this arrangement.
        changed: Names of sessions that have changed since they were looked at.
        checks: By session, what its check is doing: `running` or `queued`.
        run: By session, its mark and words in a run of landings.
        proofs: What was proved of sessions as they are; `None` where nobody looks.
    """

    arranged: ArrangedLandings
    sure: int
    changed: Collection[str] = ()
    checks: Mapping[str, str] = field(default_factory=dict)
    run: Mapping[str, tuple[Span, Span]] = field(default_factory=dict)
    proofs: ProofMarks | None = None


def rows(plan: LandingPlan, now: PlanMoment) -> Iterator[Row]:
    """One row a session."""
    turns = {each.session: each for each in plan.order}
    blocked = {each.session: each for each in plan.blocked}
    number = 0
    for place, name in enumerate(now.arranged.rows(plan)):
        sure = place < now.sure
        if (turn := turns.get(name)) is not None and name not in now.arranged.out:
            number += 1
            mark, why = (str(number), "good"), (turn.reason, "dim")
        elif name in now.arranged.out:
            mark, why = ("○", "dim"), ("you took it out; Space puts it back", "dim")
        else:
            mark, why = _blocked(blocked[name], plan)
        if not sure:
            mark, why = ("…", "dim"), ("being worked out", "dim")
        elif name in now.changed:
            mark, why = ("~", "note"), (f"changed since; it was: {why[0]}", "dim")
        mark, why = now.run.get(name, (mark, why))
        entry = turn or blocked[name]
        size = turn.size if turn is not None and sure else None
        yield Row(
            name,
            {
                "mark": (mark,),
                "session": ((safe(name), "name"),),
                "branch": ((safe(entry.branch or ""), "dim"),),
                "check": (_check(entry, now.checks.get(name, "")),),
                "proof": _proof(name, now.proofs),
                "size": ((size_words(size).replace(",", ""), "dim"),) if size is not None else (),
                "why": ((safe(why[0]), why[1]),),
            },
            {"why": safe(why[0], 2_000), "session": safe(name, 2_000)},
        )


_PROOF_TONES: Final = {Mark.PROVED: "good", Mark.BREAKS: "bad", Mark.RUNNING: "accent"}
_PROOF_WORDS: Final = {Mark.PROVED: "proved", Mark.BREAKS: "breaks", Mark.RUNNING: "running"}


def _proof(name: str, proofs: ProofMarks | None) -> Cell:
    """What was proved of a session as it is now; nothing where nothing was."""
    mark = proofs.of(name).mark if proofs is not None else Mark.UNKNOWN
    if mark is Mark.UNKNOWN:
        return ()
    return ((f"{mark.glyph} {_PROOF_WORDS[mark]}", _PROOF_TONES[mark]),)


def _blocked(each: Blocked, plan: LandingPlan) -> tuple[Span, Span]:
    if each.unmet:
        first = each.unmet[0]
        more = f"; {len(each.unmet) - 1} more" if len(each.unmet) > 1 else ""
        tone = "dim" if first.needed in (Needed.AHEAD, Needed.LEFT) else "waiting"
        return ("·", "dim"), (f"{first.evidence}{more}", tone)
    if each.opponent is None:
        return ("·", "dim"), ("", "")
    if each.opponent.kind is Block.LEFT_OUT:
        return ("○", "dim"), (against(each.opponent, plan), "dim")
    return ("✗", "bad"), (against(each.opponent, plan), "bad")


def _check(entry: Turn | Blocked, doing: str) -> Span:
    """How its check stands."""
    if doing:
        return f"… {doing}", "accent"
    found = next((each for each in entry.conditions if each.needed is Needed.CHECK), None)
    if found is None:
        return "", ""
    words = {True: "passed", False: "failed", None: "not run"}[found.met]
    glyph, tone = MARKS[found.met]
    return f"{glyph} {words}", tone


def summary(plan: LandingPlan, arranged: ArrangedLandings, *, checked: bool) -> str:
    """What lands, and how far that can be relied upon."""
    every = len(plan.order) + len(plan.blocked)
    if not every:
        return "There is no session beside base: n on the dashboard starts one."
    counted = "" if checked else ", whether or not their tests are known to pass"
    counted += ", conflicts resolved as before" if plan.resolved else ""
    if not plan.order:
        todo = sum(unchecked(each.session, plan) for each in plan.blocked)
        way = " C checks those of which nothing is known." if todo and plan.commands else ""
        return f"None of {plural(every, 'session')} can land{counted}.{way}"
    held = f": {size_words(plan.size)}" if plan.size is not None else ""
    lands = "lands" if len(plan.order) == 1 else "land"
    first = (
        f"{len(plan.order)} of {plural(every, 'session')} {lands} by {plan.strategy}{counted}{held}"
    )
    return f"{first}. {_how_far(plan, arranged)}"


def _how_far(plan: LandingPlan, arranged: ArrangedLandings) -> str:
    if plan.by_hand is not None:
        stuck = len(plan.by_hand) - len(plan.order)
        lost = f", of which {stuck} cannot land" if stuck else ""
        return f"Your order{lost}; r computes the best one."
    if not plan.exact:
        return "A good order; not every one could be tried, so another may land more."
    without = " without those you took out" if arranged.out else ""
    if any(each.opponent and each.opponent.kind is not Block.LEFT_OUT for each in plan.blocked):
        return f"No order lands more{without}."
    return f"All that is ready lands{without}."


def unchecked(name: str, plan: LandingPlan) -> bool:
    """Whether a session could be checked, and it is not known how that ends."""
    entry = entry_of(name, plan)
    if entry is None or entry.commit is None:
        return False
    stands = {each.needed: each.met for each in entry.conditions}
    return (
        stands.get(Needed.CHECK, False) is None
        and stands.get(Needed.CLEAN) is True
        and stands.get(Needed.OPERATION) is True
    )


def question(plan: LandingPlan, undo: str) -> tuple[str, str]:
    """What landing a plan would do, as a question and all that it names.

    Args:
        plan: What would land.
        undo: How it is taken back, in words.
    """
    count = plural(len(plan.order), "session")
    told = [
        f"{place}  {each.session} ({each.branch}) at {each.commit[:10]}"
        + (f": {size_words(each.size)}" if each.size is not None else "")
        for place, each in enumerate(plan.order, 1)
    ]
    where = f"in its worktree {plan.place}" if plan.place else "which is checked out nowhere"
    told.append(f"{plan.base.name} moves forward from {plan.base.oid[:10]}, {where}.")
    doubtful = [each.session for each in plan.order if not _passed(each)]
    if doubtful:
        told.append(f"NOT known to pass their tests: {', '.join(doubtful)}")
    told += [
        f"Conflicts are resolved as before in {each.session}: {', '.join(each.resolved)}"
        for each in plan.order
        if each.resolved
    ]
    left = [each for each in plan.blocked if each.opponent is not None]
    told += [
        f"Stays out: {each.session}; {against(each.opponent, plan)}"
        for each in left
        if each.opponent
    ]
    told += ["Nothing is pushed.", undo]
    return f"Land {count} on {plan.base.name} by {plan.strategy}?", "\n".join(told)


def _passed(turn: Turn) -> bool:
    return any(each.needed is Needed.CHECK and each.met for each in turn.conditions)


def step_cells(step: LandingStep) -> tuple[Span, Span]:
    """The mark and the words of a session in a run."""
    landed = step.phase is Phase.LANDED
    return ("✓", "good") if landed else ("…", "accent"), (
        step.message,
        "good" if landed else "accent",
    )


def outcome(receipt: LandingReceipt, undo: str) -> list[str]:
    """How a run ended, in lines.

    Args:
        receipt: What it came to.
        undo: How it is taken back, in words.
    """
    told = [receipt.message]
    if receipt.stopped:
        told.append(f"{receipt.stopped.rstrip('.')}. {receipt.hint}".rstrip())
    if receipt.landed:
        told.append(undo)
    return told
