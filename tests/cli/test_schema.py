"""The JSON that scripts read: complete, and honest about what is not known."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator

import pytest

from parallel_tui.cli.render import schema
from parallel_tui.model.fact import PENDING, Unknown
from parallel_tui.model.session.session import Evidence, Session, SessionState
from parallel_tui.model.view.snapshot import Health, Level, Snapshot, Source
from tests.ui import samples

PROMISED = {
    "name", "key", "branch", "path", "head", "ahead", "behind", "staged", "modified", "untracked",
    "conflicted", "state", "state_source", "state_detail", "window", "windows", "command", "cpu",
    "memory", "last_activity", "locked", "prunable", "missing", "operation", "detached", "main",
    "bare", "managed", "stale", "waits_for", "until", "agent",
}  # fmt: skip


def _objects(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _objects(item)
    elif isinstance(value, list):
        for item in value:
            yield from _objects(item)


def _session(snapshot: Snapshot, name: str) -> dict[str, object]:
    found = snapshot.session(name)
    assert found is not None
    return schema.session_json(found)


WINDOW_ONLY = Session(
    key="window:@9",
    name="loose",
    worktree=None,
    windows=("@9",),
    evidence=Evidence(SessionState.UNKNOWN, "tmux", "cannot tell"),
)
NOTHING = Snapshot(
    samples.REPOSITORY,
    base=Unknown("the repository has no commit yet"),
    sessions=(WINDOW_ONLY,),
    health=(Health(Source.GIT, Level.ERROR, "git is gone", 5.0),),
)


@pytest.mark.parametrize(
    "snapshot", [samples.typical(), samples.empty(), samples.crowded(), NOTHING]
)
def test_every_null_has_a_reason_beside_it_and_no_value_has_one(snapshot: Snapshot) -> None:
    seen = 0
    for item in _objects(schema.snapshot_json(snapshot)):
        for key, value in item.items():
            if key.endswith("_reason"):
                assert item[key.removesuffix("_reason")] is None
            elif value is None:
                reason = item[f"{key}_reason"]
                assert isinstance(reason, str)
                assert reason, key
                seen += 1
    assert seen


def test_every_session_has_every_promised_key() -> None:
    for snapshot in (samples.typical(), samples.crowded(), NOTHING):
        for session in snapshot.sessions:
            assert set(schema.session_json(session)) >= PROMISED
    assert {"repository", "base", "sessions", "windows", "health"} <= set(
        schema.snapshot_json(samples.empty())
    )


def test_known_facts_are_told_as_they_are() -> None:
    auth = _session(samples.typical(), "auth")
    assert (auth["ahead"], auth["behind"]) == (3, 1)
    assert [auth[key] for key in ("staged", "modified", "untracked", "conflicted")] == [1, 3, 2, 0]
    assert (auth["state"], auth["state_source"]) == ("waiting", "pane")
    assert (auth["window"], auth["windows"], auth["command"]) == ("@1", ["@1"], "claude")
    assert (auth["cpu"], auth["memory"]) == (4, 310 * samples.MIB)
    assert auth["branch"] == "feature/auth"
    assert not auth["detached"]


def test_not_looked_could_not_look_and_nothing_there_are_three_answers() -> None:
    bisect, auth = _session(samples.typical(), "bisect"), _session(samples.typical(), "auth")
    assert (bisect["staged"], bisect["staged_reason"]) == (None, "not looked yet")
    assert (bisect["ahead"], bisect["ahead_reason"]) == (None, "git did not answer in 20 s")
    assert (bisect["window"], bisect["cpu_reason"]) == (None, "it has no window")
    assert (bisect["branch"], bisect["branch_reason"]) == (None, "HEAD is detached")
    assert (auth["operation"], auth["operation_reason"]) == (None, "nothing is half done")


def test_a_rebase_keeps_its_branch_although_head_is_detached() -> None:
    search = _session(samples.typical(), "search")
    assert search["branch"] == "feature/search"
    assert search["detached"] is True
    assert search["operation"] == {
        "kind": "rebase",
        "branch": "feature/search",
        "step": 2,
        "total": 5,
    }


def test_locks_are_told_with_and_without_a_message() -> None:
    tests, bisect = _session(samples.typical(), "tests"), _session(samples.typical(), "bisect")
    assert tests["locked"] is True
    assert "locked_because" not in tests
    assert (bisect["locked"], bisect["locked_because"]) == (True, "a benchmark runs here")
    old = _session(samples.typical(), "old")
    assert (old["missing"], old["prunable"]) == (True, True)


def test_a_window_without_a_worktree_is_a_session_that_says_so() -> None:
    loose = schema.session_json(WINDOW_ONLY)
    assert loose["path"] is None
    assert loose["ahead_reason"] == loose["path_reason"] == "the window stands in no worktree"


def test_windows_name_the_session_they_belong_to() -> None:
    snapshot = samples.typical()
    windows = schema.snapshot_json(snapshot)["windows"]
    assert isinstance(windows, list)
    assert [(w["id"], w["session"]) for w in windows] == [
        ("@1", "auth"),
        ("@2", "api"),
        ("@3", "tests"),
        ("@4", "search"),
    ]
    alone = schema.window_json(snapshot.windows[0], None)
    assert alone["session_reason"] == "it belongs to none"


def test_bytes_that_are_not_utf8_survive_json() -> None:
    raw = b"/work/caf\xe9 \xff\n"
    first = samples.typical().sessions[1]
    assert first.worktree is not None
    tree = dataclasses.replace(first.worktree, path=os.fsdecode(raw))
    text = json.dumps(schema.session_json(dataclasses.replace(first, worktree=tree)))
    assert text.isascii()
    assert "\n" not in text
    assert os.fsencode(json.loads(text)["path"]) == raw


def test_a_window_that_could_not_be_looked_for_is_not_called_absent() -> None:
    first = samples.typical().sessions[0]
    lost = dataclasses.replace(
        first, evidence=Evidence(SessionState.UNKNOWN, "tmux", "tmux did not answer in 5 s")
    )
    told = schema.session_json(lost)
    assert told["window_reason"] == told["cpu_reason"]
    assert told["window_reason"] == "could not look: tmux did not answer in 5 s"
    assert schema.session_json(first)["window_reason"] == "it has no window"


def test_a_pending_base_is_null_with_its_reason() -> None:
    made = schema.snapshot_json(dataclasses.replace(samples.empty(), base=PENDING))
    assert (made["base"], made["base_reason"]) == (None, "not looked yet")


def test_overlaps_of_a_live_view_name_pairs_levels_and_reasons() -> None:
    made = schema.overlaps_json(samples.overlapping())
    found = made["overlaps"]
    assert isinstance(found, list)
    assert (found[1]["a"], found[1]["b"], found[1]["level"]) == ("auth", "api", 3)
    paths = [path["path"] for path in found[1]["paths"]]
    assert paths == ["src/auth.py", "src/[b]login[/b].py"]
    assert all(each["name"] != "clear" for each in found)
    for each in (*found, schema.overlaps_json(samples.typical())):
        for key, value in each.items():
            if value is None:
                assert each[f"{key}_reason"], key
