"""Show errors and results to the user of the dashboard."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

from parallel_tui.command_lines import settled_words
from parallel_tui.errors import ParallelError
from parallel_tui.model.lifecycle.recovery import Settled, unfinished
from parallel_tui.model.text.safe import safe
from parallel_tui.ui.advice import hint_of, keys_of, said
from parallel_tui.ui.dialogs.error import ErrorDialog
from parallel_tui.ui.telling.app import TellingApp

if TYPE_CHECKING:
    from textual.app import App

    from parallel_tui.bootstrap import Core

_SHORT: Final = 160
"""Longest message for a toast; more than that wants to be read in peace."""


def tell(
    app: App[int],
    message: str,
    *,
    title: str = "",
    severity: Literal["information", "warning", "error"] = "information",
    about: Sequence[str] = (),
) -> None:
    """Show a toast, sanitised, in place of news of the same thing that came before or come later.

    It is the answer to a key, and names the way back; news say less.

    Args:
        app: The application.
        message: What to say, in one or more lines.
        title: A heading.
        severity: How loud.
        about: Ids of what it is about, where that has any.
    """
    if isinstance(app, TellingApp):
        for each in about:
            app.take_over(each)
    lines = "\n".join(safe(line, 400) for line in message.splitlines())
    app.notify(lines, title=title, severity=severity, markup=False)


def report(app: App[int], error: Exception, of: str = "") -> None:
    """Show an error: as a toast if short and expected, else in a dialog.

    Args:
        app: The application.
        error: What happened.
        of: The repository it happened in, where there are several.
    """
    hint = hint_of(error, keys_of(app)) if isinstance(error, ParallelError) else ""
    if isinstance(error, ParallelError) and _is_short(error, hint):
        text = f"{error.message}\n{hint}" if hint else error.message
        tell(app, f"{of}: {text}" if of else text, title=error.title, severity="error")
    else:
        app.push_screen(_dialog(app, error, of))


async def explain(app: App[int], error: Exception, of: str = "") -> None:
    """Show an error in a dialog and wait until it is closed; from a worker only.

    Args:
        app: The application.
        error: What happened.
        of: The repository it happened in, where there are several.
    """
    await app.push_screen_wait(_dialog(app, error, of))


def tell_odd(app: App[int], core: Core, of: str = "") -> None:
    """Tell what was cut off in a repository, and what is odd about its settings.

    Args:
        app: The application.
        core: The repository.
        of: What to say before, where there are several.
    """
    for verb in core.tools.unfinished():
        text = unfinished(verb)
        words = text if of else text[:1].upper() + text[1:]
        tell(app, of + words, title="Interrupted", severity="warning")
    for warning in core.loaded.warnings:
        tell(app, of + warning, title="Configuration", severity="warning")


def tell_recovered(app: App[int], settled: Settled, of: str = "") -> None:
    """Tell how a change that was cut off was settled, and what is left to do.

    Args:
        app: The application.
        settled: What became of it.
        of: What to say before, where there are several repositories.
    """
    remedies = (said(each, keys_of(app)) for each in settled.remedy)
    words = "\n".join((settled_words(settled), *remedies))
    title = "Still unfinished" if settled.open else "Recovered"
    tell(app, of + words, title=title, severity="warning")


def _is_short(error: ParallelError, hint: str) -> bool:
    if len(error.said.splitlines()) > 1:
        return False
    return len(error.message) + len(hint) <= _SHORT and "\n" not in error.message


def _dialog(app: App[int], error: Exception, of: str) -> ErrorDialog:
    made = _explained(app, error)
    made.of = of
    return made


def _explained(app: App[int], error: Exception) -> ErrorDialog:
    if isinstance(error, ParallelError):
        return ErrorDialog(error.title, error.message, hint_of(error, keys_of(app)), error.said)
    return ErrorDialog(
        "Something went wrong",
        f"{type(error).__name__}: {error}",
        "The dashboard keeps running. Please report this with the details below.",
        "".join(traceback.format_exception(error)),
    )
