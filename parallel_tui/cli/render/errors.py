"""Render errors as JSON: the one mapping of every type."""

from __future__ import annotations

import re

from parallel_tui.cli.render.plans import LossError, plan_json
from parallel_tui.command_lines import hint_of
from parallel_tui.errors import ParallelError
from parallel_tui.model.settings.consent import TrustNeededError


def parts(kind: str, title: str, message: str, hint: str) -> dict[str, object]:
    """The parts of every error."""
    return {"kind": kind, "title": title, "message": message, "hint": hint}


def error_json(error: ParallelError) -> dict[str, object]:
    """An error: its kind (`usage`, `refused`, `git`, …), its parts, and its type's own keys."""
    words = re.sub(r"Error$", "", type(error).__name__)
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", words).lower()
    made: dict[str, object] = {"error": parts(kind, error.title, error.message, hint_of(error))}
    match error:
        case LossError():
            made["plan"] = plan_json(error.plan)
        case TrustNeededError():
            made["content"] = error.content
    if error.said:
        made["said"] = error.said
    return made
