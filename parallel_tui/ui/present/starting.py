"""Words about a session that is to be started: what would be made, or why nothing can be. Pure."""

from __future__ import annotations

from textual.content import Content

from parallel_tui.errors import CouldNotLookError, ParallelError
from parallel_tui.model.lifecycle.spawn import SpawnPlan, SpawnRequest
from parallel_tui.model.text.safe import safe
from parallel_tui.ui.advice import Keys, hint_of


def as_refusal(error: Exception) -> ParallelError:
    """Any failure as one that can be shown."""
    if isinstance(error, ParallelError):
        return error
    return CouldNotLookError(f"The session could not be started: {error}")


def outcome(request: SpawnRequest, plan: SpawnPlan) -> Content:
    """The preview: what would be made."""
    rows = [
        ("branch", f"{plan.branch}  from {plan.start}" if plan.start else plan.branch),
        ("in", plan.directory),
        ("window", plan.window or "none"),
    ]
    rows += [("lands", f"after {', '.join(plan.after)}")] if plan.after else []
    shown = [Content.assemble((f"{label:<8} ", "dim"), safe(text, 1000)) for label, text in rows]
    if plan.changes:
        why = "; ".join(plan.changes)
        told = safe(f"{request.name!r} → {plan.name}: {why}", 500)
        shown.append(Content.styled(told, "$text-accent"))
    shown += [Content.styled(safe(f"! {text}", 500), "$text-warning") for text in plan.warnings]
    return Content("\n").join(shown)


def failure(error: ParallelError, keys: Keys) -> Content:
    """The preview: why nothing can be made."""
    told = [Content.styled(safe(error.message), "$text-error")]
    lines = hint_of(error, keys).splitlines()
    told += [Content.styled(safe(line), "dim") for line in lines]
    return Content("\n").join(told)
