"""Whom of all signs to believe: the file, the hook, the title; what really happened decides."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parallel_tui.adapters.agents import claude, hooks
from parallel_tui.model.agent.record import (
    Agent,
    AgentKind,
    AgentRecord,
    AgentSign,
    Doing,
    Strength,
    Use,
)
from parallel_tui.model.agent.waiting import WaitsFor
from parallel_tui.model.session.session import SessionState
from parallel_tui.model.state.decision import LAG, decide
from parallel_tui.model.state.verdict import judge
from parallel_tui.model.window.window import Pane, PaneEnd, Window
from parallel_tui.record import replace

HERE = Path(__file__).parent
T = 1_750_000_000.0

IN_TIME = 0.2
"""Seconds after which the agent's own file says what the agent does."""

WORKING, WAITING, RESTING = Doing.WORKING, Doing.WAITING, Doing.RESTING


def file(doing: Doing, since: float, **more: object) -> AgentSign:
    return AgentSign(Strength.OWN_FILE, "claude", doing, "file", since, since, **more)  # type: ignore[arg-type]


def hook(doing: Doing, since: float, **more: object) -> AgentSign:
    return AgentSign(Strength.HOOK, "hook", doing, "hook", since, since, **more)  # type: ignore[arg-type]


def title(doing: Doing, seen: float) -> AgentSign:
    return AgentSign(Strength.TITLE, "title", doing, "title", None, seen)


def dead(seen: float) -> AgentSign:
    return AgentSign(Strength.PROOF, "process", Doing.CRASHED, "gone", None, seen)


# What an agent did: phases of so many seconds each, and for each whether a hook told of it.
PHASES = st.lists(
    st.tuples(
        st.sampled_from([WORKING, WAITING, RESTING]),
        st.sampled_from([0.3, 1.0, 4.0, 6.0, 200.0]),
        st.booleans(),
        st.floats(0.0, 0.2),  # how much later than the change its hook says that it was
    ),
    min_size=1,
    max_size=8,
)
# Hooks that come in between and change nothing: of each tool that a working agent uses.
TOOLS = st.lists(
    st.tuples(st.sampled_from([0.2, 0.9, 1.0]), st.sampled_from([0.0, 0.2, 0.4])), max_size=3
)


@settings(max_examples=600)
@given(
    phases=PHASES,
    tools=TOOLS,
    moment=st.floats(0.0, 1.0),
    file_lag=st.floats(0.0, IN_TIME),
    hook_lag=st.sampled_from([0.0, 0.1, 1.0, 60.0]),
    titled=st.booleans(),
    order=st.permutations(range(3)),
)
def test_no_order_of_evidence_hides_a_question_or_keeps_an_answered_one(
    phases: list[tuple[Doing, float, bool, float]],
    tools: list[tuple[float, float]],
    moment: float,
    file_lag: float,
    hook_lag: float,
    titled: bool,
    order: list[int],
) -> None:
    """The file is in time; hooks come when they like, or never, and titles say anything."""
    changes: list[tuple[float, Doing]] = []
    told: list[tuple[float, Doing]] = []
    at = T
    for doing, lasts, tells, late in phases:
        changes.append((at, doing))
        if tells:
            told.append((at + late, doing))
        if doing is WORKING:
            told += [(at + share * lasts + late, WORKING) for share, late in tools]
        at += lasts
    begin, truth = changes[-1]
    now = begin + moment * phases[-1][1]
    if now - begin <= IN_TIME:
        return
    written = max(each for each in changes if each[0] <= now - file_lag)
    signs = [file(written[1], written[0])]
    heard = [each for each in told if each[0] <= now - hook_lag]
    if heard:
        signs.append(hook(max(heard)[1], max(heard)[0]))
    if titled:
        signs.append(title(WORKING if truth is WAITING else WAITING, now))
    signs = [signs[place] for place in order if place < len(signs)]
    found = decide(signs, now).sign.doing
    if truth is WAITING:
        assert found is WAITING
    if truth is not WAITING:
        assert found is not WAITING


@given(
    signs=st.lists(
        st.builds(
            AgentSign,
            st.sampled_from(Strength),
            st.just("x"),
            st.sampled_from(Doing),
            st.just(""),
            st.none() | st.floats(T - 1000, T + 1000),
            st.none() | st.floats(T - 1000, T + 1000),
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda sign: sign.strength,
    )
)
def test_the_order_in_which_signs_are_listed_decides_nothing(signs: list[AgentSign]) -> None:
    found = {decide(list(each), T).sign for each in permutations(signs)}
    assert len(found) == 1
    decided = decide(signs, T)
    assert [reason.startswith("decides") for reason in decided.reasons].count(True) == 1
    assert decided.reasons[decided.place].startswith("decides")
    assert all(decided.reasons)


@pytest.mark.parametrize(
    ("signs", "doing"),
    [
        # Esc: no hook tells that the turn has ended.
        ([file(RESTING, T), hook(WORKING, T - 4)], RESTING),
        # The prompt stands on the screen before the file says so.
        ([file(WORKING, T - 60), hook(WAITING, T - 1)], WAITING),
        # Its answer was Esc, and the file says so.
        ([file(RESTING, T), hook(WAITING, T - 9)], RESTING),
        # A hook answered it, and nobody told: the file never said that it waits.
        ([file(WORKING, T - 60), hook(WAITING, T - LAG - 1)], WORKING),
        # A tool's hook that was told late, after the question it led to.
        ([file(WAITING, T - 1), hook(WORKING, T - 0.6)], WAITING),
        ([file(RESTING, T - 1), hook(Doing.FAILED, T - 1.2)], Doing.FAILED),
        ([file(RESTING, T - 1), hook(Doing.LIMITED, T - 30)], RESTING),
        ([file(Doing.BACKGROUND, T - 1), hook(Doing.DONE, T - 3)], Doing.BACKGROUND),
        ([file(WORKING, T - 1), hook(Doing.ENDED, T)], WORKING),
        ([hook(WORKING, T - 60), title(WAITING, T - 3)], WAITING),
        ([hook(WAITING, T - 1), title(WORKING, T - 30)], WAITING),
        ([hook(WORKING, T - 60), title(RESTING, T - 3)], RESTING),
        ([title(WAITING, T)], WAITING),
        ([dead(T), file(WORKING, T - 1), hook(WAITING, T)], Doing.CRASHED),
        ([file(WORKING, T - 1), hook(WAITING, T + 3600)], WORKING),
    ],
)
def test_whom_to_believe(signs: list[AgentSign], doing: Doing) -> None:
    assert decide(signs, T).sign.doing is doing


def test_a_hook_adds_what_the_file_lacks() -> None:
    asked = hook(WAITING, T - 9.8, waits_for=WaitsFor.QUESTION)
    found = decide([file(WAITING, T - 10, waits_for=WaitsFor.PERMISSION), asked], T)
    assert found.sign.waits_for is WaitsFor.QUESTION
    assert (found.sign.source, found.sign.since) == ("hook", T - 10)


def test_what_is_believed_until_the_file_has_had_its_time_says_so() -> None:
    found = decide([file(WORKING, T - 60), hook(WAITING, T - 1)], T)
    assert found.changes_at == T - 1 + LAG


# What real agents did


HOOKS = {
    "SessionStart": "idle",
    "UserPromptSubmit": "working",
    "PreToolUse": "working",
    "PostToolUse": "working",
    "PostToolBatch": "working",
    "PermissionRequest": "waiting",
    "Notification": "waiting",
    "Stop": "done",
}


def replay(name: str) -> list[tuple[float, str, Doing]]:
    """What is decided after each line of a timeline, with the line's kind."""
    lines = [
        json.loads(each) for each in (HERE / f"timeline-{name}.jsonl").read_text().splitlines()
    ]
    signs: dict[Strength, AgentSign] = {}
    told = []
    for line in sorted(lines, key=lambda each: each["t"]):
        at, said = T + line["t"], line.get("v")
        if line["kind"] == "sess" and said:
            data = {"pid": 5, "statusUpdatedAt": at * 1000, "startedAt": at * 1000, **said}
            signs[Strength.OWN_FILE] = claude.parse("5.json", data, at).sign
        elif line["kind"] == "hook":
            data = {
                "schema": 1, "agent": "claude", "session": "s", "pid": 5, "at": at,
                "state": HOOKS[said], "tool": line.get("tool", ""), "for": None,
            }  # fmt: skip
            found = hooks.parse("s--5.json", data, at).sign
            if found is not None:
                signs[Strength.HOOK] = found
        elif line["kind"] == "did" and str(said).startswith("kill -9"):
            signs[Strength.PROOF] = dead(at)
        else:
            continue
        told.append((line["t"], line["kind"], decide(list(signs.values()), at).sign.doing))
    return told


def at_rest(told: list[tuple[float, str, Doing]]) -> list[Doing]:
    found: list[Doing] = []
    for _, _, doing in told:
        if not found or found[-1] is not doing:
            found.append(doing)
    return found


STARTS = [Doing.RESTING, Doing.STARTING]


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("perm", [WORKING, WAITING]),
        ("question", [WORKING, WAITING]),
        ("plan", [WORKING, WAITING, RESTING]),
        ("bell", [WORKING, WAITING]),
        ("esc", [WORKING, RESTING]),
        ("bg", [WORKING, Doing.DONE, Doing.BACKGROUND]),
        ("crash", [WORKING, Doing.CRASHED]),
        ("r429", [WORKING]),
    ],
)
def test_what_real_agents_did_is_told_as_it_was(name: str, ends: list[Doing]) -> None:
    seen = at_rest(replay(name))
    assert [each for each in seen if each not in STARTS or each in ends][-len(ends) :] == ends
    waits = [doing for doing in seen if doing is WAITING]
    assert len(waits) == ends.count(WAITING), "never in between"


# The session that an agent is of


def record(*signs: AgentSign, replied: float | None = None, pane: str = "%1") -> AgentRecord:
    use = Use(replied=replied) if replied is not None else None
    agent = Agent(AgentKind.CLAUDE, 7, "c", "2.1.332", use)
    return AgentRecord(agent, signs, "/w/a", pane, started=T - 1000)


def window(
    command: str = "claude", *, bell: bool = False, seen: bool = False, number: int = 1
) -> Window:
    pane = Pane(f"%{number}", 1, command, "/w/a")
    return Window(
        f"@{number}", "$1", "s", number, "w", (pane,), active=seen, attached=int(seen),
        activity=int(T), bell=bell,
    )  # fmt: skip


def state(records: list[AgentRecord], windows: list[Window], looked: float | None = None) -> object:
    found = judge(records, windows, T, looked)
    return found.evidence.state if found is not None else None


def test_output_and_a_bell_beat_no_prompt_and_no_rest() -> None:
    assert state([record(file(WAITING, T - 50))], [window()]) is SessionState.WAITING
    assert state([record(file(RESTING, T - 50))], [window(bell=True)]) is SessionState.IDLE
    assert state([record(file(WORKING, T - 50))], [window(bell=True)]) is SessionState.WORKING


def test_a_bell_in_another_window_of_the_session_is_heard() -> None:
    both = [window(), window("npm", bell=True, number=2)]
    assert state([record(file(WORKING, T - 50))], both) is SessionState.WAITING
    found = judge([record(file(WORKING, T - 50))], both, T)
    assert found is not None
    assert [item.evidence.source for item in found.considered if item.decided] == ["bell"]
    assert found.considered[0].decided


def test_what_is_finished_is_news_until_somebody_looks() -> None:
    finished = record(file(RESTING, T - 50), replied=T - 51)
    assert state([finished], [window()]) is SessionState.DONE
    assert state([finished], [window()], looked=T - 60) is SessionState.DONE
    assert state([finished], [window()], looked=T - 10) is SessionState.IDLE
    assert state([finished], [window(seen=True)]) is SessionState.IDLE


def test_an_agent_that_has_done_nothing_yet_has_finished_nothing() -> None:
    assert state([record(file(RESTING, T - 50))], [window()]) is SessionState.IDLE
    resumed = record(file(RESTING, T - 50), replied=T - 5000)
    assert state([resumed], [window()]) is SessionState.IDLE


def test_what_runs_on_behind_a_finished_turn_is_neither_rest_nor_work() -> None:
    behind = record(file(Doing.BACKGROUND, T - 50))
    assert state([behind], [window()]) is SessionState.DONE
    assert state([behind], [window()], looked=T - 10) is SessionState.QUIET


def test_a_crash_is_told_until_something_else_runs_in_its_pane() -> None:
    crashed = record(dead(T - 5), file(WORKING, T - 60))
    assert state([crashed], [window("bash")]) is SessionState.CRASHED
    assert state([crashed], [window("vim")]) is None
    another = record(file(WORKING, T - 3))
    assert state([crashed, another], [window("bash")]) is SessionState.WORKING
    killed = Pane("%1", 1, "bash", "/w/a", ended=PaneEnd(137, int(T - 5)))
    assert state([crashed], [replace(window("bash"), panes=(killed,))]) is SessionState.CRASHED
    assert state([crashed], []) is None


def test_of_several_agents_the_one_that_needs_somebody_most_speaks() -> None:
    quiet, asks = record(file(WORKING, T - 5)), record(file(WAITING, T - 5), pane="%2")
    found = judge([quiet, asks], [window(), window(number=2)], T)
    assert found is not None
    assert found.evidence.state is SessionState.WAITING
    assert [item.decided for item in found.considered].count(True) == 1
    assert found.considered[0].decided
    assert all(item.why for item in found.considered)
