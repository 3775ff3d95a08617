"""Ask the user a question, or name the option that answers it where nobody can be asked."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO, TypeVar

from parallel_tui.cli.render.output import Output
from parallel_tui.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from parallel_tui.model.settings.consent import TrustNeededError
    from parallel_tui.model.settings.consent_question import Question

T = TypeVar("T")


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


def allowed(
    output: Output, act: Callable[[], T], allow: Callable[[Question], None], *, trust: bool
) -> T:
    """Do something that may run commands of the repository, asking as often as it needs consent.

    What is asked about may differ from one time to the next: a session changed a script.

    Args:
        output: Where to show and ask.
        act: What to do; done again from its beginning after each consent.
        allow: Keeps a consent.
        trust: Whether the command line allowed the commands beforehand.

    Raises:
        TrustNeededError: As `consent` does.
        RefusedError: As `consent` does.
    """
    from parallel_tui.model.settings.consent import TrustNeededError

    while True:
        try:
            return act()
        except TrustNeededError as error:
            consent(output, error, trust=trust)
            allow(error.question)


def has_terminal(output: Output) -> bool:
    """Whether a full-screen program can run here."""
    return _typed_at() and output.out.isatty()


def can_attach(output: Output) -> bool:
    """Whether a window can be shown from here: in this terminal, or in the one around us."""
    from parallel_tui.bootstrap.windows import multiplexers

    return has_terminal(output) or multiplexers.in_window(os.environ)


def demand_attachable(output: Output, later: str) -> None:
    """Refuse `--attach` before anything is made, where no window can be shown.

    Args:
        output: Whether it is a terminal.
        later: What `pdev attach NAME` does instead.

    Raises:
        UsageError: When it cannot be done here.
    """
    if not can_attach(output):
        raise UsageError(
            "--attach needs a terminal, and this is none",
            hint=f"Leave it out; `pdev attach NAME` {later} later.",
        )
