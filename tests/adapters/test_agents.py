"""What agents write down: read once, proved alive, and never guessed at."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from parallel_tui.adapters.agents import claude
from parallel_tui.adapters.agents.conversations import TAIL, Conversations
from parallel_tui.adapters.agents.looked import LookedFile
from parallel_tui.adapters.agents.reader import AgentReader
from parallel_tui.adapters.agents.titles import said_by
from parallel_tui.model.agent.record import AgentKind, AgentRecord, AgentsFound, Doing
from parallel_tui.model.agent.waiting import WaitsFor
from parallel_tui.model.text.strict_json import Json
from parallel_tui.model.window.window import Pane
from tests.support import fake_agent
from tests.support.waiting import eventually

LATER = 1000.0
"""Seconds from now on at which no file is being written any more."""


@contextmanager
def ending(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that ends with the block, whatever happens in it."""
    with process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "claude/sessions").mkdir(parents=True)
    return tmp_path / "claude"


@pytest.fixture
def reader(tmp_path: Path, config: Path) -> AgentReader:
    return AgentReader({"CLAUDE_CONFIG_DIR": str(config)}, str(tmp_path / "root"))


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that lives as long as the test wants."""
    with ending(subprocess.Popen(["sleep", "600"], cwd=tmp_path)) as process:
        yield process


def look(reader: AgentReader, *panes: Pane, later: float = 0.0) -> AgentsFound:
    return reader.read(panes, time.time() + later)


def only(found: AgentsFound) -> AgentRecord:
    (record,) = found.records
    return record


def pane(pid: int, where: str = "/w", title: str = "", command: str = "claude") -> Pane:
    return Pane("%7", pid, command, where, title=title)


def told(root: Path, pid: int, **more: object) -> None:
    folder = root / "pdev/agents"
    folder.mkdir(parents=True, exist_ok=True)
    data = {
        "schema": 1, "agent": "claude", "session": "auth", "pid": pid,
        "start": fake_agent.start_of(pid), "conversation": "c", "at": time.time(), **more,
    }  # fmt: skip
    (folder / f"auth--{pid}.json").write_text(json.dumps(data))


def test_an_agent_is_found_in_the_pane_whose_tree_it_is_in(
    config: Path, reader: AgentReader
) -> None:
    script = "import subprocess; subprocess.run(['sleep', '600'])"
    with subprocess.Popen([sys.executable, "-c", script]) as top:
        children = Path(f"/proc/{top.pid}/task/{top.pid}/children")
        below = int(eventually(lambda: children.read_text().split())[0])
        fake_agent.write(config, fake_agent.record(below, "busy", tmux="A:@1.%99"))
        try:
            assert only(look(reader, pane(top.pid))).pane == "%7", "whatever the file says"
            assert only(look(reader, pane(os.getppid()))).pane == "%7", "it is above both"
            assert only(look(reader)).pane == "%7", "it was proved before"
        finally:
            os.kill(below, 9)


def test_what_has_not_changed_is_not_read_again(config: Path, reader: AgentReader) -> None:
    fake_agent.write(config, fake_agent.record(os.getpid(), "busy"))
    look(reader)
    folder = reader._states
    assert folder is not None
    before = folder.reads
    for _ in range(3):
        assert only(look(reader)).signs[0].doing is Doing.WORKING
    assert folder.reads == before
    fake_agent.write(config, fake_agent.record(os.getpid(), "idle"))
    assert only(look(reader)).signs[0].doing is Doing.RESTING
    assert folder.reads == before + 1


def test_a_half_written_file_says_what_it_said_before_and_is_named_when_it_stays_so(
    config: Path, reader: AgentReader
) -> None:
    path = fake_agent.write(config, fake_agent.record(os.getpid(), "busy"))
    whole = path.read_bytes()
    look(reader)
    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        found = look(reader)
        assert only(found).signs[0].doing is Doing.WORKING
        assert (found.ignored, found.unsettled) == ((), True)
    found = look(reader, later=LATER)
    assert found.records == ()
    (why,) = found.ignored
    assert str(path) in why
    assert not found.unsettled


@pytest.mark.parametrize(
    "change",
    [
        {"status": "dreaming"},
        {"status": 7},
        {"status": ["busy"]},
        {"pid": 1},
        {"pid": "x"},
    ],
)
def test_what_is_not_understood_is_ignored_and_said(
    config: Path, reader: AgentReader, change: dict[str, object]
) -> None:
    path = config / f"sessions/{os.getpid()}.json"
    path.write_text(json.dumps({**fake_agent.record(os.getpid(), "busy"), **change}))
    found = look(reader, later=LATER)
    assert found.records == ()
    (why,) = found.ignored
    assert "not understood" in why


def test_secrets_and_other_files_are_not_opened(config: Path, reader: AgentReader) -> None:
    for name in ("1.key", f"{os.getpid()}.key", "x.json", "1.json.tmp", "01.json", "settings"):
        path = config / "sessions" / name
        path.write_text("{")
        assert not reader.is_news(str(path))
    assert look(reader, later=LATER) == AgentsFound()
    assert reader._states is not None
    assert reader._states.reads == 0


def test_another_process_with_the_same_id_is_no_agent(config: Path, reader: AgentReader) -> None:
    fake_agent.write(config, fake_agent.record(os.getpid(), "busy", procStart="17"))
    assert look(reader, pane(os.getpid())).records == ()


def test_an_agent_of_another_space_of_processes_is_none_of_ours(
    config: Path, reader: AgentReader
) -> None:
    other = "linux:00:pid:[1]"
    fake_agent.write(config, fake_agent.record(os.getpid(), "busy", pidDomain=other))
    assert look(reader, pane(os.getpid())).records == ()


def test_a_file_of_an_older_version_is_read_without_what_it_lacks(
    config: Path, reader: AgentReader
) -> None:
    said = fake_agent.record(os.getpid(), "waiting", waitingFor="permission prompt")
    older = {key: value for key, value in said.items() if key != "pidDomain"}
    fake_agent.write(config, {**older, "version": "2.1.197"})
    record = only(look(reader, pane(os.getpid())))
    assert (record.agent.version, record.pane) == ("2.1.197", "%7")
    assert record.signs[0].waits_for is WaitsFor.PERMISSION


def test_every_known_file_of_a_real_agent_is_understood() -> None:
    for status, doing in (
        ("busy", Doing.WORKING),
        ("idle", Doing.RESTING),
        ("shell", Doing.BACKGROUND),
        (None, Doing.STARTING),
    ):
        data: dict[str, Json] = {"pid": 5, "procStart": "534906", "startedAt": 1795886958881}
        if status is not None:
            data |= {"status": status, "statusUpdatedAt": 1e12}
        assert claude.parse("5.json", data, 3.0).sign.doing is doing
    for words, asked in (
        ("permission prompt", WaitsFor.PERMISSION),
        ("input needed", WaitsFor.QUESTION),
        ("approve Bash", WaitsFor.PERMISSION),
        ("approve ExitPlanMode", WaitsFor.PLAN),
        ("something new", None),
        ("", None),
    ):
        data = {"pid": 5, "status": "waiting", "waitingFor": words}
        assert claude.parse("5.json", data, 3.0).sign.waits_for is asked


def test_an_agent_that_died_is_told_of_in_its_pane_and_only_there(
    config: Path, reader: AgentReader, other: subprocess.Popen[bytes]
) -> None:
    fake_agent.write(config, fake_agent.record(other.pid, "busy"))
    shown = pane(other.pid)
    assert only(look(reader, shown)).pane == "%7"
    other.kill()
    other.wait()
    record = only(look(reader, shown))
    assert record.crashed
    assert [sign.doing for sign in record.signs] == [Doing.CRASHED, Doing.WORKING]
    assert only(look(reader, shown, later=9)) == record, "since when does not move"
    assert look(reader).records == (), "its pane is closed"


def test_an_agent_that_died_unseen_is_told_of_where_its_pane_is_beyond_doubt(
    tmp_path: Path, config: Path, reader: AgentReader, other: subprocess.Popen[bytes]
) -> None:
    said = fake_agent.record(other.pid, "busy", tmux="work:@3.%7")
    fake_agent.write(config, said)
    other.kill()
    other.wait()
    where = str(tmp_path)
    assert said["cwd"] == where
    assert only(look(reader, pane(os.getpid(), where))).crashed
    assert look(reader, pane(os.getpid(), "/elsewhere")).records == ()
    ticks, begun = os.sysconf("SC_CLK_TCK"), int(str(said["procStart"]))
    uptime = Path("/proc/uptime")
    eventually(lambda: float(uptime.read_text().split()[0]) * ticks > begun + 1)
    with ending(subprocess.Popen(["sleep", "600"])) as younger:
        assert look(reader, pane(younger.pid, where)).records == (), "a new pane of that number"
    fake_agent.write(config, {**said, "startedAt": 1000})
    assert look(reader, pane(os.getpid(), where)).records == (), "before this machine was started"


def test_of_an_agent_that_died_unseen_its_hooks_tell_the_pane(
    tmp_path: Path, reader: AgentReader, other: subprocess.Popen[bytes]
) -> None:
    where, root = str(tmp_path), tmp_path / "root"
    told(root, other.pid, pane="%7", cwd=where, state="working")
    other.kill()
    other.wait()
    assert only(look(reader, pane(os.getpid(), where))).crashed
    assert look(reader, pane(os.getpid(), "/elsewhere")).records == ()
    (file,) = (root / "pdev/agents").iterdir()
    file.write_text(json.dumps({**json.loads(file.read_text()), "at": 1000.0}))
    assert look(reader, pane(os.getpid(), where)).records == (), "before this machine was started"


def test_an_agent_that_said_that_it_ends_has_not_crashed(
    tmp_path: Path, config: Path, reader: AgentReader, other: subprocess.Popen[bytes]
) -> None:
    fake_agent.write(config, fake_agent.record(other.pid, "busy"))
    told(tmp_path / "root", other.pid, state="ended", event="SessionEnd")
    shown = pane(other.pid)
    assert [sign.doing for sign in only(look(reader, shown)).signs] == [Doing.WORKING, Doing.ENDED]
    other.kill()
    other.wait()
    assert look(reader, shown).records == ()


def test_hooks_say_which_tool_and_which_question(tmp_path: Path, reader: AgentReader) -> None:
    for more, asked, words in (
        ({"for": "permission", "tool": "Bash", "detail": "npm test"}, WaitsFor.PERMISSION,
         "it asks for permission to run Bash: npm test"),
        ({"for": "permission", "tool": "ExitPlanMode"}, WaitsFor.PLAN,
         "it asks for approval of its plan"),
        ({"for": "question", "detail": "Which one?"}, WaitsFor.QUESTION, "it asks: Which one?"),
    ):  # fmt: skip
        told(tmp_path / "root", os.getpid(), state="waiting", **more)
        (sign,) = only(look(reader)).signs
        assert (sign.waits_for, sign.detail) == (asked, words)
    told(tmp_path / "root", os.getpid(), state="limited", error="rate_limit", until=2e9)
    (sign,) = only(look(reader)).signs
    assert (sign.doing, sign.until) == (Doing.LIMITED, 2e9)
    said = "You've hit your limit · resets in 2 hours"
    told(tmp_path / "root", os.getpid(), state="limited", error="rate_limit", at=2e9, message=said)
    (sign,) = only(look(reader)).signs
    assert (sign.until, sign.detail) == (2e9 + 7200, f"the limit of its account is reached: {said}")
    told(tmp_path / "root", os.getpid(), state="done", at=2e9, message=said)
    (sign,) = only(look(reader)).signs
    assert sign.until is None, "what an agent says otherwise is no limit of its own"
    told(tmp_path / "root", os.getpid(), state="working", schema=2)
    found = look(reader, later=LATER)
    assert found.records == ()
    assert "schema" in found.ignored[0]


def test_what_a_hook_says_again_at_another_event_is_not_new(
    tmp_path: Path, reader: AgentReader
) -> None:
    for event, state, dated in (
        ("PostToolUse", "working", True),
        ("SubagentStop", "working", False),
        ("Notification", "done", False),
        ("Notification", "waiting", True),
        ("PermissionRequest", "waiting", True),
    ):
        told(tmp_path / "root", os.getpid(), event=event, state=state, tool="Bash")
        (sign,) = only(look(reader)).signs
        assert (sign.since is not None) is dated, event
    told(tmp_path / "root", os.getpid(), event="SubagentStop", state="working", since=1.75e9)
    (sign,) = only(look(reader)).signs
    assert sign.since == 1.75e9


def test_a_turn_that_ended_with_something_running_says_so(
    tmp_path: Path, reader: AgentReader
) -> None:
    told(tmp_path / "root", os.getpid(), event="Stop", state="done", background=2)
    (sign,) = only(look(reader)).signs
    assert sign.doing is Doing.BACKGROUND
    told(tmp_path / "root", os.getpid(), state="failed", error="server_error", message="Overloaded")
    (sign,) = only(look(reader)).signs
    assert sign.detail == "the model's server does not answer: Overloaded"


def test_the_folders_of_agents_may_come_later(tmp_path: Path) -> None:
    reader = AgentReader({"HOME": str(tmp_path)}, str(tmp_path / "root"))
    assert reader.folders() == ()
    assert not reader.present()
    (tmp_path / ".claude").mkdir()
    assert reader.folders() == (str(tmp_path / ".claude"),)
    assert reader.is_news(str(tmp_path / ".claude/sessions"))
    (tmp_path / ".claude/sessions").mkdir()
    (tmp_path / "root/pdev/agents").mkdir(parents=True)
    assert set(reader.folders()) == {
        str(tmp_path / ".claude/sessions"),
        str(tmp_path / "root/pdev/agents"),
    }
    assert reader.present()
    assert reader.is_news(str(tmp_path / "root/pdev/agents/a b--7.json"))
    assert not reader.is_news(str(tmp_path / "root/pdev/agents/.draft--7.json"))
    assert AgentReader({}, str(tmp_path / "root")).read((), 0.0) == AgentsFound()


@pytest.mark.parametrize(
    ("command", "title", "said"),
    [
        ("node", "[ ! ] Action Required | fix it", (AgentKind.CODEX, Doing.WAITING)),
        ("node", "[ . ] Action Required | fix it", (AgentKind.CODEX, Doing.WAITING)),
        ("codex", "⠋ fix it", (AgentKind.CODEX, Doing.WORKING)),
        ("node", "⠋ a server of somebody", None),
        ("codex", "fix it | app", None),
        ("node", "✋  Action Required", (AgentKind.ANTIGRAVITY, Doing.WAITING)),
        ("node", "✦  Working…", (AgentKind.ANTIGRAVITY, Doing.WORKING)),
        ("node", "◇  Ready (app)", (AgentKind.ANTIGRAVITY, Doing.RESTING)),
        ("opencode", "OC | fix it", None),
        ("claude", "✳ Claude Code", None),
        ("vim", "[ ! ] Action Required", None),
    ],
)
def test_a_title_says_what_it_says_and_no_more(
    command: str, title: str, said: tuple[AgentKind, Doing] | None
) -> None:
    found = said_by(pane(1, title=title, command=command))
    assert (found[:2] if found is not None else None) == said


def test_a_title_alone_makes_an_agent_known(reader: AgentReader) -> None:
    shown = pane(os.getpid(), title="✋  Action Required", command="node")
    record = only(look(reader, shown))
    assert (record.agent.kind, record.pane) == (AgentKind.ANTIGRAVITY, "%7")
    assert only(look(reader, shown, later=60)) == record, "first seen stays"


def reply(tokens: int, at: str = "2026-11-28T17:08:28.197Z", **more: object) -> str:
    usage = {"input_tokens": tokens, "cache_read_input_tokens": 500, "output_tokens": 42}
    message = {"role": "assistant", "model": "claude-opus-5-5", "usage": usage}
    return json.dumps({"type": "assistant", "timestamp": at, "message": message, **more}) + "\n"


def test_what_a_conversation_used_is_read_from_its_end_and_only_when_it_grew(
    config: Path,
) -> None:
    name, cwd = "5a558acf-81b4-4e9a", "/home/dev/shop.bob"
    path = config / "projects/-home-dev-shop-bob" / f"{name}.jsonl"
    path.parent.mkdir(parents=True)
    cost = json.dumps({"type": "cost-state", "totalCostUSD": 0.25}) + "\n"
    long = json.dumps({"type": "user", "message": "x" * (TAIL + 10)}) + "\n"
    path.write_text(cost + long + reply(1500) + reply(9, isSidechain=True))
    conversations = Conversations(str(config))
    use = conversations.use(name, cwd)
    assert use is not None
    assert (use.tokens, use.room, use.context, use.cost) == (2000, 1_000_000, 0, None)
    assert use.replied == pytest.approx(1795885708.197)
    for _ in range(3):
        conversations.use(name, cwd)
    assert conversations.reads == 1
    with path.open("a") as file:
        file.write(cost + reply(399_500) + '{"type": "assist')
    use = conversations.use(name, "/moved/since")
    assert use is not None
    assert (use.tokens, use.context, use.cost) == (400_000, 40, 0.25)
    with path.open("a") as file:
        file.write("\n" + long)
    assert conversations.use(name, cwd) == use, "what is out of reach is as it was"
    assert conversations.use("../../x", cwd) is None
    assert conversations.use("not-there-at-all", cwd) is None


def test_looks_are_kept_and_nothing_is_made_where_no_git_directory_is(tmp_path: Path) -> None:
    file = LookedFile(str(tmp_path / "pdev"))
    file.mark({"/w/.git": 1750000000.25})
    assert LookedFile(str(tmp_path / "pdev")).read() == {"/w/.git": 1750000000.25}
    nowhere = LookedFile(str(tmp_path / "not there/pdev"))
    nowhere.mark({"a": 1.0})
    assert nowhere.read() == {}
    assert not (tmp_path / "not there").exists()


def _as_claude(tmp_path: Path, *arguments: str, config: Path) -> subprocess.Popen[bytes]:
    """A process that is named as Claude Code is, and does nothing."""
    program = tmp_path / "bin/claude"
    program.parent.mkdir(exist_ok=True)
    if not program.exists():
        shutil.copy(shutil.which("sleep") or "/bin/sleep", program)
    env = {**os.environ, "CLAUDE_CONFIG_DIR": str(config)}
    return subprocess.Popen([str(program), "600", *arguments], env=env)


def test_an_agent_that_begins_no_session_is_to_be_looked_at(
    tmp_path: Path, config: Path, reader: AgentReader
) -> None:
    with ending(_as_claude(tmp_path, config=config)) as process:
        shown = pane(process.pid)
        eventually(lambda: Path(f"/proc/{process.pid}/comm").read_text() == "claude\n")
        found = look(reader, shown)
        assert (found.records, found.unsettled) == ((), True), "it may still begin"
        record = only(look(reader, shown, later=60))
        assert (record.pane, record.agent.pid) == ("%7", process.pid)
        assert record.signs[0].doing is Doing.WAITING
        assert "has begun no session" in record.signs[0].detail
        assert only(look(reader, shown, later=90)) == record
        titled = pane(process.pid, title="✳ Claude Code")
        assert look(reader, titled, later=90).records == ()
        fake_agent.write(config, fake_agent.record(process.pid, "idle"))
        assert only(look(reader, shown, later=90)).signs[0].doing is Doing.RESTING


@pytest.mark.parametrize("arguments", [("--print",), ("mcp",)])
def test_an_agent_that_is_to_begin_no_session_is_not(
    tmp_path: Path, config: Path, reader: AgentReader, arguments: tuple[str, ...]
) -> None:
    script = "import sys; sys.stdin.read()"
    program = tmp_path / "bin/claude"
    program.parent.mkdir()
    program.symlink_to(sys.executable)
    env = {**os.environ, "CLAUDE_CONFIG_DIR": str(config)}
    command = [str(program), "-c", script, *arguments]
    with ending(subprocess.Popen(command, env=env, stdin=-1)) as process:
        eventually(lambda: Path(f"/proc/{process.pid}/comm").read_text() == "claude\n")
        assert look(reader, pane(process.pid), later=60).records == ()


def test_an_agent_that_writes_elsewhere_is_not_missed_here(
    tmp_path: Path, reader: AgentReader
) -> None:
    with ending(_as_claude(tmp_path, config=tmp_path / "another")) as process:
        eventually(lambda: Path(f"/proc/{process.pid}/comm").read_text() == "claude\n")
        assert look(reader, pane(process.pid), later=60).records == ()
