"""However the hook fails, the agent goes on, and somebody sees that it failed."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.model.agent.hook_line import HookPlace, command, place_in
from tests.hook.calling import FOLDER, PLACE, Agent, evidence, warned
from tests.support.waiting import PATIENCE
from tests.support.world import World


@pytest.fixture
def agent(world: World) -> Agent:
    """A Claude in `mine`, while `theirs` holds a file."""
    world.worktree("theirs")
    core = open_core(Overrides(directory=str(world.repo)), dict(world.env))
    core.shared.locks.acquire(("src/app.py",), session="theirs")
    return Agent(world.worktree("mine"), dict(world.env))


@pytest.fixture
def copied(tmp_path: Path) -> HookPlace:
    """A copy of the hook that a test may break."""
    folder = tmp_path / "copy of it"
    (folder / "model").mkdir(parents=True)
    shutil.copy(FOLDER / "hook.py", folder)
    for part in ("policy", "text"):
        shutil.copytree(FOLDER / "model" / part, folder / "model" / part)
    return HookPlace(PLACE.python, str(folder))


def test_a_hook_that_is_missing_stops_nobody(agent: Agent, tmp_path: Path) -> None:
    agent.place = HookPlace(PLACE.python, str(tmp_path / "gone"))
    answer = agent.edit(agent.cwd / "src/app.py")
    assert (answer.status, answer.said, answer.stderr) == (0, {}, "")


def test_a_python_that_is_missing_stops_nobody_and_is_heard_of(agent: Agent) -> None:
    agent.place = HookPlace("/nowhere/python 3", str(FOLDER))
    answer = agent.edit(agent.cwd / "src/app.py")
    assert answer.status not in (0, 2), "agents show that, and let the edit through"
    assert "/nowhere/python 3" in answer.stderr


def test_it_stands_wherever_it_is(agent: Agent, copied: HookPlace) -> None:
    agent.place = copied
    assert "locked by theirs" in agent.edit(agent.cwd / "src/app.py").denied


@pytest.mark.parametrize("broken", ["raise RuntimeError('x')", "1/0", "syntax error here"])
def test_a_crash_blocks_only_where_somebody_holds_the_file(
    world: World, agent: Agent, copied: HookPlace, broken: str
) -> None:
    agent.place = copied
    part = Path(copied.folder, "model/policy/core.py")
    part.write_text(f"{broken}\n")
    blocked = agent.edit(agent.cwd / "src/app.py")
    assert blocked.status == 2
    assert blocked.stderr.startswith("src/app.py is locked by theirs, and what guards it failed")
    assert blocked.said == {}, "never both: some versions take that for an error of ours"
    core = open_core(Overrides(directory=str(world.repo)), dict(world.env))
    core.shared.locks.acquire(("docs",), session="theirs")
    assert agent.edit(agent.cwd / "docs/below/it").status == 2
    passed = agent.edit(agent.cwd / "README.md")
    assert passed.status == 0
    assert "it was not blocked" in passed.warning
    assert any("it was not blocked" in each for each in warned(world.repo / ".claude"))
    agent.edit(agent.cwd / "README.md")
    events = open_core(Overrides(directory=str(world.repo)), dict(world.env)).shared.events.all()
    told = [each for each in events if each.type == "hook_trouble" and not each.problem]
    assert len([each for each in told if "it was not blocked" in each.payload]) == 1, "once"


def test_troubles_that_take_turns_are_told_once_each_and_never_many(
    world: World, agent: Agent, copied: HookPlace
) -> None:
    agent.place = copied
    part = Path(copied.folder, "model/policy/core.py")
    for number in (*range(3), *range(3), *range(20)):
        # Each of another length: Python tells its compiled form by seconds and size.
        part.write_text(f"raise RuntimeError('{'x' * number}')\n")
        agent.edit(agent.cwd / "README.md")
    events = open_core(Overrides(directory=str(world.repo)), dict(world.env)).shared.events.all()
    told = [each.payload for each in events if each.type == "hook_trouble" and not each.problem]
    assert len(told) == len(set(told)) == 8


@pytest.mark.parametrize(
    "garbage",
    [b"", b"nonsense", b"{", b"[]", b"null", b'{"cwd": 7}', b"\xff\xfe\x00", b'{"a":' * 100_000,
     b'{"hook_event_name":["x"],"cwd":"/\\u0000","tool_input":"?","tool_name":{}}'],
)  # fmt: skip
def test_garbage_is_no_error_for_the_agent(world: World, agent: Agent, garbage: bytes) -> None:
    for event in ("PreToolUse", "UserPromptSubmit", "Stop", "Nonsense"):
        answer = agent.run(event, garbage)
        assert answer.status == 0
        assert answer.denied == ""
        assert "Traceback" not in answer.stderr
    said = any("the agent told" in each for each in warned(world.repo / ".claude"))
    assert said == (b"cwd" not in garbage)


def test_in_no_repository_it_says_nothing(world: World, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    agent = Agent(outside, dict(world.env), session="x")
    for event in ("SessionStart", "PreToolUse"):
        assert agent.edit(outside / "a").said == {}
        assert agent.tell(event, tool_name="Edit", tool_input={"file_path": "a"}).status == 0
    assert list(outside.iterdir()) == []


def test_in_a_bare_repository_it_works_as_anywhere(world: World) -> None:
    bare, tree = world.root / "app.git", world.root / "tree"
    world.git("clone", "-q", "--bare", str(world.repo), str(bare))
    world.git("worktree", "add", "-q", "-b", "t", str(tree), cwd=bare)
    core = open_core(Overrides(directory=str(tree)), dict(world.env))
    core.shared.locks.acquire(("src/app.py",), session="theirs")
    agent = Agent(tree, dict(world.env))
    assert "locked by theirs" in agent.edit(tree / "src/app.py").denied
    assert [each["session"] for each in evidence(bare / "pdev")] == ["tree"]


def test_locks_that_cannot_be_listed_block_nothing_and_are_said(world: World, agent: Agent) -> None:
    locks = world.repo / ".claude/locks"
    locks.rename(locks.with_name("away"))
    locks.write_text("no folder")
    answer = agent.edit(agent.cwd / "src/app.py")
    assert (answer.status, answer.denied) == (0, "")
    assert "whether another session holds this file is not known" in answer.warning
    locks.unlink()
    locks.symlink_to("away")
    assert "not a plain directory" in agent.edit(agent.cwd / "src/app.py").warning


def test_a_full_disk_stops_nobody_and_locks_bind_all_the_same(world: World, agent: Agent) -> None:
    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    line = command(PLACE, "claude", "PreToolUse")
    for path, wanted in (("src/app.py", "deny"), ("README.md", "File too large")):
        event = f'{{"cwd": "{agent.cwd}", "tool_name": "Edit", "tool_input": {{"file_path": '
        done = subprocess.run(
            ["/bin/sh", "-c", f"trap '' XFSZ; {line}"], input=f'{event}"{path}"}}}}'.encode(),
            env={**agent.env, "CLAUDE_PID": str(os.getpid())}, cwd=agent.cwd, check=False,
            capture_output=True, preexec_fn=full,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert wanted in done.stdout.decode()
    left = [each for each in (world.repo / ".claude/pdev/tmp").iterdir() if "hook" in each.name]
    assert left == []


def test_a_folder_that_may_not_be_written_stops_nobody(world: World, agent: Agent) -> None:
    blocked = world.repo / ".claude/pdev/agents"
    blocked.write_text("a file where a folder should be")
    answer = agent.tell("UserPromptSubmit")
    assert answer.status == 0
    assert "the agent's state was not written down" in answer.warning
    assert warned(world.repo / ".claude")
    assert "locked by theirs" in agent.edit(agent.cwd / "src/app.py").denied


def test_an_agent_that_hears_no_answer_loses_nothing(world: World, agent: Agent) -> None:
    box = world.repo / ".claude/pdev/outbox/mine"
    box.mkdir(parents=True)
    (box / "1.json").write_text('{"text": "keep me", "from": "auth", "kind": "prompt"}')
    reader, writer = os.pipe()
    os.close(reader)
    line = command(PLACE, "claude", "UserPromptSubmit")
    event = f'{{"cwd": "{agent.cwd}", "hook_event_name": "UserPromptSubmit"}}'.encode()
    done = subprocess.run(
        ["/bin/sh", "-c", line], input=event, env=agent.env, stdout=writer, stderr=-1, check=False
    )
    os.close(writer)
    assert done.returncode not in (0, 2)
    assert "keep me" in agent.tell("UserPromptSubmit").context, os.strerror(errno.EPIPE)


def test_an_agent_that_gave_up_waiting_leaves_nothing_half_done(world: World, agent: Agent) -> None:
    line = command(PLACE, "claude", "PreToolUse")
    slow = subprocess.Popen(["/bin/sh", "-c", line], stdin=-1, env=agent.env, cwd=agent.cwd)
    slow.terminate()
    assert slow.wait(PATIENCE) == -15, "it waits for what it is told, and ends when it is ended"
    assert slow.stdin is not None
    slow.stdin.close()
    assert evidence(world.repo / ".claude") == []
    assert "locked by theirs" in agent.edit(agent.cwd / "src/app.py").denied


def test_the_line_holds_nothing_that_a_shell_would_obey(agent: Agent, tmp_path: Path) -> None:
    odd = tmp_path / "a $(touch x) `touch y` \" ' #{z}"
    shutil.copytree(FOLDER / "model" / "policy", odd / "model" / "policy")
    shutil.copy(FOLDER / "hook.py", odd)
    agent.place = HookPlace(PLACE.python, str(odd))
    assert "locked by theirs" in agent.edit(agent.cwd / "src/app.py").denied
    assert place_in(command(agent.place, "claude", "Stop")) == agent.place
    assert not (agent.cwd / "x").exists()
    assert not (agent.cwd / "y").exists()
