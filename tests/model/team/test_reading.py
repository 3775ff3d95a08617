"""Descriptions of teams: read strictly, written and read again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.errors import UsageError
from parallel_tui.model.settings.config import LayoutPane, Split
from parallel_tui.model.settings.values import WrongValueError
from parallel_tui.model.team.bugs import bugs_team
from parallel_tui.model.team.presets import PRESETS, preset
from parallel_tui.model.team.reading import team_of
from parallel_tui.model.team.writing import top_of

GUIDE = {
    "domain": ("frontend", "backend", "infra", "tests"),
    "feature": ("user-authentication", "payment-processing", "notification-system"),
    "layer": ("data-layer", "business-logic", "presentation", "infrastructure"),
    "fullstack": ("dashboard-frontend", "dashboard-backend", "dashboard-tests"),
    "microservices": ("user-service", "order-service", "payment-service", "gateway-service"),
    "migration": (
        "migration-analysis",
        "migration-new-api",
        "migration-data",
        "migration-tests",
    ),
    "bug-blitz": ("fix-auth-timeout", "fix-payment-calc", "fix-search-perf"),
}
"""The guide's sessions."""


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_has_the_guides_sessions_each_with_words_of_its_own(name: str) -> None:
    team = preset(name)
    assert team.names == GUIDE[name]
    assert team.unknown == ()
    assert len({team.prompt_of(member) for member in team.members}) == len(team.members)
    assert all(team.prompt_of(member).startswith(team.context.strip()) for member in team.members)


def test_presets_name_the_guides_branches() -> None:
    branches = {name: [each.branch for each in preset(name).members] for name in PRESETS}
    assert branches["microservices"][-1] == "feature/gateway"
    assert branches["migration"][0] == "migration/analysis"
    assert branches["bug-blitz"][1] == "fix/payment-calculation"
    assert branches["domain"][0] == "feature/frontend"


def test_every_session_of_microservices_is_told_the_same_contracts() -> None:
    team = preset("microservices")
    assert all("POST /orders" in team.prompt_of(member) for member in team.members)


WRONG: list[tuple[Any, tuple[object, ...], str]] = [
    ({}, ("sessions",), "a mapping"),
    ({"sesions": {"a": {}}}, ("sessions",), "'sesions'"),
    ({"sessions": {"shared": {"owns": ["a"]}}}, ("sessions",), "a mapping"),
    ({"sessions": []}, ("sessions",), "a mapping"),
    ({"sessions": {"a": 1}}, ("sessions", "a"), "a mapping"),
    ({"sessions": {"a": {"owns": ["./x"]}}}, ("sessions", "a", "owns", 0), "without ./"),
    ({"sessions": {"a": {"branch": "x..y"}}}, ("sessions", "a", "branch"), "'..'"),
    ({"sessions": {"a": {"branch": "-x"}}}, ("sessions", "a", "branch"), "begins with '-'"),
    ({"sessions": {"a": {"prompt": ["x"]}}}, ("sessions", "a", "prompt"), "a text"),
    ({"sessions": {"a": {"tasks": ["x", 2]}}}, ("sessions", "a", "tasks", 1), "a task"),
    ({"sessions": {"a": {"layout": [{"size": 5}]}}}, ("sessions", "a", "layout", 0, "size"), "10"),
    ({"sessions": {"a": {"window": "no"}}}, ("sessions", "a", "window"), "true or false"),
    ({"sessions": {"a b": {}, "a-b": {}}}, ("sessions", "a-b"), "another name than that of 'a b'"),
    (
        {"sessions": {"a": {"branch": "x"}, "b": {"branch": "x/y"}}},
        ("sessions", "a", "branch"),
        "no folder",
    ),
    (
        {"sessions": {"a": {"owns": ["src/**"]}, "b": {"owns": ["src/b/**"]}}},
        ("sessions", "b", "owns"),
        "paths that a does not own",
    ),
    (
        {"sessions": {"a": {"after": ["b"]}, "b": {"after": ["a"]}}},
        ("sessions", "a", "after"),
        "without a circle: a after b after a",
    ),
    ({"prefix": "x..", "sessions": {"a": {}}}, ("prefix",), "such as feature/"),
    ({"sessions": {"ファイル": {}}}, ("sessions", "ファイル"), "a name"),
]


@pytest.mark.parametrize(("top", "place", "allowed"), WRONG, ids=[str(each[0]) for each in WRONG])
def test_what_cannot_be_meant_is_told_with_its_place(
    top: Any, place: tuple[object, ...], allowed: str
) -> None:
    with pytest.raises(WrongValueError) as refused:
        team_of(top, name="t")
    assert refused.value.path == place
    assert allowed in refused.value.allowed


def test_an_unknown_key_is_told_with_the_nearest_known_one() -> None:
    team = team_of(
        {"contxt": "x", "sessions": {"a": {"promt": "x"}, "shared": {"owns": ["b"]}}}, name="t"
    )
    assert team.unknown == (
        "unknown key 'contxt' is ignored; did you mean context?",
        "unknown key 'sessions.a.promt' is ignored; did you mean prompt?",
    )


def test_what_stands_at_the_top_holds_for_all_and_a_session_says_otherwise() -> None:
    top = {
        "agent": "codex",
        "prefix": "fix",
        "layout": "split",
        "sessions": {
            "a": None,
            "b": {"agent": "", "layout": ["{agent}", {"command": "top", "split": "below"}]},
        },
    }
    a, b = team_of(top, name="t").members
    assert (a.agent, a.branch, a.layout) == ("codex", "fix/a", "split")
    assert (b.agent, b.branch, b.layout) == ("", "fix/b", None)
    assert b.inline is not None
    assert b.inline.panes == (LayoutPane(), LayoutPane("top", Split.BELOW))


def test_tasks_may_stand_in_a_file() -> None:
    top = {"sessions": {"a": {"tasks": "todo.md"}}}
    team = team_of(top, name="t", tasks_in=lambda file: (f"of {file}",))
    assert team.members[0].tasks == ("of todo.md",)
    assert team.prompt_of(team.members[0], "tasks of {}".format) == "tasks of a"
    with pytest.raises(UsageError, match=r"todo\.md"):
        team_of(top, name="t")


TEXTS = st.text(max_size=30).filter(lambda text: "\0" not in text)
LINES = st.from_regex(r"[a-zäß'\"\[$#{}()!-][ -~äß]{0,20}", fullmatch=True).filter(str.strip)


@st.composite
def tops(draw: st.DrawFn) -> dict[str, object]:
    """Descriptions in which nothing is in the way of anything else."""
    names = draw(
        st.lists(
            st.from_regex(r"[a-e][a-z0-9]{0,5}", fullmatch=True),
            min_size=1,
            max_size=4,
            unique=True,
        )
    )
    sessions: dict[str, object] = {}
    for place, name in enumerate(names):
        own: dict[str, object] = {}
        if draw(st.booleans()):
            own["owns"] = [f"/{name}/**"]
        if draw(st.booleans()):
            own["prompt"] = draw(TEXTS)
        if draw(st.booleans()):
            own["tasks"] = draw(st.lists(LINES, max_size=3))
        if draw(st.booleans()):
            own["after"] = names[:place]
        if draw(st.booleans()):
            own["agent"] = draw(st.one_of(LINES, st.just("")))
        if draw(st.booleans()):
            own["branch"] = f"x/{name}"
        sessions[name] = own
    return {"context": draw(TEXTS), "sessions": sessions}


@given(tops())
def test_a_team_that_was_written_is_read_as_the_same(top: dict[str, object]) -> None:
    team = team_of(top, name="t")
    assert team_of(top_of(team), name="t") == team


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_that_was_written_is_read_as_the_same(name: str) -> None:
    assert team_of(top_of(preset(name)), name=name) == preset(name)


def test_a_list_of_bugs_becomes_a_session_each() -> None:
    team = bugs_team(
        (
            ("auth-timeout: users are logged out", ("    Files: src/a.ts",)),
            ("The search takes more than ten seconds", ()),
            ("The search takes more than a minute", ()),
        )
    )
    assert team.names == (
        "fix-auth-timeout",
        "fix-the-search-takes-more",
        "fix-the-search-takes-more-2",
    )
    assert team.members[0].branch == "fix/auth-timeout"
    assert "Bug: users are logged out\nFiles: src/a.ts" in team.members[0].prompt
    japanese = (("日本語のバグ", ()), ("別のバグ", ()), ("plain: one", ()))
    names = bugs_team(japanese).names
    assert names[0].startswith("fix-bug-")
    assert len(set(names)) == 3
    assert bugs_team(japanese[1:]).names == names[1:], "the same names when a line above goes"
    with pytest.raises(UsageError, match="no bug"):
        bugs_team(())
    with pytest.raises(UsageError, match="at most 60"):
        bugs_team(tuple((f"bug number{n}", ()) for n in range(61)))
