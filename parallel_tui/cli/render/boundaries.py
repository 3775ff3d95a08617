"""What sessions changed against locks and boundaries, in words and as JSON."""

from __future__ import annotations

from parallel_tui.cli.render.output import one_line
from parallel_tui.command_lines import BOUNDARY_LINES
from parallel_tui.model.policy import core
from parallel_tui.model.text.words import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.cli.render.output import Output
    from parallel_tui.cli.render.schema_locks import Json
    from parallel_tui.model.policy.evaluate import Touch
    from parallel_tui.model.policy.formats import CompiledPolicy
    from parallel_tui.services.policy.check import BoundaryReport

_COLOURS: Final = {"deny": "31", "ask": "35", "warn": "33", "observe": "36"}
_MOST: Final = 5


def report_json(report: BoundaryReport) -> Json:
    """A report as JSON."""
    policy = report.policy
    return {
        "against": {"name": policy["base"]["name"], "commit": policy["base"]["commit"]},
        "boundaries": {
            "source": policy["source"],
            "blob": policy["base"]["blob"],
            "levels": policy["levels"],
            "problems": policy["problems"],
            "warnings": policy["warnings"],
            "sessions": [
                {
                    "name": each["name"],
                    "shared": each["shared"],
                    "note": each["note"],
                    "owns": [line[1] for line in each["owns"]],
                    "can_read": [line[1] for line in each["can_read"]],
                }
                for each in policy["sessions"]
            ],
        },
        "checked": list(report.sessions),
        "action": max(
            (each.action for each in report.touches), key=core.ACTIONS.index, default="allow"
        ),
        "touches": [touch_json(each) for each in report.touches],
    }


def touch_json(touch: Touch) -> Json:
    """One path, and what is said about it, as JSON."""
    return {
        "session": touch.session,
        "path": touch.path,
        "where": [str(each) for each in touch.where],
        "verdict": touch.verdict,
        "action": touch.action,
        "owner": touch.owner,
        "pattern": touch.pattern,
        "since": touch.since,
        "sentence": touch.worded(BOUNDARY_LINES) if touch.sentence else "",
    }


def _tell_file(policy: CompiledPolicy, output: Output) -> None:
    for problem in policy["problems"]:
        output.line(f"{output.paint('broken ', '31')}  {one_line(problem)}")
    for warning in policy["warnings"]:
        output.talk(f"pdev: note: {warning}")


def tell_policy(policy: CompiledPolicy, output: Output) -> int:
    """Print what was compiled; returns the exit status, which is not zero for a broken file."""
    if output.json:
        output.data({"against": policy["base"], "problems": policy["problems"]})
        return 2 if policy["problems"] else 0
    _tell_file(policy, output)
    count = plural(len(policy["sessions"]), "session")
    output.talk(f"Boundaries of {count} are compiled, as of {policy['base']['name']}.")
    return 2 if policy["problems"] else 0


def tell(report: BoundaryReport, output: Output) -> None:
    """Print a report: each path that is not plainly allowed, the worst first."""
    policy = report.policy
    base = f"{policy['base']['name']} at {policy['base']['commit'][:7]}"
    _tell_file(policy, output)
    found = sorted(report.touches, key=lambda each: -core.ACTIONS.index(each.action))
    noticed: dict[tuple[str, str], list[Touch]] = {}
    for touch in found:
        if touch.verdict == "unknown":
            continue  # what is broken was told once
        if touch.action == "observe":
            noticed.setdefault((touch.session, touch.verdict), []).append(touch)
        elif touch.action != "allow":
            stands = ", ".join(touch.where)
            said = f"{touch.session}: {touch.worded(BOUNDARY_LINES)} [{stands}]"
            output.line(f"{_word(touch.action, output)}  {one_line(said)}")
    for (session, verdict), group in noticed.items():
        paths = [core.shown(each.path) for each in group[:_MOST]]
        more = [f"{len(group) - _MOST} more"] if len(group) > _MOST else []
        said = f"{session}: {plural(len(group), f'{verdict} path')}: {', '.join(paths + more)}"
        output.line(f"{_word('observe', output)}  {one_line(said)}")
    if not policy["sessions"] and not policy["problems"]:
        output.talk(
            f"{base} has no boundaries, so only locks were looked at. "
            f"`sessions:` in {policy['source']} says who owns which paths."
        )
    count = len({(each.session, each.path) for each in report.touches})
    output.talk(f"{plural(count, 'changed path')} of {', '.join(report.sessions)} checked.")


def _word(action: str, output: Output) -> str:
    return output.paint(f"{action:<7}", _COLOURS[action])
