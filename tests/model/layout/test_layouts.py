"""Layouts as they are written, and what of one is to be opened."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallel_tui.model.layout import opening
from parallel_tui.model.layout.plan import Fate, planned
from parallel_tui.model.layout.windows import StandingPane, StandingWindow, StandingWindows
from parallel_tui.model.session.join import Joined
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.settings.config import (
    LAYOUTS,
    Layout,
    LayoutPane,
    LayoutWindow,
    Origin,
    Split,
    TypedLine,
)
from parallel_tui.model.settings.consent import TrustNeededError
from parallel_tui.model.settings.consent_question import ShellLine
from parallel_tui.model.settings.layouts import reading
from parallel_tui.model.settings.layouts.writing import written
from parallel_tui.model.settings.values import WrongValueError

_LINES = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1).filter(str.strip)
_PAIRS = st.dictionaries(
    st.from_regex(r"[a-z][a-z-]{0,5}", fullmatch=True), _LINES, max_size=2
).map(lambda found: tuple(found.items()))
_VARIABLES = st.dictionaries(st.from_regex(r"[A-Z_]{1,5}", fullmatch=True), _LINES, max_size=2).map(
    lambda found: tuple(found.items())
)


@st.composite
def _panes(draw: st.DrawFn) -> tuple[LayoutPane, ...]:
    count = draw(st.integers(1, 4))
    front = draw(st.integers(-1, count - 1))
    return tuple(
        LayoutPane(
            command=draw(st.one_of(st.just("{agent}"), st.just(""), _LINES)),
            split=draw(st.sampled_from(Split)) if at else None,
            size=draw(st.integers(10, 90)),
            typed=tuple(map(TypedLine, draw(st.lists(_LINES, max_size=2)))),
            directory=draw(st.one_of(st.just(""), _LINES)),
            env=draw(_VARIABLES),
            focus=at == front,
        )
        for at in range(count)
    )


@st.composite
def _layouts(draw: st.DrawFn) -> Layout:
    names = draw(st.lists(_LINES, min_size=1, max_size=3, unique=True))
    windows = tuple(
        LayoutWindow(
            name=name,
            panes=draw(_panes()),
            session=draw(st.one_of(st.just(""), _LINES)),
            directory=draw(st.one_of(st.just(""), _LINES)),
            arrangement=draw(st.sampled_from(("", "tiled", "aca0,200x50,0,0,3"))),
            env=draw(_VARIABLES),
            options=draw(_PAIRS),
        )
        for name in names
    )
    return Layout(windows, options=draw(_PAIRS), before=tuple(draw(st.lists(_LINES, max_size=2))))


@settings(max_examples=40)
@given(_layouts())
def test_a_layout_is_read_as_it_was_written(layout: Layout) -> None:
    assert reading.layout(written(layout)) == layout


def test_those_that_everybody_has_can_be_written_down() -> None:
    for layout in LAYOUTS.values():
        assert reading.layout(written(layout)) == layout
    assert written(LAYOUTS["split"]) == ["{agent}", {"command": "", "size": 40}]


@pytest.mark.parametrize(
    ("value", "place", "allowed"),
    [
        ("x", (), "a list of 1 to 12 panes"),
        ({"windows": []}, ("windows",), "1 to 60 windows"),
        ({"window": [[""]]}, ("window",), "one of windows"),
        ({"windows": ["x"]}, ("windows", 0), "a list of panes, or a mapping"),
        ({"windows": [{"panes": [{"type": 3}]}]}, ("windows", 0, "panes", 0, "type"), "lines"),
        ({"windows": [{"arrangement": "tild"}]}, ("windows", 0, "arrangement"), "tiled"),
        ({"windows": [{"name": "a"}, {"session": "a"}]}, ("windows", 1), "no other window"),
        ({"windows": [[""]], "env": {"A B": "x"}}, ("env", "A B"), "name of a variable"),
        ({"windows": [[""]], "options": {"-g": "x"}}, ("options", "-g"), "option of tmux"),
        ([{"focus": True}, {"focus": True}], (1, "focus"), "one of them only"),
        ([{"directory": "a\nb"}], (0, "directory"), "one line"),
    ],
)
def test_what_is_not_understood_is_named(value: Any, place: tuple[object], allowed: str) -> None:
    with pytest.raises(WrongValueError) as raised:
        reading.layout(value)
    assert raised.value.path == place
    assert allowed in raised.value.allowed


def test_everything_that_can_run_something_is_asked_about() -> None:
    layout = Layout(
        (
            LayoutWindow(
                panes=(
                    LayoutPane("COMMAND", typed=(TypedLine("TYPED"),), env=(("PANE", "1"),)),
                    LayoutPane("{check}", Split.RIGHT),
                    LayoutPane("", Split.RIGHT),
                ),
                env=(("WINDOW", "1"),),
                options=(("main-pane-height", "#(RUN)"),),
            ),
        ),
        env=(("ALL", "1"),),
        options=(("status-right", "#(X)"),),
        before=("BEFORE",),
    )
    agent = ShellLine("claude", Origin.DEFAULT, "agent")
    check = (ShellLine("CHECK", Origin.REPOSITORY, "merge.check"),)
    wanted = opening.wanted("x", layout, Origin.REPOSITORY, agent, check)
    told = {line.text for line in wanted.foreign}
    assert told == {
        *("COMMAND", "TYPED", "PANE=1", "CHECK", "WINDOW=1", "main-pane-height #(RUN)", "ALL=1"),
        *("status-right #(X)", "BEFORE"),
    }
    with pytest.raises(TrustNeededError):
        wanted.approve(lambda key: False)
    own = opening.wanted("x", layout, Origin.USER, agent, check)
    assert {line.text for line in own.foreign} == {"CHECK"}, "the repository's in my layout"


def _joined(name: str, *, main: bool = False, **more: Any) -> Joined:
    tree = Worktree(
        path=f"/w/{name}", git_dir=f"/g/{name}", head="1" * 40, branch=name, is_main=main, **more
    )
    return Joined(f"/g/{name}", name, tree)


def _standing(*windows: tuple[str, str]) -> StandingWindows:
    return StandingWindows(
        "w",
        tuple(
            StandingWindow(f"@{at}", name, session, "", False, (), (StandingPane("", "/"),))
            for at, (name, session) in enumerate(windows)
        ),
    )


def _fates(layout: Layout, *windows: tuple[str, str], session: str = "") -> list[tuple[str, Fate]]:
    existing = (_joined("main", main=True), _joined("api"), _joined("gone", prunable="x"))
    found = planned(layout, existing, _standing(*windows), session)
    return [(each.name, each.fate) for each in found]


def test_only_what_is_missing_is_opened() -> None:
    layout = LAYOUTS["parallel-dev"]
    assert _fates(layout) == [
        ("main", Fate.OPEN),
        ("feature", Fate.LEFT_OUT),
        ("api", Fate.OPEN),
        ("monitor", Fate.OPEN),
        ("git", Fate.OPEN),
    ]
    there = [("main", ""), ("server", "api"), ("git", "")]
    assert [fate for _, fate in _fates(layout, *there)] == [
        *(Fate.THERE, Fate.LEFT_OUT, Fate.THERE, Fate.OPEN, Fate.THERE),
    ], "a session that has a window gets no second agent"


def test_a_layout_for_a_session_is_named_after_it() -> None:
    layout = Layout((LayoutWindow("code"), LayoutWindow("logs"), LayoutWindow()))
    assert _fates(layout, ("api/logs", "api"), session="api") == [
        ("api", Fate.THERE),
        ("api/logs", Fate.THERE),
        ("api/3", Fate.OPEN),
    ]
