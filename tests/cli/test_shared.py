"""What sessions tell each other, through the real `pdev` on a real repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from parallel_tui.adapters.store.files.store import FileStore
from tests.cli.running import PDEV, Ran, pdev
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World


class Sessions:
    """Two sessions that talk through `pdev`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.auth = world.worktree("auth")
        self.api = world.worktree("api")

    def does(self, cwd: Path, *arguments: str, **more: str) -> Ran:
        return pdev(*arguments, cwd=cwd, env=self.world.env, **more)


@pytest.fixture
def both(world: World) -> Sessions:
    return Sessions(world)


def test_a_lock_is_seen_from_every_worktree_and_subfolder(both: Sessions) -> None:
    assert both.does(both.auth, "lock", "src/app.py", "--reason", "login").status == 0
    below = both.api / "src"
    held = both.does(below, "lock", "--check", "src/app.py")
    assert held.status == 1
    assert "held by auth" in held.out
    assert "login" in held.out
    assert both.does(both.auth, "lock", "--check", "src/app.py").status == 0
    assert both.does(below, "unlock", "src/app.py").status == 1
    assert both.does(both.auth, "unlock", "src/app.py").status == 0
    assert both.does(below, "lock", "--check", "src/app.py").status == 0


def test_all_or_nothing_and_every_blocker_is_named(both: Sessions) -> None:
    both.does(both.auth, "lock", "a.py", "b.py")
    refused = both.does(both.api, "lock", "free.py", "a.py", "b.py", "--json")
    assert refused.status == 1
    message = refused.json["error"]["message"]
    assert "a.py" in message
    assert "b.py" in message
    listed = both.does(both.api, "locks", "--json").json["locks"]
    assert {lock["target"] for lock in listed} == {"a.py", "b.py"}


def test_taking_over_needs_an_ended_time_and_tells_the_owner(both: Sessions) -> None:
    both.does(both.auth, "lock", "a.py", "--ttl", "0s")
    assert both.does(both.api, "lock", "a.py").status == 1
    taken = both.does(both.api, "lock", "a.py", "--take", "--json")
    assert taken.status == 0
    assert taken.json["warnings"] == ["taken over from auth"]
    (event,) = both.does(both.auth, "event", "list", "--unread", "--json").json["events"]
    assert event["type"] == "lock_taken"
    assert event["payload"]["by"] == "api"
    (lock,) = both.does(both.api, "locks", "--json").json["locks"]
    assert (lock["owner"], lock["generation"]) == ("api", 2)


def test_a_lock_of_a_removed_worktree_is_free_for_the_next(both: Sessions) -> None:
    both.does(both.auth, "lock", "a.py")
    both.world.git("worktree", "remove", str(both.auth))
    assert both.does(both.api, "locks", "--json").json["locks"][0]["state"] == "dead"
    assert both.does(both.api, "lock", "a.py").status == 0


def test_releasing_anothers_lock_needs_force_and_a_reason(both: Sessions) -> None:
    both.does(both.auth, "lock", "a.py")
    assert both.does(both.api, "unlock", "a.py", "--force").status == 2
    assert both.does(both.api, "unlock", "a.py", "--force", "--reason", "urgent").status == 0
    (event,) = both.does(both.auth, "event", "list", "--unread", "--json").json["events"]
    assert event["payload"]["reason"] == "urgent"


def test_waiting_gets_the_lock_when_it_goes_free(both: Sessions) -> None:
    both.does(both.auth, "lock", "a.py")
    waiting: list[Ran] = []
    thread = threading.Thread(
        target=lambda: waiting.append(both.does(both.api, "lock", "a.py", "--wait", "10m"))
    )
    thread.start()
    store = FileStore(str(both.world.repo / ".claude"))
    eventually(lambda: store.line.load(), what="the waiter is in the queue")
    refused = both.does(both.world.repo, "lock", "a.py")
    assert "api asked first" in refused.err
    both.does(both.auth, "unlock", "a.py")
    thread.join(PATIENCE)
    assert waiting[0].status == 0
    assert store.line.load() == ()


def test_waiting_in_a_circle_is_refused_at_once(both: Sessions) -> None:
    both.does(both.auth, "lock", "a.py")
    both.does(both.api, "lock", "b.py")
    with subprocess.Popen(
        [PDEV, "lock", "b.py", "--wait", "10m"],
        cwd=both.auth,
        env=dict(both.world.env),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as first:
        store = FileStore(str(both.world.repo / ".claude"))
        eventually(lambda: store.line.load(), what="auth waits for b.py")
        refused = both.does(both.api, "lock", "a.py", "--wait", "10m")
        assert refused.status == 1
        assert "api → auth → api" in refused.err
        first.kill()
    assert both.does(both.auth, "lock", "c.py").status == 0


def test_a_handoff_goes_its_way(both: Sessions) -> None:
    nobody = both.does(both.auth, "handoff", "send", "ghost", "--task", "x")
    assert nobody.status == 1
    assert "ghost" in nobody.err
    sent = both.does(
        both.auth, "handoff", "send", "api", "--task", "route", "--file", "src/a.py", "--json"
    )
    (handoff,) = both.does(both.api, "handoff", "list", "--json").json["handoffs"]
    assert handoff["id"] == sent.json["id"]
    assert handoff["branch"] == "feature/auth"
    assert handoff["files"] == ["src/a.py"]
    assert both.does(both.auth, "handoff", "accept", handoff["id"]).status == 1, "not its receiver"
    assert both.does(both.api, "handoff", "accept", handoff["id"]).status == 0
    assert both.does(both.api, "handoff", "done", handoff["id"]).status == 0
    assert both.does(both.api, "handoff", "list", "--json").json["handoffs"] == []
    state = json.loads((both.world.repo / ".claude/parallel-state.json").read_text())
    assert state["pending_handoffs"] == []
    assert both.does(both.api, "handoff", "decline", handoff["id"], "--why", "late").status == 1


def test_general_options_stand_before_or_behind_a_verb(both: Sessions) -> None:
    there = str(both.auth)
    sent = ["send", "api", "--task", "x", "-C", there]
    assert both.does(both.world.root, "handoff", *sent).status == 0
    listed = both.does(both.world.root, "-C", there, "handoff", "list", "--json")
    assert listed.json["handoffs"][0]["sender"] == "auth"


def test_events_are_cleaned_only_when_old_and_seen(both: Sessions) -> None:
    both.does(both.auth, "event", "emit", "note", "--payload", '{"a": [1]}')
    assert both.does(both.auth, "event", "clean", "--older", "0s", "--json").json["removed"] == 0
    for cwd in (both.api, both.world.repo):
        assert both.does(cwd, "event", "ack", "--all").status == 0
    dry = both.does(both.auth, "event", "clean", "--older", "0s", "--dry-run", "--json").json
    assert (dry["found"], dry["removed"]) == (1, 0)
    assert both.does(both.auth, "event", "clean", "--older", "0s", "--json").json["removed"] == 1


def test_tasks_are_dealt_ticked_and_dealt_again(both: Sessions, tmp_path: Path) -> None:
    backlog = tmp_path / "tasks.txt"
    backlog.write_text("one\r\ntwo\r\n\r\nthree\r\n")
    assert both.does(both.auth, "distribute", str(backlog), "--sessions", "auth,api").status == 0
    assert both.does(both.auth, "task", "done", "1").out == "Done: one\n"
    page = both.world.repo / ".claude/session-auth-tasks.md"
    before = page.read_bytes()
    assert b"- [x] one" in before
    again = both.does(both.auth, "distribute", str(backlog), "--sessions", "auth,api", "--json")
    assert (again.json["added"], again.json["kept"]) == (0, 3)
    assert page.read_bytes() == before
    refused = both.does(both.auth, "task", "pass-on", "api", "--to", "auth")
    assert "still there" in refused.err
    both.world.git("worktree", "remove", str(both.api))
    assert both.does(both.auth, "task", "pass-on", "api", "--to", "auth").status == 0
    lists = both.does(both.auth, "tasks", "auth", "--json").json["tasks"]
    assert [task["text"] for task in lists[0]["tasks"]] == ["one", "three", "two"]


def test_status_page_and_git_status_stay_true(both: Sessions) -> None:
    both.does(both.auth, "session", "register", "--task", "log | in\n# no heading")
    both.does(both.auth, "lock", "src/**", "--reason", "rework")
    page = (both.world.repo / ".claude/status.md").read_text()
    assert "log \\| in # no heading" in page
    assert "`src/**` held by auth: rework" in page
    assert both.world.git("status", "--porcelain") == ""
    assert both.does(both.auth, "session", "end").status == 0
    assert both.does(both.api, "locks", "--json").json["locks"] == []


def test_a_page_that_somebody_else_wrote_is_left_alone(both: Sessions) -> None:
    page = both.world.write(".claude/status.md", "# mine\n")
    both.does(both.auth, "lock", "a")
    assert page.read_text() == "# mine\n"


def test_a_corrupt_state_file_is_named_kept_and_can_be_set_aside(both: Sessions) -> None:
    path = both.world.write(".claude/parallel-state.json", "{ torn")
    for arguments in (["session", "register"], ["handoff", "send", "api", "--task", "x"]):
        refused = both.does(both.auth, *arguments)
        assert refused.status != 0
        assert "pdev repair parallel-state.json" in refused.err
    assert path.read_text() == "{ torn"
    assert both.does(both.auth, "lock", "a").status == 0, "locks do not depend on it"
    assert both.does(both.auth, "repair", "parallel-state.json").status == 0
    assert both.does(both.auth, "session", "register").status == 0
    kept = list((both.world.repo / ".claude/pdev/quarantine").iterdir())
    assert [entry.read_text() for entry in kept] == ["{ torn"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a\nb", ".git/config"])
def test_nothing_is_locked_outside_the_root(both: Sessions, name: str) -> None:
    refused = both.does(both.auth, "lock", "--", name)
    assert refused.status == 2
    assert "Traceback" not in refused.err
    assert not (both.world.repo / ".claude/locks").exists()


def test_a_killed_holder_leaves_the_guard_free(both: Sessions) -> None:
    both.does(both.auth, "lock", "a")
    holder = (
        "import sys,time\nfrom parallel_tui.adapters.store.files.store import FileStore\n"
        "with FileStore(sys.argv[1]).guard.held():\n"
        " print('held', flush=True)\n time.sleep(3600)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(both.world.repo / ".claude")],
        stdout=subprocess.PIPE,
        env=dict(os.environ),
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        process.kill()
    assert both.does(both.auth, "unlock", "a").status == 0


def test_a_lock_taken_for_another_session_lives_with_that_session(both: Sessions) -> None:
    window = both.world.window("dash", both.world.repo, "exec sh")
    inside = both.world.tmux("display", "-p", "-t", window, "#{socket_path},1,0 #{pane_id}")
    server, pane = inside.split()
    taken = both.does(
        both.world.repo, "lock", "a", "--session", "auth", TMUX=server, TMUX_PANE=pane
    )
    assert taken.status == 0
    both.world.tmux("kill-window", "-t", window)
    (lock,) = both.does(both.api, "locks", "--json").json["locks"]
    assert lock["state"] == "held"


def test_a_lock_taken_in_a_pane_of_the_session_dies_with_the_pane(both: Sessions) -> None:
    both.world.window("keeps the server", both.world.repo)
    window = both.world.window("auth", both.auth, "exec sh")
    inside = both.world.tmux("display", "-p", "-t", window, "#{socket_path},1,0 #{pane_id}")
    server, pane = inside.split()
    both.does(both.auth, "lock", "a", TMUX=server, TMUX_PANE=pane)
    assert both.does(both.api, "locks", "--json").json["locks"][0]["state"] == "held"
    both.world.tmux("kill-window", "-t", window)

    def state() -> str:
        return str(both.does(both.api, "locks", "--json").json["locks"][0]["state"])

    eventually(lambda: state() == "dead")
