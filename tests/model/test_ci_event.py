"""What a run is about, by what its service says."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.cli.render.ci import Note, github
from parallel_tui.model.ci.event import CiEvent, Provider, provider_of, understand
from parallel_tui.model.text.strict_json import Json

HUB = {"GITHUB_ACTIONS": "true"}
LAB = {"GITLAB_CI": "true", "CI_COMMIT_SHA": "c0", "CI_PROJECT_ID": "1"}
REQUEST = {
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "release/1",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "main",
    "CI_MERGE_REQUEST_PROJECT_ID": "1",
}


def test_a_queue_without_a_description_still_names_its_base() -> None:
    ref = "refs/heads/gh-readonly-queue/release/1.x/pr-12-abc"
    told = understand({**HUB, "GITHUB_EVENT_NAME": "merge_group", "GITHUB_REF": ref,
                       "GITHUB_SHA": "h"})  # fmt: skip
    assert (told.heads, told.base, told.base_commit, told.branch) == (("h",), "release/1.x", "", "")


@pytest.mark.parametrize(
    "payload", [None, {}, {"pull_request": 5}, {"pull_request": {"head": [], "base": None}}]
)
def test_a_pull_request_without_a_description_belongs_to_nobody_here(payload: Json) -> None:
    env = {**HUB, "GITHUB_EVENT_NAME": "pull_request", "GITHUB_BASE_REF": "main",
           "GITHUB_HEAD_REF": "x", "GITHUB_SHA": "m"}  # fmt: skip
    told = understand(env, payload)
    assert (told.heads, told.base, told.branch) == (("m^2",), "main", "")


def test_a_tag_is_no_branch() -> None:
    told = understand({**HUB, "GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/tags/v1",
                       "GITHUB_SHA": "c"})  # fmt: skip
    assert (told.heads, told.branch) == (("c",), "")


def test_merge_requests_of_gitlab() -> None:
    own = understand({**LAB, **REQUEST, "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "1"})
    assert (own.heads, own.base, own.branch) == (("c0",), "release/1", "main")
    fork = understand({**LAB, **REQUEST, "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "2"})
    assert (fork.base, fork.branch) == ("release/1", "")
    merged = understand({**LAB, **REQUEST, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": "s0"})
    assert merged.heads == ("s0",)


def test_branches_of_gitlab_and_no_service_at_all() -> None:
    env = {**LAB, "CI_DEFAULT_BRANCH": "trunk", "CI_COMMIT_BRANCH": "x"}
    assert understand(env) == CiEvent(Provider.GITLAB, "", ("c0",), "trunk", "", "x")
    assert understand({"CI": "true"}) == CiEvent()
    assert provider_of({"GITHUB_ACTIONS": "1"}) is Provider.NONE


@given(st.text(min_size=1), st.text(), st.text())
def test_an_annotation_is_one_line_and_reads_back_as_it_was(
    path: str, title: str, text: str
) -> None:
    (line,) = github([Note("error", path, title, text)])
    assert "\n" not in line
    assert "\r" not in line
    read = re.fullmatch(r"::error file=([^,:]*),title=([^,:]*)::(.*)", line, re.DOTALL)
    assert read is not None

    def plain(escaped: str) -> str:
        for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            escaped = escaped.replace(code, char)
        return escaped

    assert [plain(read[1]), plain(read[2])] == [path, title]
    message = read[3].replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    assert message == text
