"""A plan of landings as a shell script, for whoever wants to land by hand."""

from __future__ import annotations

import shlex

from parallel_tui.errors import RefusedError
from parallel_tui.model.landing.message import landing_message
from parallel_tui.model.landing.plan import Strategy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from parallel_tui.model.landing.plan import LandingPlan, Turn


def lines(plan: LandingPlan) -> Iterator[str]:
    """The script. Each step demands that what it starts from and comes to is what was planned.

    Raises:
        RefusedError: When no worktree has base checked out, in which it could be landed on.
    """
    if plan.place is None:
        raise RefusedError(
            f"{plan.base.name} is checked out nowhere, so nothing can be landed on it by hand",
            hint="Check it out in a worktree first: git worktree add DIRECTORY BRANCH",
        )
    yield "set -e"
    yield f"cd -- {shlex.quote(plan.place)}"
    yield 'same() { [ "$1" = "$2" ] || { echo "stopped: $3 is not as planned" >&2; exit 1; }; }'
    yield f'same "$(git symbolic-ref HEAD)" {shlex.quote(plan.base.ref)} "what is checked out"'
    yield _same("HEAD", plan.base.oid, plan.base.name)
    for turn in plan.order:
        yield _same(f"refs/heads/{turn.branch}", turn.commit, turn.branch)
        if turn.resolved:
            raise RefusedError(
                f"{turn.session} lands with a conflict resolved as before ({turn.resolved[0]}), "
                "which no plain git command does",
                hint="Have it landed without a script, or leave it out.",
            )
        yield from _landing(turn, plan)
        yield _same("HEAD^{tree}", turn.tree, f"{plan.base.name} with {turn.branch}")


def _same(revision: str, planned: str, what: str) -> str:
    """Stop unless something stands where it was planned to."""
    return f'same "$(git rev-parse {shlex.quote(revision)})" {planned} {shlex.quote(what)}'


def _landing(turn: Turn, plan: LandingPlan) -> Iterator[str]:
    branch = shlex.quote(turn.branch)
    message = shlex.quote(landing_message(turn.branch, plan.strategy))
    match plan.strategy:
        case Strategy.MERGE:
            yield f"git merge --no-edit -m {message} {turn.commit}"
        case Strategy.SQUASH:
            yield f"git merge --squash {turn.commit}"
            yield f"git commit --allow-empty -m {message}"
        case Strategy.REBASE:
            onto = shlex.quote(plan.base.ref)
            yield f"git -C {shlex.quote(turn.path)} rebase {onto} {branch}"
            yield f"git merge --ff-only {shlex.quote(f'refs/heads/{turn.branch}')}"
