"""The last answer about pull requests, kept for commands, which never ask a service themselves."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.disk.files import write_atomically
from parallel_tui.model.pull_request import PullRequest, RequestChecks, RequestState, by_branch
from parallel_tui.model.text import strict_json
from parallel_tui.record import asdict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Final

__all__ = ["by_branch", "keep", "path_in", "read"]

OLD: Final = 3600.0
"""Seconds after which an answer is not told any more."""

_LATEST: Final = 1e11
"""No time is later, in epoch seconds."""


def path_in(runtime_dir: str) -> str:
    """Where the file is."""
    return f"{runtime_dir}/shown/requests.json"


def keep(runtime_dir: str, found: Iterable[PullRequest]) -> None:
    """Replace the file; that it cannot be written loses nothing."""
    path = Path(path_in(runtime_dir))
    rows = [asdict(each) for each in found]
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, strict_json.document({"schema": 1, "requests": [*rows]}))


def read(runtime_dir: str, now: float) -> tuple[PullRequest, ...]:
    """What stands there; nothing where it is old, or none of ours."""
    try:
        found = (reading.read_json(path_in(runtime_dir)) or {}).get("requests")
    except reading.UnusableFileError:
        return ()
    rows = found if isinstance(found, list) else []
    every = [_one(each) for each in rows if isinstance(each, dict)]
    return tuple(each for each in every if each is not None and -OLD < now - each.seen < OLD)


def _one(row: Mapping[str, strict_json.Json]) -> PullRequest | None:
    number, seen, state, checks = (row.get(key) for key in ("number", "seen", "state", "checks"))
    texts = [row.get(key) for key in ("branch", "title", "url")]
    branch, title, url = (each if isinstance(each, str) else "" for each in texts)
    if not isinstance(number, int) or not isinstance(seen, int | float) or not branch:
        return None
    if abs(seen) > _LATEST:
        return None
    if not isinstance(state, str) or not isinstance(checks, str):
        return None
    if state not in set(RequestState) or checks not in set(RequestChecks):
        return None
    how = RequestState(state), RequestChecks(checks)
    return PullRequest(number, branch, *how, title, url, seen)
