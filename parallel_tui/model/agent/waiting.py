"""What an agent waits for."""

from __future__ import annotations

from enum import StrEnum


class WaitsFor(StrEnum):
    """What an agent asks of the person at the screen."""

    PERMISSION = "permission"
    """To run a tool; the evidence's detail names it, with its command."""
    QUESTION = "question"
    """An answer to a question, which stands in the evidence's detail."""
    PLAN = "plan"
    """Approval of a plan."""
    SIGN_IN = "sign-in"
    """Signing in to the model's provider."""
    TRUST = "trust"
    """Leave to work in a directory it does not know."""
    DIALOG = "dialog"
    """Something else that is open on its screen."""
