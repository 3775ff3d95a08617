"""Render what a removal would lose as JSON."""

from __future__ import annotations

from parallel_tui.command_lines import said
from parallel_tui.errors import RefusedError
from parallel_tui.model.lifecycle.removal import Loss, RemovalPlan


class LossError(RefusedError):
    """Something would be lost without consent.

    Attributes:
        plan: What would be lost.
    """

    def __init__(self, message: str, *, hint: str, plan: RemovalPlan) -> None:
        super().__init__(message, hint=hint)
        self.plan = plan


def _loss_json(loss: Loss) -> dict[str, object]:
    made: dict[str, object] = {
        "kind": loss.kind.value,
        "summary": loss.summary,
        "items": list(loss.items),
        "count": loss.count,
    }
    if loss.size is not None:
        made["size"] = loss.size
    return made


def plan_json(plan: RemovalPlan, *, delete_branch: bool = False) -> dict[str, object]:
    """A plan as JSON; the notes say what becomes of the branch."""
    return {
        "session": plan.name,
        "key": plan.key,
        "path": plan.path,
        "branch": plan.branch,
        "head": plan.head,
        "losses": [_loss_json(loss) for loss in plan.losses],
        "notes": [said(note) for note in plan.told(delete_branch=delete_branch)],
        "refusal": plan.refusal,
        "windows": list(plan.windows),
        "fingerprint": plan.fingerprint,
    }
