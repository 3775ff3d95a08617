"""Format all that is known of one session's landing. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual.content import Content

from parallel_tui.landing_words import against, remedy, size_words, way_out
from parallel_tui.model.landing.plan import Block, Blocked, LandingPlan, Turn
from parallel_tui.model.landing.readiness import Condition, Needed
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import plural
from parallel_tui.record import dataclass
from parallel_tui.ui.widgets.columns import Column, Row, Span

COLUMNS: Final = (
    Column("mark", "", 1, 1),
    Column("what", "Condition", 8, 22),
    Column("words", "What was seen", 20, 400),
)

MARKS: Final[dict[bool | None, Span]] = {
    True: ("✓", "good"),
    False: ("✗", "bad"),
    None: ("?", "waiting"),
}

_NAMES: Final = {
    Needed.BRANCH: "branch",
    Needed.OPERATION: "at rest",
    Needed.CLEAN: "clean",
    Needed.AHEAD: "has work",
    Needed.LEFT: "not in base yet",
    Needed.CHECK: "tests",
    Needed.BOUNDARIES: "boundaries",
}

_MOST: Final = 40
"""Paths that are listed."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that speaks for or against a session's landing.

    Attributes:
        mark: Whether it is for or against it.
        what: A word or two.
        words: What was seen.
        paths: Files that it is about.
        fix: What to do; empty for nothing.
        against: The session that it conflicts with, empty for base; `None` for no conflict.
    """

    mark: Span
    what: str
    words: str
    paths: tuple[str, ...] = ()
    fix: str = ""
    against: str | None = None


def entry_of(name: str, plan: LandingPlan) -> Turn | Blocked | None:
    """What a plan says of a session; `None` where it does not know it."""
    every: tuple[Turn | Blocked, ...] = (*plan.order, *plan.blocked)
    return next((each for each in every if each.session == name), None)


def heading(name: str, plan: LandingPlan) -> list[str]:
    """A session's name and commit, and its place, in up to two lines."""
    entry = entry_of(name, plan)
    if entry is None:
        return []
    branch = f" ({entry.branch})" if entry.branch else ""
    told = [f"{entry.session}{branch}" + (f" at {entry.commit[:10]}" if entry.commit else "")]
    if isinstance(entry, Turn):
        size = f"; {size_words(entry.size)}" if entry.size is not None else ""
        place = plan.order.index(entry) + 1
        told.append(f"lands as number {place} of {len(plan.order)}: {entry.reason}{size}")
    return told


def detail(name: str, plan: LandingPlan) -> list[Fact]:
    """All that speaks for or against a session's landing; what is in the way comes first."""
    entry = entry_of(name, plan)
    if entry is None:
        return []
    found = list(_opponents(entry, plan)) if isinstance(entry, Blocked) else []
    shown = {each.needed: each for each in entry.conditions}
    if isinstance(entry, Blocked):  # what the simulation found stands for what was looked at
        shown |= {each.needed: each for each in entry.unmet}
    facts = [
        Fact(
            MARKS[each.met],
            _NAMES[each.needed],
            each.evidence,
            each.paths,
            "" if each.met else fix(name, each, plan),
        )
        for each in shown.values()
    ]
    return [*found, *sorted(facts, key=lambda each: each.mark == MARKS[True])]


def _opponents(blocked: Blocked, plan: LandingPlan) -> Iterator[Fact]:
    found = blocked.opponent
    if found is None:
        return
    way = (
        "press e on the plan: it lands as it was resolved before"
        if found.resolvable
        else way_out(blocked.session, found, plan)
    )
    if found.order:
        way += f"\nor this order: {', '.join(found.order)}"
    mark = MARKS[None] if found.kind is Block.UNTRIED else MARKS[False]
    if found.kind is Block.LEFT_OUT:
        mark = ("○", "dim")
    many = plural(len(found.paths), "file")
    if found.kind is Block.BASE:
        words = f"it conflicts with {plan.base.name} in {many}"
        yield Fact(mark, "conflict", words, found.paths, way, "")
    elif found.kind is not Block.CONFLICT:
        yield Fact(mark, found.kind.value.replace("-", " "), against(found, plan), (), way)
    for name in found.names if found.kind is Block.CONFLICT else ():
        together = " once all of them are in" if found.together else ""
        words = f"it conflicts with {name}{together} in {many}"
        yield Fact(mark, "conflict", words, found.paths, way, name)


def detail_row(key: str, fact: Fact) -> Row:
    """A fact as a row."""
    return Row(
        key,
        {
            "mark": (fact.mark,),
            "what": ((fact.what, "name"),),
            "words": ((safe(fact.words, 1_000), "" if fact.fix else "dim"),),
        },
        {"words": safe(fact.words, 2_000)},
    )


def fact_about(fact: Fact) -> Content:
    """A fact in full."""
    parts: list[tuple[str, str] | str] = [f"{safe(fact.words, 2_000)}\n"]
    parts += [(f"    {safe(path)}\n", "dim") for path in fact.paths[:_MOST]]
    if len(fact.paths) > _MOST:
        parts.append((f"    and {len(fact.paths) - _MOST} more\n", "dim"))
    parts += [f"→ {safe(line, 1_000)}\n" for line in fact.fix.split("\n") if line]
    return Content.assemble(*parts).rstrip()


def about(name: str, plan: LandingPlan) -> Content:
    """A session's place, and what is in its way with what to do, or what it goes by."""
    head = heading(name, plan)
    if not head:
        return Content("")
    first, *rest = head
    parts: list[tuple[str, str] | str] = [(f"{safe(first, 300)}\n", "bold")]
    parts += [f"{safe(each, 500)}\n" for each in rest]
    for fact in detail(name, plan):
        colour = {"good": "$text-success", "bad": "$text-error", "waiting": "$text-warning"}
        parts += [(f"{fact.mark[0]} ", colour.get(fact.mark[1], "dim")), safe(fact.words, 1_000)]
        paths = ", ".join(fact.paths[:5]) + (" …" if len(fact.paths) > 5 else "")
        if paths:
            parts.append((f": {safe(paths, 300)}", "dim"))
        parts.append("\n")
        parts += [(f"  → {safe(line, 500)}\n", "dim") for line in fact.fix.split("\n") if line]
    return Content.assemble(*parts).rstrip()


def fix(name: str, condition: Condition, plan: LandingPlan) -> str:
    """What makes a condition be met, by key where there is one."""
    if condition.needed is Needed.CHECK and plan.commands and condition.met is None:
        return "press c to check it"
    return remedy(name, condition, plan)
