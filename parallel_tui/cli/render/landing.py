"""A plan of landings, in words and as JSON."""

from __future__ import annotations

import shlex

from parallel_tui.cli.render.output import one_line
from parallel_tui.model.landing.plan import Block
from parallel_tui.model.landing.readiness import CLAIM, Needed
from parallel_tui.model.landing.resolution import known_note
from parallel_tui.model.text.words import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Final

    from parallel_tui.cli.render.output import Output
    from parallel_tui.cli.render.schema_locks import Json
    from parallel_tui.model.landing.check import CheckRecord
    from parallel_tui.model.landing.plan import Blocked, LandingPlan, Opponent, Turn
    from parallel_tui.model.landing.readiness import Condition

_MOST: Final = 5


def plan_json(plan: LandingPlan) -> Json:
    """A plan as JSON."""
    return {
        "base": {"name": plan.base.name, "ref": plan.base.ref, "commit": plan.base.oid},
        "strategy": plan.strategy.value,
        "order": [_place_json(each) for each in plan.order],
        "blocked": [_blocked_json(each, plan) for each in plan.blocked],
        "method": "exact" if plan.exact else "greedy",
        "tree": plan.tree,
        "notes": list(plan.notes),
    }


def _place_json(place: Turn) -> Json:
    return {
        "session": place.session,
        "branch": place.branch,
        "commit": place.commit,
        "tree": place.tree,
        "reason": place.reason,
        "checks": [
            {"kind": each.needed.value, "evidence": each.evidence} for each in place.conditions
        ],
    }


def _blocked_json(blocked: Blocked, plan: LandingPlan) -> Json:
    reasons: list[Json] = [
        {
            "kind": each.needed.value,
            "known": each.met is not None,
            "with": list(each.others),
            "together": False,
            "paths": list(each.paths),
            "detail": each.evidence,
            "fix": _remedy(blocked.session, each, plan),
            "order": [],
            "resolved": [],
        }
        for each in blocked.unmet
    ]
    if (found := blocked.opponent) is not None:
        reasons.append(
            {
                "kind": found.kind.value,
                "known": found.kind is not Block.UNTRIED,
                "with": list(found.names) or ([plan.base.name] if found.kind is Block.BASE else []),
                "together": found.together,
                "paths": list(found.paths),
                "detail": _against(found, plan),
                "fix": _way_out(blocked.session, found, plan),
                "order": list(found.order),
                "resolved": list(found.resolved),
            }
        )
    return {"session": blocked.session, "branch": blocked.branch, "reasons": reasons}


def check_json(name: str, record: CheckRecord) -> Json:
    """How the check of a session ended, as JSON."""
    return {
        "session": name,
        "passed": record.passed,
        "commit": record.commit,
        "tree": record.key.tree,
        "commands": list(record.key.commands),
        "environment": record.key.environment,
        "status": record.status,
        "failed": record.failed,
        "at": record.at,
        "seconds": record.seconds,
        "log": record.log,
    }


def check_line(name: str, record: CheckRecord, output: Output) -> str:
    """How the check of a session ended, in one line."""
    glyph = output.paint("✓", "32") if record.passed else output.paint("✗", "31")
    how = "passed" if record.passed else f"{record.ending}; it said: {record.log}"
    return f"{glyph} " + one_line(
        f"{name} at {record.commit[:10]}: {how}, in {record.seconds:.1f}s"
    )


def show(plan: LandingPlan, output: Output) -> None:
    """Print a plan for people."""
    for line in _lines(plan, output):
        output.line(line)
    for note in plan.notes:
        output.talk(f"pdev: note: {note}")
    count = plural(len(plan.order), "session")
    output.talk(f"{count} would land on {plan.base.name} ({plan.strategy.value}); {_how_far(plan)}")


def _how_far(plan: LandingPlan) -> str:
    if not plan.exact:
        return "a good order, but not all of them could be tried: another may land more"
    if any(each.opponent is not None for each in plan.blocked):
        return "no order lands more"
    return "nothing that is ready stays out" if plan.order else "nothing is ready"


def _lines(plan: LandingPlan, output: Output) -> Iterator[str]:
    for number, each in enumerate(plan.order, 1):
        mark = output.paint(f"{number:>3}", "32")
        yield f"{mark}  " + one_line(f"{each.session} ({each.branch}): {each.reason}")
    for blocked in plan.blocked:
        mark = output.paint("  ✗", "33")
        yield f"{mark}  " + one_line(_who(blocked))
        for condition in blocked.unmet:
            unknown = "unknown: " if condition.met is None else ""
            some = f": {_some(condition.paths)}" if condition.paths else ""
            yield one_line(f"       {unknown}{condition.evidence}{some}")
            yield one_line(f"         → {_remedy(blocked.session, condition, plan)}")
        if (found := blocked.opponent) is not None:
            yield one_line(f"       {_against(found, plan)}")
            if found.resolved:
                yield one_line(f"       {known_note(found.resolved)}")
            yield one_line(f"         → {_way_out(blocked.session, found, plan)}")
            if found.order:
                lost = [each.session for each in plan.order if each.session not in found.order]
                without = f", without {', '.join(lost)}" if lost else ""
                yield one_line(f"         or this order: {', '.join(found.order)}{without}")


def _who(blocked: Blocked) -> str:
    return blocked.session + (f" ({blocked.branch})" if blocked.branch else "")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + more


def _against(found: Opponent, plan: LandingPlan) -> str:
    """What is in the way of a session that is ready."""
    if found.kind is Block.DEPENDENCY:
        return found.detail
    if found.kind is Block.UNTRIED:
        return f"unknown: it could not be tried: {found.detail}"
    others = plan.base.name if found.kind is Block.BASE else _some(found.names)
    together = " once they are all in" if found.together else ""
    return f"it conflicts with {others}{together} in {_some(found.paths)}"


def _way_out(session: str, found: Opponent, plan: LandingPlan) -> str:
    """What to do about it."""
    name = shlex.quote(session)
    if found.kind is Block.BASE:
        return f"bring it up to date and resolve what conflicts: pdev sync {name}"
    if found.kind is Block.DEPENDENCY:
        return f"make {found.names[0]} ready to land, or land that by itself first"
    if found.kind is Block.UNTRIED:
        return f"look at it alone: pdev merge plan {name}"
    last = found.names[-1] if found.names else plan.base.name
    return f"once {last} has landed, resolve it in its worktree: pdev sync {name}"


def _remedy(session: str, condition: Condition, plan: LandingPlan) -> str:
    """What makes a condition be met."""
    name = shlex.quote(session)
    there = f'cd "$(pdev path {name})"'
    return {
        Needed.BRANCH: f"put its work on a branch: {there} && git switch -c BRANCH",
        Needed.OPERATION: f"finish it or take it back: {there} && git status",
        Needed.CLEAN: f"commit it, or put it away: {there} && git status",
        Needed.AHEAD: "commit something there first",
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
