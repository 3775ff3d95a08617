"""The guide's `sync-state.ts` and `event-coordinator.ts`, unmodified, and ours on the same files.

Node runs them after the TypeScript compiler has taken the types off; calls are appended, since the
scripts only define functions.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import pdev
from tests.support.world import World

HERE = Path(__file__).parent
TYPESCRIPT = "typescript@5.9.2"
STRIP = """
const ts = require("typescript"), fs = require("fs");
const [, , source, calls, target] = process.argv;
const options = { module: "commonjs", target: "es2020", esModuleInterop: true };
const text = fs.readFileSync(source, "utf-8") + "\\n" + calls;
fs.writeFileSync(target, ts.transpileModule(text, { compilerOptions: options }).outputText);
"""

pytestmark = [
    pytest.mark.xdist_group("typescript"),
    pytest.mark.skipif(shutil.which("npm") is None, reason="node and npm are not installed"),
]


@pytest.fixture(scope="module")
def compiler(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("typescript")
    done = subprocess.run(
        ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, TYPESCRIPT],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "HOME": str(folder)},
    )
    if done.returncode:
        pytest.skip(f"the TypeScript compiler cannot be installed: {done.stderr[-200:]}")
    (folder / "strip.cjs").write_text(STRIP)
    return folder


def node(compiler: Path, script: str, calls: str, cwd: Path) -> str:
    """Run one of the guide's scripts with calls appended; returns what it printed."""
    target = compiler / f"{script}.cjs"
    arguments = [str(HERE / script), calls, str(target)]
    subprocess.run(["node", str(compiler / "strip.cjs"), *arguments], cwd=compiler, check=True)
    done = subprocess.run(
        ["node", str(target)], cwd=cwd, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_state_of_both_is_one_state(compiler: Path, world: World) -> None:
    auth = world.worktree("auth")
    assert pdev("session", "register", "--task", "login", cwd=auth, env=world.env).status == 0
    sent = pdev("handoff", "send", "api", "--anyway", "--task", "t", cwd=auth, env=world.env)
    assert sent.status == 0
    calls = """
      registerSession("api");
      requestHandoff("api", "auth", "write docs", "see README");
      completeTask("auth", "login");
      console.log(JSON.stringify(checkHandoffs("api")));
    """
    (seen,) = json.loads(node(compiler, "sync-state.ts", calls, world.repo))
    assert (seen["from"], seen["task"]) == ("auth", "t")
    assert seen["branch"] == "feature/auth", "our keys survive the script's rewrite"
    shown = pdev("session", "show", "--json", cwd=auth, env=world.env).json["sessions"]
    assert {record["name"]: record["current_task"] for record in shown} == {
        "api": None,
        "auth": None,
    }
    (mine,) = pdev("handoff", "list", "--to", "auth", "--json", cwd=auth, env=world.env).json[
        "handoffs"
    ]
    assert mine["context"] == "see README"
    assert pdev("handoff", "accept", mine["id"], cwd=auth, env=world.env).status == 0
    assert pdev("handoff", "done", mine["id"], cwd=auth, env=world.env).status == 0
    left = node(
        compiler,
        "sync-state.ts",
        'console.log(JSON.stringify([checkHandoffs("auth"), loadState().completed_tasks]))',
        world.repo,
    )
    assert json.loads(left) == [[], ["login"]]


def test_events_of_both_are_one_list(compiler: Path, world: World) -> None:
    auth = world.worktree("auth")
    pdev("event", "emit", "conflict", "--payload", '{"n": 1}', cwd=auth, env=world.env)
    calls = """
      const unread = getUnacknowledgedEvents("api");
      unread.forEach((event) => acknowledgeEvent(event.id, "api"));
      emitEvent("sync_request", "api", { why: "rebase" });
      console.log(JSON.stringify([unread, getUnacknowledgedEvents("api")]));
    """
    unread, after = json.loads(node(compiler, "event-coordinator.ts", calls, world.repo))
    assert [event["payload"] for event in unread] == [{"n": 1}]
    assert after == []
    events = pdev("event", "list", "--json", cwd=auth, env=world.env).json["events"]
    by_type = {event["type"]: event for event in events}
    assert by_type["conflict"]["acknowledged"] == ["api"]
    assert by_type["sync_request"]["payload"] == {"why": "rebase"}
    (mine,) = pdev("event", "list", "--unread", "--json", cwd=auth, env=world.env).json["events"]
    assert pdev("event", "ack", mine["id"], cwd=auth, env=world.env).status == 0
    calls = 'console.log(getUnacknowledgedEvents("auth").length); cleanupEvents(-1);'
    assert node(compiler, "event-coordinator.ts", calls, world.repo) == "0\n"
    assert pdev("event", "list", "--json", cwd=auth, env=world.env).json["events"] == []
