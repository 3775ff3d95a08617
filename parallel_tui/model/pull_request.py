"""Pull requests, or merge requests, as the service that hosts the repository tells them. Pure."""

from __future__ import annotations

from enum import StrEnum
from string import ascii_letters, digits

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Final

    from parallel_tui.model.text.strict_json import Json


class RequestState(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    DRAFT = "draft"
    MERGED = "merged"
    CLOSED = "closed"


class RequestChecks(StrEnum):
    """What the checks of a request's last commit say."""

    PASS = "pass"  # noqa: S105 - of tests
    FAIL = "fail"
    RUN = "run"
    NONE = "none"
    """There are none, or the service did not tell."""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """One request.

    Attributes:
        number: Its number.
        branch: Branch that it asks to merge.
        state: Where it stands.
        checks: What its checks say.
        title: Its title.
        url: Where people read it.
        seen: When that was asked, in epoch seconds.
    """

    number: int
    branch: str
    state: RequestState
    checks: RequestChecks = RequestChecks.NONE
    title: str = ""
    url: str = ""
    seen: float = 0.0


_BAD: Final = frozenset(
    {"FAILURE", "ERROR", "CANCELLED", "TIMED_OUT", "ACTION_REQUIRED", "STARTUP_FAILURE"}
)
_GOOD: Final = frozenset({"SUCCESS", "NEUTRAL", "SKIPPED"})
_IN_PATHS: Final = frozenset(f"{ascii_letters}{digits}/._-")
"""What paths of GitLab's projects are made of."""

_PIPELINES: Final = {
    "SUCCESS": RequestChecks.PASS,
    **dict.fromkeys(("FAILED", "CANCELED", "CANCELING"), RequestChecks.FAIL),
    **dict.fromkeys(
        ("CREATED", "WAITING_FOR_RESOURCE", "WAITING_FOR_CALLBACK", "PREPARING", "PENDING"),
        RequestChecks.RUN,
    ),
    **dict.fromkeys(("RUNNING", "MANUAL", "SCHEDULED"), RequestChecks.RUN),
}
"""GitLab's states of a pipeline; one that was skipped says nothing."""

_GLYPHS: Final = {
    RequestChecks.PASS: " ✓",
    RequestChecks.FAIL: " ✗",
    RequestChecks.RUN: " …",
    RequestChecks.NONE: "",
}
_WORDS: Final = {
    RequestChecks.PASS: ", its checks pass",
    RequestChecks.FAIL: ", a check fails",
    RequestChecks.RUN: ", its checks run",
    RequestChecks.NONE: "",
}


def label(request: PullRequest) -> str:
    """A request in a cell: number, state where it is not open, checks."""
    state = "" if request.state is RequestState.OPEN else f" {request.state}"
    return f"#{request.number}{state}{_GLYPHS[request.checks]}"


def words(request: PullRequest) -> str:
    """A request in one line."""
    where = f", {request.url}" if request.url else ""
    return f"#{request.number} {request.state}{_WORDS[request.checks]}: {request.title}{where}"


def of_github(found: Json, seen: float) -> tuple[PullRequest, ...]:
    """Requests from what `gh pr list --json` prints.

    Raises:
        ValueError: When it is not what gh documents.
    """
    made = []
    for each in _rows(found):
        state = RequestState(_text(each, "state").lower())
        if state is RequestState.OPEN and each.get("isDraft") is True:
            state = RequestState.DRAFT
        made.append(
            PullRequest(
                _number(each, "number"),
                _text(each, "headRefName"),
                state,
                _rolled_up(each.get("statusCheckRollup")),
                _text(each, "title"),
                _text(each, "url"),
                seen,
            )
        )
    return tuple(made)


def of_gitlab(
    found: Json, seen: float, checks: Mapping[int, RequestChecks]
) -> tuple[PullRequest, ...]:
    """Requests from what `glab mr list --output json` prints.

    Args:
        found: What it printed.
        seen: When that was, in epoch seconds.
        checks: What pipelines say, by the request's number; the list does not tell.

    Raises:
        ValueError: When it is not what glab documents.
    """
    states = {"opened": RequestState.OPEN, "locked": RequestState.OPEN}
    made = []
    for each in _rows(found):
        told = _text(each, "state")
        state = states.get(told) or RequestState(told)
        if state is RequestState.OPEN and each.get("draft") is True:
            state = RequestState.DRAFT
        number, branch = _number(each, "iid"), _text(each, "source_branch")
        title, url = _text(each, "title"), _text(each, "web_url")
        said = checks.get(number, RequestChecks.NONE)
        made.append(PullRequest(number, branch, state, said, title, url, seen))
    return tuple(made)


def pipelines_of_gitlab(found: Json) -> str | None:
    """A GraphQL query for the pipelines of those open in a list of `glab mr list`.

    Returns:
        `None` where none is open, or where the list does not tell the project.
    """
    rows = [each for each in _rows(found) if each.get("state") == "opened"]
    numbers = ", ".join(f'"{_number(each, "iid")}"' for each in rows)
    references = rows[0].get("references") if rows else None
    full = references.get("full") if isinstance(references, dict) else None
    project = full.rpartition("!")[0] if isinstance(full, str) else ""
    if not project or not set(project) <= _IN_PATHS:
        return None
    nodes = "nodes { iid headPipeline { status } }"
    return (
        f'query {{ project(fullPath: "{project}") '
        f"{{ mergeRequests(iids: [{numbers}]) {{ {nodes} }} }} }}"
    )


def checks_of_gitlab(found: Json) -> Mapping[int, RequestChecks]:
    """What pipelines say, by the number of their request, from the answer to such a query."""
    for key in ("data", "project", "mergeRequests", "nodes"):
        found = found.get(key) if isinstance(found, dict) else None
    checks: dict[int, RequestChecks] = {}
    for each in found if isinstance(found, list) else ():
        pipeline = each.get("headPipeline") if isinstance(each, dict) else None
        status = pipeline.get("status") if isinstance(pipeline, dict) else None
        number = each.get("iid") if isinstance(each, dict) else None
        if isinstance(status, str) and isinstance(number, str) and number.isdecimal():
            checks[int(number)] = _PIPELINES.get(status, RequestChecks.NONE)
    return checks


def by_branch(found: Iterable[PullRequest]) -> Mapping[str, PullRequest]:
    """The request of each branch: one that is open before one that is not, then the latest."""
    there = frozenset({RequestState.OPEN, RequestState.DRAFT})
    ranked = sorted(found, key=lambda each: (each.state in there, each.number))
    return {each.branch: each for each in ranked}


def _rows(found: Json) -> list[dict[str, Json]]:
    if not isinstance(found, list):
        raise ValueError("it is no list")
    rows = [each for each in found if isinstance(each, dict)]
    if len(rows) != len(found):
        raise ValueError("an entry is no object")
    return rows


def _text(row: Mapping[str, Json], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise ValueError(f"{key!r} is no text")
    return value


def _number(row: Mapping[str, Json], key: str) -> int:
    value = row.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{key!r} is no number")
    return value


def _rolled_up(rows: Json) -> RequestChecks:
    """The verdict of all checks: runs of workflows and statuses of commits."""
    if not isinstance(rows, list) or not rows:
        return RequestChecks.NONE
    ends = set()
    for each in rows:
        if isinstance(each, dict):
            # A run has a conclusion once it is completed; a commit's status has a state alone.
            done = each.get("conclusion") if "status" in each else each.get("state")
            ends.add(done if isinstance(done, str) and done else "PENDING")
    if ends & _BAD:
        return RequestChecks.FAIL
    return RequestChecks.PASS if ends <= _GOOD else RequestChecks.RUN
