"""Format teams and what starting one would do. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual.content import Content

from parallel_tui.model.team.steps import TeamPlan
from parallel_tui.model.team.team import Team
from parallel_tui.model.text.safe import safe
from parallel_tui.ui.widgets.columns import Column, Row

COLUMNS: Final = (
    Column("name", "Team", 8, 24, keep=102, usual=14),
    Column("count", "Sessions", 8, 8, keep=60, right=True),
    Column("what", "What", 20, 400, keep=101, usual=40),
)


def team_row(key: str, team: Team | str) -> Row:
    """A team as a row; why, where it cannot be used."""
    if isinstance(team, str):
        return Row(key, {"name": ((safe(key), "dim"),), "what": ((safe(team), "bad"),)})
    what = team.summary or ", ".join(team.names)
    cells = {
        "name": ((safe(team.name), ""),),
        "count": ((str(len(team.members)), "dim"),),
        "what": ((safe(what), "dim"),),
    }
    return Row(key, cells)


def plan_shown(plan: TeamPlan, done: int = 0) -> Content:
    """Every step of a plan, what is in its way, and what is worth knowing.

    Args:
        plan: The plan.
        done: How many steps are done.
    """
    return Content("\n").join(list(_lines(plan, done)))


def _lines(plan: TeamPlan, done: int) -> Iterator[Content]:
    for each in plan.problems:
        yield Content.styled(safe(f"✗ in the way: {each}", 500), "$text-error")
    for number, step in enumerate(plan.steps, start=1):
        mark = "✓" if number <= done else f"{number}."
        style = "$text-success" if number <= done else "dim"
        yield Content.assemble((f"{mark:>3} ", style), safe(step.words, 500))
    if not plan.steps and not plan.problems:
        yield Content.styled(safe(f"{plan.all_there}.", 200), "dim")
    for one in plan.expected:
        both = safe(f"~ {one.one} and {one.other} may overlap:", 200)
        yield Content.styled(both, "$text-warning")
        for line in one.evidence:
            yield Content.assemble(("    ", ""), safe(line, 500))
    for note in plan.notes:
        yield Content.styled(safe(f"! {note}", 500), "$text-warning")
