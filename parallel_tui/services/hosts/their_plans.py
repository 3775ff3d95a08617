"""Plans and outcomes as another machine tells them. Pure; what cannot be understood is refused."""

from __future__ import annotations

from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.lifecycle.removal import Loss, LossKind, RemovalPlan
from parallel_tui.model.lifecycle.spawn import SpawnPlan
from parallel_tui.model.sync.sync import (
    About,
    Result,
    SessionSync,
    Skip,
    SyncOutcome,
    SyncPlan,
    SyncStep,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from parallel_tui.model.text.strict_json import Json

    T = TypeVar("T")


def understood(host: str, read: Callable[[dict[str, Json]], T], said: dict[str, Json]) -> T:
    """What a machine has told, read by one of the functions here.

    Raises:
        CouldNotLookError: When it is not as this version of the program expects it.
    """
    try:
        return read(said)
    except (KeyError, TypeError, ValueError):
        raise CouldNotLookError(
            f"What {host} answered cannot be understood",
            hint="Its pdev may be of another version than this one.",
        ) from None


def removal_plan(said: dict[str, Json]) -> RemovalPlan:
    """A plan of `remove --dry-run --json`."""
    losses = tuple(
        Loss(
            LossKind(_text(each, "kind")),
            _text(each, "summary"),
            _texts(each, "items"),
            _number(each, "count"),
            _number(each, "size") if each.get("size") is not None else None,
        )
        for each in _objects(said, "losses")
    )
    return RemovalPlan(
        key=_text(said, "key"),
        name=_text(said, "session"),
        path=_perhaps(said, "path"),
        branch=_perhaps(said, "branch"),
        head=_perhaps(said, "head"),
        losses=losses,
        notes=_texts(said, "notes"),
        refusal=_perhaps(said, "refusal"),
        windows=_texts(said, "windows"),
        fingerprint=_text(said, "fingerprint"),
    )


def sync_plan(said: dict[str, Json]) -> SyncPlan:
    """A plan of `sync --dry-run --json`."""
    return SyncPlan(
        base=_text(said, "base"),
        onto=_text(said, "onto"),
        onto_name=_text(said, "onto_name"),
        merge=said["merge"] is True,
        fetched=said["fetched"] is True,
        forward=_perhaps(said, "forward"),
        notes=_texts(said, "notes"),
        sessions=tuple(map(_session_sync, _objects(said, "sessions"))),
    )


def _session_sync(said: dict[str, Json]) -> SessionSync:
    skip = _perhaps(said, "skip")
    steps = tuple(
        SyncStep(
            _text(each, "commit"),
            _text(each, "subject"),
            _texts(each, "conflicts"),
            _texts(each, "resolved"),
        )
        for each in _objects(said, "commits")
    )
    return SessionSync(
        key=_text(said, "key"),
        name=_text(said, "session"),
        path=_text(said, "path"),
        branch=_perhaps(said, "branch"),
        head=_perhaps(said, "head"),
        behind=_number(said, "behind"),
        steps=steps,
        conflicts=_texts(said, "conflicts"),
        skip=None if skip is None else Skip(skip),
        detail=_text(said, "detail"),
        notes=_texts(said, "notes"),
        remembered=said["remembered"] is True,
        resolved=_texts(said, "resolved"),
    )


def sync_outcomes(said: dict[str, Json]) -> tuple[SyncOutcome, ...]:
    """The outcomes of `sync --json`."""
    return tuple(map(_sync_outcome, _objects(said, "outcomes")))


def _sync_outcome(said: dict[str, Json]) -> SyncOutcome:
    skip = _perhaps(said, "skip")
    return SyncOutcome(
        name=_text(said, "session"),
        branch=_perhaps(said, "branch"),
        result=Result(_text(said, "result")),
        message=_text(said, "message"),
        before=_perhaps(said, "before"),
        after=_perhaps(said, "after"),
        backup=_perhaps(said, "backup") or "",
        skip=None if skip is None else Skip(skip),
        key=_perhaps(said, "key") or "",
        run=_perhaps(said, "run") or "",
        about=About(_text(said, "about")),
    )


def spawn_plan(said: dict[str, Json]) -> SpawnPlan:
    """A plan of `spawn --dry-run --json`."""
    return SpawnPlan(
        name=_text(said, "session"),
        branch=_text(said, "branch"),
        directory=_text(said, "directory"),
        window=_perhaps(said, "window"),
        changes=_texts(said, "changes"),
        start=_text(said, "start"),
        warnings=_texts(said, "warnings"),
        after=_texts(said, "after"),
        commit=_text(said, "commit"),
        fingerprint=_text(said, "fingerprint"),
    )


def _text(said: dict[str, Json], key: str) -> str:
    value = said[key]
    if not isinstance(value, str):
        raise TypeError(key)
    return value


def _perhaps(said: dict[str, Json], key: str) -> str | None:
    return None if said[key] is None else _text(said, key)


def _number(said: dict[str, Json], key: str) -> int:
    value = said[key]
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(key)
    return value


def _list(said: dict[str, Json], key: str) -> list[Json]:
    value = said[key]
    if not isinstance(value, list):
        raise TypeError(key)
    return value


def _texts(said: dict[str, Json], key: str) -> tuple[str, ...]:
    found = _list(said, key)
    kept = tuple(each for each in found if isinstance(each, str))
    if len(kept) != len(found):
        raise TypeError(key)
    return kept


def _objects(said: dict[str, Json], key: str) -> tuple[dict[str, Json], ...]:
    found = _list(said, key)
    kept = tuple(each for each in found if isinstance(each, dict))
    if len(kept) != len(found):
        raise TypeError(key)
    return kept
