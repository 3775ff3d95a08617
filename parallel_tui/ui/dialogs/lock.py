"""Dialogs that lock paths and release locks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content

from parallel_tui.errors import ParallelError
from parallel_tui.model.sharing.granting import Blocker
from parallel_tui.model.sharing.lock import Lock, LockState
from parallel_tui.model.sharing.words import (
    LOCK_MEANING,
    blocker_words,
    script_words,
)
from parallel_tui.model.text import duration
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import ago
from parallel_tui.services.receipt import Receipt
from parallel_tui.services.sharing.blocked import LockedError
from parallel_tui.services.sharing.locks import Locks
from parallel_tui.ui.advice import Keys
from parallel_tui.ui.dialogs.form import Choice, Field, FormDialog, PathSuggester, Values, paths_in
from parallel_tui.ui.fields import suggest
from parallel_tui.ui.present.starting import failure


def lock_form(
    locks: Locks,
    session: str,
    names: Sequence[str],
    paths: Callable[[], Sequence[str]],
    now: Callable[[], float],
) -> FormDialog:
    """The form that locks paths; it lists every blocker."""

    def send(values: Values, choice: str) -> Receipt:
        return locks.acquire(
            paths_in(values["paths"]),
            session=values["session"] or None,
            reason=values["reason"],
            ttl=duration.parse(values["ttl"]) if values["ttl"] else None,
            take=choice == "take",
        )

    return FormDialog(
        "Lock",
        (
            Field(
                "paths",
                "Paths",
                hint="src/api/** docs/a.md  (→ completes)",
                suggester=PathSuggester(),
            ),
            Field("session", "For", session, suggester=suggest(list(names))),
            Field("reason", "Why", hint="shown to those who are blocked"),
            Field("ttl", "Ends after", hint="30m, 2h, then others can take it over; empty: never"),
        ),
        (
            Choice("lock", "Lock (ctrl+s)"),
            Choice("take", "Take over", danger=True, after=takeable),
        ),
        send,
        explain=lambda error, keys: refusal(error, now(), keys),
        paths=paths,
    )


def unlock_form(locks: Locks, lock: Lock, state: LockState, session: str, now: float) -> FormDialog:
    """The form that ends another session's lock: by releasing it or taking it over."""

    def send(values: Values, choice: str) -> Receipt:
        if choice == "take":
            return locks.acquire([lock.target], session=session, reason=values["reason"], take=True)
        return locks.release([lock.target], session=session, force=True, reason=values["reason"])

    take = [Choice("take", f"Take over for {safe(session, 20)}")]
    over = state in (LockState.TAKEABLE, LockState.DEAD)
    told = f"{safe(lock.owner, 60)} is told who ended it, and why." if lock.owner else ""
    words = [lock_words(lock, state, now), Content.styled(told, "$text-warning")]
    return FormDialog(
        "Unlock",
        (Field("reason", "Why", hint="what its owner is told"),),
        (*(take if over else ()), Choice("unlock", "Unlock", danger=True)),
        send,
        words=Content("\n").join(words),
        enter="take" if over else "unlock",
        explain=lambda error, keys: refusal(error, now, keys),
    )


def lock_words(lock: Lock, state: LockState, now: float) -> Content:
    """All facts about a lock."""
    rows = [
        ("Path", lock.target),
        ("Owner", lock.whose if lock.owner is not None else "unknown"),
        ("Since", ago(lock.since, now) if lock.since is not None else "unknown"),
        ("Why", lock.reason or "–"),
        ("State", f"{state.value}. {LOCK_MEANING[state]}"),
    ]
    rows += [("Script", said) for said in script_words(lock)]
    if lock.problem is not None:
        rows.append(("Problem", lock.problem))
    return labelled(rows)


def labelled(rows: Sequence[tuple[str, str]]) -> Content:
    """Lines of label and value; line breaks of a value are kept."""
    shown = []
    for label, value in rows:
        text = "\n".join(safe(line, 2000) for line in value[:20_000].split("\n"))
        shown.append(Content.assemble((f"{label:<9} ", "dim"), text.replace("\n", "\n" + " " * 10)))
    return Content("\n").join(shown)


def takeable(error: ParallelError) -> bool:
    """Whether every blocker may be taken over."""
    blockers = error.blockers if isinstance(error, LockedError) else ()
    free = (LockState.TAKEABLE, LockState.DEAD)
    return bool(blockers) and all(
        blocker.state in free and not blocker.name_shared for blocker in blockers
    )


def refusal(error: ParallelError, now: float, keys: Keys) -> Content:
    """Every blocker on its own line; any other refusal unchanged."""
    if not isinstance(error, LockedError) or not error.blockers:
        return failure(error, keys)
    return Content("\n").join(_blocker(blocker, now) for blocker in error.blockers)


def _blocker(blocker: Blocker, now: float) -> Content:
    parts = ", ".join(safe(part, 400) for part in blocker_words(blocker, now))
    return Content.assemble(
        (f"{safe(blocker.target, 200)}: ", "bold $text-error"), (parts, "$text-error")
    )
