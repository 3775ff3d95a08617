"""`pdev mcp` as a client meets it: a real process, its pipes, and the SDK's own client."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp_types import TextContent

from parallel_tui.cli.mcp import wire
from parallel_tui.cli.mcp.tools import BY_NAME, TOOLS
from tests.cli.running import PDEV, pdev
from tests.support.hanging_git import HangingGit
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World

LINES = "".join(f"{n}\n" for n in range(1, 21))
_WHO = {
    "name": "claude-code",
    "title": "Claude Code",
    "version": "2.1.332",
    "description": "Anthropic's agentic coding tool",
    "websiteUrl": "https://claude.com/claude-code",
}
_CAN = {"roots": {"listChanged": True}, "elicitation": {"form": {}, "url": {}}}
PROBE = {
    # As Claude Code 2.1.332 was seen to begin.
    "jsonrpc": "2.0",
    "id": "server-discover-probe-1",
    "method": "server/discover",
    "params": {
        "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": _WHO,
            "io.modelcontextprotocol/clientCapabilities": _CAN,
        }
    },
}
INITIALIZE = {
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": _CAN, "clientInfo": _WHO},
    "jsonrpc": "2.0",
    "id": 0,
}
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}


class Server:
    """One running server, spoken to in lines."""

    def __init__(self, cwd: Path, env: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [PDEV, "mcp"],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def tell(self, message: object) -> None:
        """Send one message."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        """The next message."""
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def call(self, number: int, name: str, **given: object) -> None:
        """Call a tool as Claude Code does."""
        meta = {"claudecode/toolUseId": f"toolu_{number}", "progressToken": number}
        params = {"name": name, "arguments": given, "_meta": meta}
        self.tell({"method": "tools/call", "params": params, "jsonrpc": "2.0", "id": number})

    def begin(self) -> Any:
        """Shake hands; returns what the server says of itself."""
        self.tell(PROBE)
        assert self.answer()["error"]["code"] == -32601
        self.tell(INITIALIZE)
        said = self.answer()
        self.tell(INITIALIZED)
        return said["result"]

    def end(self) -> tuple[int, bytes]:
        """Wait for its end: exit status, and what it complained of."""
        status = self.process.wait(PATIENCE)
        assert self.process.stderr is not None
        return status, self.process.stderr.read()


@pytest.fixture
def three(world: World) -> World:
    """`me`, and `they`, which edited line 10 of `f`."""
    world.commit("f", LINES)
    world.worktree("me")
    tree = world.worktree("they")
    world.write("f", LINES.replace("\n10\n", "\nthey\n"), cwd=tree)
    pdev("lock", "--session", "they", "--reason", "mine", "src/x", cwd=tree, env=world.env)
    pdev("event", "emit", "note", "--session", "they", cwd=tree, env=world.env)
    return world


@pytest.fixture
def start(three: World) -> Iterator[Any]:
    """Starts servers in the worktree `me`, and ends what is left of them."""
    servers: list[Server] = []

    def make(**more: str) -> Server:
        servers.append(Server(three.root / "myapp-me", {**three.env, **more}))
        return servers[-1]

    yield make
    for server in servers:
        server.process.kill()
        server.process.wait()
        for pipe in (server.process.stdin, server.process.stdout, server.process.stderr):
            with suppress(OSError):
                assert pipe is not None
                pipe.close()


def test_a_conversation_as_claude_code_leads_it(three: World, start: Any) -> None:
    server = start(PDEV_SESSION="me")
    said = server.begin()
    assert said["protocolVersion"] == "2025-11-25"
    assert said["serverInfo"]["name"] == "pdev"
    assert "would_conflict" in said["instructions"]
    server.tell({"method": "tools/list", "jsonrpc": "2.0", "id": 1})
    listed = server.answer()["result"]["tools"]
    assert [each["name"] for each in listed] == [tool.name for tool in TOOLS]
    assert all(each["inputSchema"]["type"] == "object" for each in listed)
    server.call(2, "lock", paths=["src/pay.py"], reason="tax")
    told = server.answer()["result"]
    assert told["isError"] is False
    assert json.loads(told["content"][0]["text"])["done"] == "Locked src/pay.py for me"
    # The lock lives as long as the agent, which is whoever started the server.
    held = json.loads((three.repo / ".claude/locks/.meta/src_pay.py.json").read_text())
    assert held["pid"] == os.getpid()
    server.call(3, "lock", paths=["src/x"])
    told = server.answer()["result"]
    assert told["isError"] is True
    assert "src/x" in told["content"][0]["text"]
    assert "they" in told["content"][0]["text"]
    server.tell({"jsonrpc": "2.0", "id": 4, "method": "no/such"})
    assert server.answer()["error"]["code"] == -32601
    assert server.process.stdin is not None
    server.process.stdin.write(b"no json at all\n\n[\n")
    server.call(5, "nothing")
    answers = [server.answer()]
    while answers[-1].get("id") != 5:
        answers.append(server.answer())
    assert "There is no tool 'nothing'" in answers[-1]["result"]["content"][0]["text"]
    server.process.stdin.close()
    assert server.end() == (0, b"")


ASKED: tuple[tuple[str, dict[str, Any], list[str]], ...] = (
    ("sessions", {}, ["list"]),
    ("locks", {}, ["locks"]),
    ("would_conflict", {"path": "f", "lines": "10"}, ["check", "--path=f", "--lines=10"]),
    ("would_conflict", {"path": "nowhere/../.."}, ["check", "--path=nowhere/../.."]),
    ("handoffs", {"all": True}, ["handoff", "list", "--all"]),
    ("events", {"unread": True}, ["event", "list", "--unread"]),
    ("can_land", {}, ["check", "--mine", "--brief"]),
    ("lock", {"paths": ["src/x"], "reason": "-x"}, ["lock", "--reason=-x", "--", "src/x"]),
    ("lock", {"paths": ["-dash", "a b"]}, ["lock", "--", "-dash", "a b"]),
    ("unlock", {"paths": ["-dash"]}, ["unlock", "--", "-dash"]),
    ("unlock", {"all": True}, ["unlock", "--all"]),
    ("unlock", {"paths": ["src/x"]}, ["unlock", "--", "src/x"]),
    ("unlock", {}, ["unlock"]),
    ("send_handoff", {"to": "nobody", "task": "x"}, ["handoff", "send", "--task=x", "nobody"]),
)


async def test_an_answer_is_what_the_command_prints(three: World) -> None:
    """By the SDK's client, which tries the newer protocol first, as Claude Code does."""
    tree = three.root / "myapp-me"
    env = {**three.env, "PDEV_SESSION": "me", "CLAUDE_PID": str(os.getpid())}
    held = ("lock", "--", "-dash", "a b")
    async with Client(StdioServerParameters(command=PDEV, args=["mcp"], env=env, cwd=tree)) as to:
        assert to.instructions
        for name, given, words in ASKED:
            place = words.index("--") if "--" in words else len(words)
            line = [*words[:place], "--json", *words[place:]]
            if name == "unlock":
                pdev(*held, cwd=tree, env=env)
            told = await to.call_tool(name, given)
            (content,) = told.content
            assert isinstance(content, TextContent)
            if name == "unlock":  # as it was before the tool
                pdev(*held, cwd=tree, env=env)
            printed = pdev(*line, cwd=tree, env=env).json
            if "error" in printed:
                error = printed["error"]
                assert told.is_error, name
                assert content.text.startswith(f"{error['title']}: {error['message']}")
                assert BY_NAME[name].advice(error["hint"]) in content.text
                assert "--" not in content.text  # options are for people; none of them is a tool's
            else:
                assert not told.is_error, content.text
                assert _steady(json.loads(content.text)) == _steady(printed), name


def _steady(printed: Any) -> Any:
    """An answer without what is another one each time: when it was looked, and what is renewed."""
    for each in printed.get("health", ()):
        del each["since"]
    return {**printed, "done": str(printed.get("done")).replace("Locked", "Renewed")}


def test_a_question_that_is_taken_back_ends_the_command(
    three: World, start: Any, tmp_path: Path
) -> None:
    git = HangingGit(tmp_path / "bin", three.env["PATH"])
    server = start(PATH=git.path)
    server.begin()
    server.call(7, "sessions")
    eventually(git.hanging, what="a git that hangs")
    cancelled = {"method": "notifications/cancelled", "params": {"requestId": 7}}
    server.tell({"jsonrpc": "2.0", **cancelled})
    eventually(lambda: not git.hanging(), what="no git that hangs")
    server.call(8, "locks")
    assert server.answer()["id"] == 8
    # The client goes away in the middle of another one.
    server.call(9, "sessions")
    eventually(git.hanging, what="a git that hangs")
    server.process.stdin.close()
    assert server.end()[0] == 0
    eventually(lambda: not git.hanging(), what="no git that hangs")


def test_it_ends_when_it_is_told_to(three: World, start: Any, tmp_path: Path) -> None:
    git = HangingGit(tmp_path / "bin", three.env["PATH"])
    server = start(PATH=git.path)
    server.begin()
    server.call(7, "sessions")
    eventually(git.hanging, what="a git that hangs")
    server.process.send_signal(signal.SIGTERM)
    assert server.end() == (143, b"")
    eventually(lambda: not git.hanging(), what="no git that hangs")


def test_a_client_that_reads_no_more(start: Any) -> None:
    """Neither one that closed its end, nor one that lets the pipe run full, keeps it alive."""
    gone = start()
    gone.begin()
    gone.process.stdout.close()
    gone.tell({"method": "tools/list", "jsonrpc": "2.0", "id": 1})
    assert gone.end() == (0, b"")

    hanging = start()
    hanging.begin()
    stdin = hanging.process.stdin.fileno()
    os.set_blocking(stdin, False)
    # A probe is answered before the next line is read, and nobody reads the answers.
    lines = json.dumps(PROBE).encode() + b"\n"

    def full() -> bool:
        with suppress(BlockingIOError):
            return any(os.write(stdin, lines) < len(lines) for _ in range(1000))
        return True

    eventually(full, what="a server that takes no more")
    hanging.process.send_signal(signal.SIGTERM)
    status, err = hanging.end()
    assert status == 143, err.decode()


@pytest.mark.parametrize(
    ("closed", "status", "answered"), [("2>&-", 0, True), (">&-", 2, False), ("", 0, True)]
)
def test_a_shell_may_leave_streams_out(
    three: World, closed: str, status: int, answered: bool
) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "$1" mcp {closed}', "sh", PDEV],
        cwd=three.repo,
        env=dict(three.env),
        input=json.dumps(PROBE).encode() + b"\n",
        capture_output=True,
        check=False,
    )
    assert done.returncode == status, done.stderr
    assert (b"-32601" in done.stdout) is answered


@given(st.lists(st.binary(min_size=1), max_size=20), st.integers(1, 7))
async def test_lines_come_whole_however_they_were_cut(parts: list[bytes], size: int) -> None:
    said = b"".join(parts)
    reading, writing = os.pipe()
    try:

        async def feed() -> None:
            for start in range(0, len(said), size):
                os.write(writing, said[start : start + size])
                await anyio.sleep(0)
            os.close(writing)

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(feed)
            found = [line async for line in wire.lines(reading)]
    finally:
        os.close(reading)
    assert found == [line for line in said.split(b"\n")[:-1] if line.strip()]


def test_without_the_package_one_sentence_says_how_to_get_it(three: World) -> None:
    code = (
        "import sys; sys.modules.update(mcp=None, mcp_types=None)\n"
        "from parallel_tui.cli.main import main; sys.exit(main(['mcp']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=three.repo,
        env=dict(three.env),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "needs the package mcp 2, which is not installed" in done.stderr
    assert "pip install 'pdev-tui[mcp]'" in done.stderr
    assert "Traceback" not in done.stderr
