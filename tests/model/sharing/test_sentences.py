"""Whatever was written down is one sentence in plain words, safe for a terminal."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.model.sharing.coordination import Event, Handoff
from parallel_tui.model.sharing.journal import JournalEntry
from parallel_tui.model.sharing.sentences import (
    _CHANGES,
    _EVENTS,
    event_sentence,
    handoff_sentence,
    journal_sentence,
)

PACKAGE = Path(__file__).parents[3] / "parallel_tui"


def event(kind: str, payload: object, *to: str, by: str = "perf") -> Event:
    """An event as it is read."""
    return Event("1_x", kind, by, json.dumps(payload), 1, recipients=to)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            event("handoff", {"id": "h1", "to": "perf", "task": "Take the parser tests"}, "perf",
                  by="fix-parser"),
            "fix-parser handed perf: Take the parser tests",
        ),
        (
            event("handoff", {"id": "h1", "state": "accepted", "why": "", "task": "Tests"}, "api"),
            "perf accepted what api handed over: Tests",
        ),
        (
            event("handoff", {"state": "declined", "why": "no time", "task": "T"}, "api"),
            "perf declined what api handed over: T (no time)",
        ),
        (event("task_complete", {"task": "Write docs"}), "perf finished: Write docs"),
        (event("conflict", {"sessions": ["a", "b"], "level": 3, "message": "a × b: c.py"}, "a"),
         "a × b: c.py"),
        (event("conflict", {"sessions": ["a", "b"], "paths": [{"path": "c.py", "kind": "x"}]}),
         "a and b conflict in c.py"),
        (event("sync_request", {"base": "main", "onto": "c" * 40, "behind": 2, "by": "x"}, "api"),
         "perf asks api to catch up with main: 2 commits behind"),
        (event("sync_request", {"base": "main", "onto": "c" * 40, "behind": 1}, "api", by="user"),
         "The user asks api to catch up with main: 1 commit behind"),
        (event("lock_taken", {"target": "a.py", "generation": 4, "reason": "stuck"}, "api"),
         "perf took over api's lock on a.py: stuck"),
        (event("session_ended", {"released": 2, "returned": 0}),
         "perf ended; 2 locks were released"),
        (event("note", {"message": "Tests are green"}), "perf noted: Tests are green"),
        (event("note", "Look at this", "a", "b"), "perf told a and b: Look at this"),
        (event("deploy_done", {"target": "eu", "ok": True, "ids": [1, 2], "id": "x"}),
         "perf sent “deploy done”: target eu, ok, ids 1, 2"),
        (event("handoff", {"odd": 1}), "perf sent “handoff”: odd 1"),
        (event("task_complete", None), "perf sent “task complete”"),
        (event("hook_trouble", {"what": ["state.json is no JSON"]}, "perf"),
         "The hook of perf could not do all its work: state.json is no JSON"),
        (Event("1", "?", "?", problem="1.json is no JSON"),
         "An event that cannot be read: 1.json is no JSON"),
    ],
)  # fmt: skip
def test_an_event_is_a_sentence(told: Event, said: str) -> None:
    assert event_sentence(told) == said


@pytest.mark.parametrize(
    ("who", "what", "about", "said"),
    [
        ("user", "remove", {"id": "2026-x", "session": "login", "branch": "f/login"},
         "You removed login with its branch f/login"),
        ("user", "sync", {"time": "t", "onto": "c" * 40, "how": "rebase", "sessions": ["a", "b"]},
         "You brought a and b up to date with base"),
        ("auth", "lock", {"target": "a.py", "generation": 3, "reason": ""}, "auth locked a.py"),
        ("auth", "end", {"released": 1, "returned": 2},
         "auth ended; 1 lock was released and 2 handoffs went back"),
        ("user", "spawn", {"session": "api", "path": "/w", "branch": "feature/api"},
         "You started api on feature/api"),
        ("user", "spawn", {"id": "t1", "session": "api", "path": "/w", "branch": None},
         "You put into the trash what was made of api, which could not be started"),
        ("api", "add task", {"task": "Write docs"}, "api added a task: Write docs"),
        ("api", "move task", {"task": "Write docs", "to": "perf"},
         "api moved a task to perf: Write docs"),
        ("user", "forget resolution", {"name": "13b8979bb5, 2b079a9afa"},
         "You had git forget how conflicts were resolved: 13b8979bb5, 2b079a9afa"),
        ("pdev", "conflicts", {"events": ["1", "2"]}, "pdev told sessions of 2 new conflicts"),
        ("x", "dance", {"by_hand": True, "steps": 3}, "x: dance: by hand, steps 3"),
    ],
)  # fmt: skip
def test_a_line_of_the_journal_is_a_sentence(
    who: str, what: str, about: dict[str, Any], said: str
) -> None:
    assert journal_sentence(JournalEntry(0, who, what, about)) == said


def test_a_handoff_is_a_sentence() -> None:
    handoff = Handoff("h1", "fix-parser", "perf", "Take the\nparser tests")
    assert handoff_sentence(handoff) == "fix-parser handed perf: Take the parser tests"


def test_every_change_that_is_written_down_has_words() -> None:
    import re

    code = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    found = set(re.findall(r'journal\.add\(\s*"([^"]+)"', code))
    found |= set(re.findall(r'tools\.record\(\s*"([^"]+)"', code))
    found |= set(re.findall(r'events\.emit\(\s*"([^"]+)"', code))
    assert len(found) > 20
    assert found - set(_CHANGES) - set(_EVENTS) == set()


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
_fields = st.dictionaries(
    st.sampled_from(
        ["task", "to", "state", "why", "reason", "sessions", "paths", "message", "base", "behind",
         "target", "released", "what", "session", "branch", "id", "from", "tasks", "text", "events"]
    ),
    _json | st.sampled_from(["accepted", "declined", "done"]),
)  # fmt: skip
_any = st.text() | st.just("[bold]x[/x]\x1b]52;c;x\x07\u202e\ud800")


def _one_plain_line(said: str) -> None:
    assert said.strip()
    assert len(said) <= 400
    assert not [c for c in said if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert "\u202e" not in said


@given(
    st.sampled_from([*_EVENTS, "note", "other"]) | _any,
    _any,
    _fields | _json,
    st.lists(_any).map(tuple),
    st.booleans(),
)
def test_any_event_is_one_safe_line(
    kind: str, by: str, payload: Any, to: tuple[str, ...], cut: bool
) -> None:
    text = json.dumps(payload)
    event = Event("1", kind, by, text[: len(text) // 2] if cut else text, 1, recipients=to)
    _one_plain_line(event_sentence(event))


@given(st.sampled_from([*_CHANGES]) | _any, _any, _fields)
def test_any_line_of_the_journal_is_one_safe_line(what: str, who: str, about: Any) -> None:
    said = journal_sentence(JournalEntry(0, who, what, about))
    _one_plain_line(said)
