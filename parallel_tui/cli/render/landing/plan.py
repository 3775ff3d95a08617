"""A plan of landings, in words and as JSON."""

from __future__ import annotations

from parallel_tui.cli.render.output import one_line
from parallel_tui.landing_words import against, driver_words, remedy, size_words, some, way_out
from parallel_tui.model.landing.plan import Block
from parallel_tui.model.landing.resolution import known_note
from parallel_tui.model.text.words import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from parallel_tui.cli.render.output import Output
    from parallel_tui.cli.render.schema_locks import Json
    from parallel_tui.model.landing.check import CheckRecord
    from parallel_tui.model.landing.plan import Blocked, ChangeSize, LandingPlan, Turn
    from parallel_tui.model.proving.proof import ProofMarks


def plan_json(plan: LandingPlan, known: ProofMarks | None = None) -> Json:
    """A plan as JSON; with what was proved of the sessions, where anything was."""
    return {
        "base": {"name": plan.base.name, "ref": plan.base.ref, "commit": plan.base.oid},
        "strategy": plan.strategy.value,
        "order": [_place_json(each) | _proof(each.session, known) for each in plan.order],
        "blocked": [_blocked_json(each, plan) for each in plan.blocked],
        "method": plan.method,
        "tree": plan.tree,
        "changes": _size_json(plan.size),
        "notes": list(plan.notes),
        "elsewhere": [
            {
                "session": each.key,
                "host": each.host,
                "commit": each.head,
                "uncommitted": each.dirty,
                "base": list(each.base),
                "meets": [
                    {"session": met.session, "first": met.first or None, "paths": list(met.paths)}
                    for met in each.meetings
                ],
            }
            for each in plan.elsewhere
        ],
        "drivers": {name: list(paths) for name, paths in plan.drivers},
    }


def _place_json(place: Turn) -> Json:
    return {
        "session": place.session,
        "branch": place.branch,
        "commit": place.commit,
        "tree": place.tree,
        "reason": place.reason,
        "changes": _size_json(place.size),
        "resolved": list(place.resolved),
        "checks": [
            {"kind": each.needed.value, "met": each.met, "evidence": each.evidence}
            for each in place.conditions
        ],
    }


def _proof(session: str, known: ProofMarks | None) -> Json:
    if known is None:
        return {}
    from parallel_tui.cli.render.joint.marks import state_json

    return {"proof": state_json(known.of(session))}


def _size_json(size: ChangeSize | None) -> Json | None:
    if size is None:
        return None
    return {"files": size.files, "added": size.added, "removed": size.removed}


def _blocked_json(blocked: Blocked, plan: LandingPlan) -> Json:
    reasons: list[Json] = [
        {
            "kind": each.needed.value,
            "known": each.met is not None,
            "with": list(each.others),
            "together": False,
            "paths": list(each.paths),
            "detail": each.evidence,
            "fix": remedy(blocked.session, each, plan),
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
                "detail": against(found, plan),
                "fix": way_out(blocked.session, found, plan),
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
    how = "passed" if record.passed else f"{record.ending}; its output: {record.log}"
    return f"{glyph} " + one_line(
        f"{name} at {record.commit[:10]}: {how}, in {record.seconds:.1f}s"
    )


def show(plan: LandingPlan, output: Output, known: ProofMarks | None = None) -> None:
    """Print a plan for people; with what was proved of the sessions, where anything was."""
    for line in _lines(plan, output, known):
        output.line(line)
    for note in filter(None, (*plan.notes, driver_words(plan))):
        output.talk(f"pdev: note: {note}")
    count = plural(len(plan.order), "session")
    held = f": {size_words(plan.size)}" if plan.order and plan.size is not None else ""
    output.talk(
        f"{count} would land on {plan.base.name} ({plan.strategy.value}){held}; {_how_far(plan)}"
    )


def _how_far(plan: LandingPlan) -> str:
    if plan.by_hand is not None:
        return "in the order that you gave"
    if not plan.exact:
        return "a good order, but not all of them could be tried: another may land more"
    if any(each.opponent is not None for each in plan.blocked):
        return "no order lands more"
    return "nothing that is ready stays out" if plan.order else "nothing is ready"


def _lines(plan: LandingPlan, output: Output, known: ProofMarks | None) -> Iterator[str]:
    for number, each in enumerate(plan.order, 1):
        mark = output.paint(f"{number:>3}", "32")
        proved = _proved(each.session, known)
        yield f"{mark}  " + one_line(f"{each.session} ({each.branch}): {each.reason}{proved}")
    for blocked in plan.blocked:
        mark = output.paint("  ✗", "33")
        yield f"{mark}  " + one_line(_who(blocked))
        for condition in blocked.unmet:
            unknown = "unknown: " if condition.met is None else ""
            paths = f": {some(condition.paths)}" if condition.paths else ""
            yield one_line(f"       {unknown}{condition.evidence}{paths}")
            yield one_line(f"         → {remedy(blocked.session, condition, plan)}")
        if (found := blocked.opponent) is not None:
            yield one_line(f"       {against(found, plan)}")
            if found.resolved:
                yield one_line(f"       {known_note(found.resolved)}")
            yield one_line(f"         → {way_out(blocked.session, found, plan)}")
            if found.order:
                lost = [each.session for each in plan.order if each.session not in found.order]
                without = f", without {', '.join(lost)}" if lost else ""
                yield one_line(f"         or this order: {', '.join(found.order)}{without}")


def _proved(session: str, known: ProofMarks | None) -> str:
    """What was proved of a session, with its glyph; empty where nothing ever was."""
    if known is None:
        return ""
    from parallel_tui.model.overlap.joint import words

    told = known.of(session)
    return f"; {told.mark.glyph} {words(told) or 'not proved as it is now'}"


def _who(blocked: Blocked) -> str:
    return blocked.session + (f" ({blocked.branch})" if blocked.branch else "")
