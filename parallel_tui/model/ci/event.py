"""What a run of continuous integration is about: which commit, for which branch. Pure.

Each service tells it in variables of its own. A fork's branch may have the name of a branch of the
repository, so a name counts as ours only where the service says that it is of the same repository.
Sources: docs.github.com "Default environment variables" and "Events that trigger workflows";
docs.gitlab.com "Predefined CI/CD variables".
"""

from __future__ import annotations

from enum import StrEnum

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from parallel_tui.model.text.strict_json import Json

_HEADS: Final = "refs/heads/"
QUEUE: Final = "gh-readonly-queue/"
"""How the branches begin that GitHub makes for its merge queue."""


class Provider(StrEnum):
    """Who runs us."""

    GITHUB = "github"
    GITLAB = "gitlab"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CiEvent:
    """What a run is about.

    Attributes:
        provider: Who runs us.
        kind: The event, as the service calls it; empty where nobody runs us.
        heads: Revisions that name the commit to judge, the first that is there counts.
        base: Name of the branch that it is meant for; empty where nobody says.
        base_commit: The commit of base to take, where the event fixes it; else empty.
        branch: The branch that the commit is from; empty where it has none here, as with a fork.
    """

    provider: Provider = Provider.NONE
    kind: str = ""
    heads: tuple[str, ...] = ("HEAD",)
    base: str = ""
    base_commit: str = ""
    branch: str = ""


def provider_of(env: Mapping[str, str]) -> Provider:
    """Who runs us, by our environment."""
    if env.get("GITHUB_ACTIONS") == "true":
        return Provider.GITHUB
    return Provider.GITLAB if env.get("GITLAB_CI") == "true" else Provider.NONE


def understand(env: Mapping[str, str], payload: Json = None) -> CiEvent:
    """What a run is about.

    Args:
        env: Our environment.
        payload: The event as GitHub describes it in the file `GITHUB_EVENT_PATH`; what it lacks is
            taken from the environment.
    """
    provider = provider_of(env)
    if provider is Provider.GITHUB:
        return _github(env, payload)
    return _gitlab(env) if provider is Provider.GITLAB else CiEvent()


def _github(env: Mapping[str, str], payload: Json) -> CiEvent:
    kind = env.get("GITHUB_EVENT_NAME", "")
    commit = env.get("GITHUB_SHA", "")
    if kind == "merge_group":
        group = _in(payload, "merge_group")
        return CiEvent(
            Provider.GITHUB,
            kind,
            _heads(_text(group, "head_sha") or commit),
            base=_text(group, "base_ref").removeprefix(_HEADS) or _queued_for(env),
            base_commit=_text(group, "base_sha"),
        )
    pull = _in(payload, "pull_request")
    if pull is not None or env.get("GITHUB_BASE_REF"):
        told = _text(_in(pull, "head"), "sha")
        # The run stands on GitHub's own merge of the request, whose second parent is the request.
        merge = f"{commit}^2" if commit and kind == "pull_request" else ""
        return CiEvent(
            Provider.GITHUB,
            kind,
            _heads(told, merge),
            base=_text(_in(pull, "base"), "ref") or env.get("GITHUB_BASE_REF", ""),
            branch=_text(_in(pull, "head"), "ref") if _is_no_fork(pull) else "",
        )
    return CiEvent(
        Provider.GITHUB,
        kind,
        _heads(commit),
        base=_text(_in(payload, "repository"), "default_branch"),
        branch=_branch(env.get("GITHUB_REF", "")),
    )


def _is_no_fork(pull: Json) -> bool:
    head, base = (_text(_in(_in(pull, side), "repo"), "full_name") for side in ("head", "base"))
    return bool(head) and head == base


def _queued_for(env: Mapping[str, str]) -> str:
    """The branch of `refs/heads/gh-readonly-queue/<branch>/pr-<number>-<commit>`."""
    queued = env.get("GITHUB_REF", "").removeprefix(_HEADS)
    return queued.removeprefix(QUEUE).rpartition("/")[0] if queued.startswith(QUEUE) else ""


def _gitlab(env: Mapping[str, str]) -> CiEvent:
    kind = env.get("CI_PIPELINE_SOURCE", "")
    commit = env.get("CI_COMMIT_SHA", "")
    if target := env.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", ""):
        source = env.get("CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "")
        same = bool(source) and source == env.get("CI_MERGE_REQUEST_PROJECT_ID")
        return CiEvent(
            Provider.GITLAB,
            kind,
            # Where GitLab tests the result of a merge, the request's own commit stands there.
            _heads(env.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "") or commit),
            base=target,
            branch=env.get("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "") if same else "",
        )
    return CiEvent(
        Provider.GITLAB,
        kind,
        _heads(commit),
        base=env.get("CI_DEFAULT_BRANCH", ""),
        branch=env.get("CI_COMMIT_BRANCH", ""),
    )


def _heads(*told: str) -> tuple[str, ...]:
    return tuple(filter(None, told)) or ("HEAD",)


def _branch(ref: str) -> str:
    return ref.removeprefix(_HEADS) if ref.startswith(_HEADS) else ""


def _in(value: Json, key: str) -> Json:
    return value.get(key) if isinstance(value, dict) else None


def _text(value: Json, key: str) -> str:
    found = _in(value, key)
    return found if isinstance(found, str) else ""
