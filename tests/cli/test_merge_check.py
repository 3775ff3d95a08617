"""`pdev merge check`: the configured commands, run on exactly one commit, and what counts of it."""

from __future__ import annotations

import json
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import PDEV, Ran, pdev
from tests.cli.test_merge_plan import configured, order, plan, reasons
from tests.support.waiting import PATIENCE, eventually
from tests.support.world import World

PASSES = "merge: {check: ['echo begin', 'test -f own && echo fine']}\n"


@pytest.fixture
def one(world: World) -> World:
    """A session with one commit, of which nothing is said."""
    world.commit("own", "1\n", cwd=world.worktree("one"))
    return world


def check(world: World, *more: str) -> Ran:
    words = ["--tmux-socket", world.socket, "merge", "check", *more]
    return pdev(*words, cwd=world.repo, env=world.env)


def result(ran: Ran) -> dict[str, Any]:
    (found,) = ran.json["checks"]
    return dict(found)


def test_what_passed_is_ready_at_this_commit_and_no_other(one: World) -> None:
    configured(one, PASSES)
    (why,) = reasons(plan(one, "--json").json, "one")
    assert (why["kind"], why["known"]) == ("check", False)
    assert why["fix"] == "check it: pdev merge check one"
    told = result(check(one, "one", "--json"))
    assert (told["passed"], told["status"], told["failed"]) == (True, 0, "")
    assert told["commit"] == one.git("rev-parse", "feature/one").strip()
    assert Path(told["log"]).read_text() == "begin\nfine\n"
    found = plan(one, "--json").json
    assert order(found) == ["one"]
    (evidence,) = [e["evidence"] for e in found["order"][0]["checks"] if e["kind"] == "check"]
    at = told["commit"][:10]
    assert f"`echo begin`, `test -f own && echo fine` passed at {at} just now" in evidence
    one.commit("own", "2\n", cwd=one.root / "myapp-one")
    assert [each["kind"] for each in reasons(plan(one, "--json").json, "one")] == ["check"]


def test_a_subject_is_no_proof_where_commands_are(one: World) -> None:
    tree = one.root / "myapp-one"
    one.git("commit", "-q", "--amend", "-m", "tests pass", cwd=tree)
    assert order(plan(one, "--json").json) == ["one"]
    configured(one, PASSES)
    assert order(plan(one, "--json").json) == []


def test_what_failed_says_which_command_and_where_to_read(one: World) -> None:
    configured(one, "merge: {check: [echo said; exit 3, touch never]}\n")
    ran = check(one, "one")
    assert ran.status == 1
    assert "`echo said; exit 3` ended with status 3" in ran.out
    (why,) = reasons(plan(one, "--json").json, "one")
    assert (why["kind"], why["known"]) == ("check", True)
    assert Path(why["detail"].rpartition(": ")[2]).read_text() == "said\n"
    assert not (one.root / "myapp-one/never").exists()


def test_the_same_is_not_checked_twice(one: World) -> None:
    log = one.root / "runs"
    configured(one, f"merge: {{check: 'echo x >> {log}'}}\n")
    for more in ((), (), ("--again",)):
        assert check(one, "one", *more).status == 0
    assert log.read_text() == "x\nx\n"
    # Nor is another commit with the same tree.
    one.git("commit", "-q", "--amend", "-m", "reworded", cwd=one.root / "myapp-one")
    assert check(one, "one").status == 0
    assert log.read_text() == "x\nx\n"


def test_a_dirty_tree_never_counts_as_checked(one: World) -> None:
    tree = one.root / "myapp-one"
    configured(one, "merge: {check: 'true'}\n")
    one.write("left", "", cwd=tree)
    ran = check(one, "one", "--json")
    assert ran.status == 1
    assert "'left' in one is not committed" in ran.json["error"]["message"]
    (tree / "left").unlink()
    # What the check itself leaves makes its outcome one of something else than the commit.
    configured(one, "merge: {check: 'touch left'}\n")
    assert "'left' in one is not committed" in check(one, "one", "--json").json["error"]["message"]
    (tree / "left").unlink()
    assert order(plan(one, "--json").json) == []


def test_a_commit_made_meanwhile_is_not_what_was_checked(one: World) -> None:
    configured(one, "merge: {check: 'git commit -q --allow-empty -m more'}\n")
    ran = check(one, "one", "--json")
    assert "one moved on from" in ran.json["error"]["message"]
    assert order(plan(one, "--json").json) == []


def test_commands_of_the_repository_are_asked_about(one: World) -> None:
    one.commit(".claude/parallel-config.yml", "merge: {check: touch ran}\n")
    ran = check(one, "one", "--json")
    assert (ran.status, ran.json["content"]) == (1, "merge.check: touch ran")
    assert not (one.root / "myapp-one/ran").exists()
    check(one, "one", "--trust")
    assert (one.root / "myapp-one/ran").exists()


def test_without_commands_there_is_nothing_to_run(one: World) -> None:
    ran = check(one, "one")
    assert ran.status == 2
    assert "merge.check" in ran.err


def _alive(group: int) -> list[str]:
    """Processes of a group, those aside that have ended and that nobody asks about."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, in_group = stat.read_text().rpartition(")")[2].split()[:3]
            found += [stat.parent.name] if int(in_group) == group and state != "Z" else []
    return found


def test_an_interrupted_check_ends_what_it_started_and_tells_nothing(one: World) -> None:
    began = one.root / "began"
    configured(one, f"merge: {{check: 'echo $$ > {began}; sleep 1000 & wait'}}\n")
    words = [PDEV, "--tmux-socket", one.socket, "merge", "check", "one"]
    with subprocess.Popen(words, cwd=one.repo, env=one.env, stderr=subprocess.DEVNULL) as running:
        eventually(lambda: began.exists() and began.read_text())
        running.send_signal(signal.SIGINT)
        assert running.wait(PATIENCE) == 130
    group = int(began.read_text())
    eventually(lambda: not _alive(group))
    assert order(plan(one, "--json").json) == []


def test_a_record_that_cannot_be_used_is_none(one: World) -> None:
    configured(one, "merge: {check: 'true'}\n")
    assert check(one, "one").status == 0
    (record,) = (one.repo / ".git/pdev/checks").glob("*.json")
    kept = record.read_text()
    for text in ("", "[]", "{}", kept[:40], json.dumps({**json.loads(kept), "status": "0"})):
        record.write_text(text)
        assert order(plan(one, "--json").json) == [], text
    record.write_text(kept)
    assert order(plan(one, "--json").json) == ["one"]
