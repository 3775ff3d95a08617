"""Ask the user a question, or name the option that answers it where nobody can be asked."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from parallel_tui.cli.render.output import Output
from parallel_tui.errors import RefusedError

if TYPE_CHECKING:
    from parallel_tui.model.settings.consent import TrustNeededError


def _typed_at() -> bool:
    """Whether standard input is a terminal; a closed one is `None` in Python."""
    stdin: TextIO | None = sys.stdin
    return stdin is not None and stdin.isatty()


def can_ask(output: Output) -> bool:
    """Whether a question would be seen and could be answered."""
    return not output.json and _typed_at() and output.err.isatty()


def confirm(output: Output, question: str, *, option: str) -> None:
    """Ask a yes-or-no question; anything but a clear yes is a no.

    Raises:
        RefusedError: When the answer is no, or nobody can be asked.
    """
    if not can_ask(output):
        raise RefusedError(
            f"{question} Nobody can be asked here", hint=f"Add {option} to answer it beforehand."
        )
    output.err.write(f"{question} [y/N] ")
    output.err.flush()
    answer = sys.stdin.readline().strip().lower()
    if answer not in ("y", "yes"):
        raise RefusedError("You did not say yes; nothing was changed")


def consent(output: Output, needed: TrustNeededError, *, trust: bool) -> None:
    """Show commands of the repository in full, and go on only where they are allowed.

    Args:
        output: Where to show and ask.
        needed: Which commands.
        trust: Whether the command line allowed exactly these beforehand.

    Raises:
        TrustNeededError: When nobody can be asked; the hint names the option.
        RefusedError: When the answer is no.
    """
    for line in needed.question.shown.split("\n"):
        output.whole(f"  | {line}")
    if not trust:
        if not can_ask(output):
            needed.hint = "`--trust` allows exactly these, now and later."
            raise needed
        output.talk(f"{needed.title}: {needed.message}")
        confirm(output, "Run exactly these, now and later?", option="--trust")


def has_terminal(output: Output) -> bool:
    """Whether a full-screen program can run here."""
    return _typed_at() and output.out.isatty()
