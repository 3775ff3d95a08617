"""What is in the way of a landing, and what to do about it, in words for people."""

from __future__ import annotations

from parallel_tui.command_lines import quoted
from parallel_tui.model.landing.plan import Block
from parallel_tui.model.landing.readiness import CLAIM, Needed
from parallel_tui.model.text.words import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from parallel_tui.model.landing.plan import ChangeSize, LandingPlan, Opponent
    from parallel_tui.model.landing.readiness import Condition

_MOST: Final = 5


def some(names: Sequence[str]) -> str:
    """The first few of some names, and how many more there are."""
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more


def size_words(size: ChangeSize) -> str:
    """How much something changes: `3 files, +10 −2`."""
    return f"{plural(size.files, 'file')}, +{size.added} −{size.removed}"


def driver_words(plan: LandingPlan) -> str:
    """Which merge drivers merge what; empty where none does."""
    told = [f"{name} merges {some(paths)}" for name, paths in plan.drivers]
    return f"{'; '.join(told)}, as your attributes say" if told else ""


def against(found: Opponent, plan: LandingPlan) -> str:
    """What is in the way of a session that is ready."""
    if found.kind is Block.DEPENDENCY:
        return found.detail
    if found.kind is Block.UNTRIED:
        return f"unknown: it could not be tried: {found.detail}"
    if found.kind is Block.LEFT_OUT:
        return "you left it out"
    others = plan.base.name if found.kind is Block.BASE else some(found.names)
    together = " once they are all in" if found.together else ""
    return f"it conflicts with {others}{together} in {some(found.paths)}"


def way_out(session: str, found: Opponent, plan: LandingPlan) -> str:
    """What to do about it."""
    name = quoted(session)
    if found.resolvable:
        return f"land it as it was resolved before: pdev merge plan --resolved {name}"
    if found.kind is Block.BASE:
        return f"bring it up to date and resolve what conflicts: pdev sync {name}"
    if found.kind is Block.DEPENDENCY:
        return f"make {found.names[0]} ready to land, or land that by itself first"
    if found.kind is Block.UNTRIED:
        return f"look at it alone: pdev merge plan {name}"
    if found.kind is Block.LEFT_OUT:
        return "it is ready: land it with the others, or later"
    last = found.names[-1] if found.names else plan.base.name
    return f"once {last} has landed, resolve it in its worktree: pdev sync {name}"


def remedy(session: str, condition: Condition, plan: LandingPlan) -> str:
    """What makes a condition be met."""
    name = quoted(session)
    there = f'cd "$(pdev path {name})"'
    if condition.needed is Needed.CLEAN and condition.met is None:
        return f"look once it can be seen: {there} && git status"
    return {
        Needed.BRANCH: f"put its work on a branch: {there} && git switch -c BRANCH",
        Needed.OPERATION: f"finish it or take it back: {there} && git status",
        Needed.CLEAN: f"commit it, or put it away: {there} && git status",
        Needed.AHEAD: "commit something there first; what has landed goes with pdev cleanup",
        Needed.LEFT: "nothing is left to land: pdev cleanup",
        Needed.CHECK: _how_to_check(name, condition, plan),
        Needed.BOUNDARIES: f"see whose they are, and ask: pdev check --boundaries {name}",
    }[condition.needed]


def _how_to_check(name: str, condition: Condition, plan: LandingPlan) -> str:
    if not plan.commands:
        return f"run its tests, and say {CLAIM!r} in the subject of its last commit"
    if condition.met is None:
        return f"check it: pdev merge check {name}"
    return f"make it pass, commit, and check it: pdev merge check {name}"
