"""What is done on another machine, through a real ssh: two homes, two clones, two tmux servers."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from parallel_tui import bootstrap
from parallel_tui.model.lifecycle.spawn import BranchSource, SpawnRequest
from parallel_tui.record import replace
from parallel_tui.services.hosts.answers import ElsewhereError
from parallel_tui.services.hosts.verbs import RemoteSpawn
from tests.cli.running import Ran, pdev
from tests.hosts.sshd import SshServer, serving
from tests.stories.user import User
from tests.support.isolation import SAFE_TMUX_DIRS, environment
from tests.support.terminal import Terminal
from tests.support.waiting import eventually
from tests.support.world import World

ODD = 'it\'s [x] $(touch pwned) #{y} "é"\n;--'


@dataclass
class Pair:
    """Two machines: `red`, which a server lets in, and `here`, which knows how."""

    red: World
    here: World
    server: SshServer

    def pdev(self, *arguments: str, **more: str) -> Ran:
        """Run pdev here."""
        return pdev(*arguments, cwd=self.here.repo, env=self.here.env, **more)

    def there(self, *arguments: str) -> Ran:
        """Run pdev on red."""
        return pdev(*arguments, cwd=self.red.repo, env=self.red.env)


@pytest.fixture
def pair(tmp_path: Path, isolated: dict[str, str]) -> Iterator[Pair]:
    """Both share work; nobody has said how red is reached."""
    sockets = Path(tempfile.mkdtemp(prefix="pd-"))
    SAFE_TMUX_DIRS.add(str(sockets))
    home = tmp_path / "red-home"
    home.mkdir()
    red = World(tmp_path / "red", environment(home, sockets), socket="default")
    red.init()
    hub = str(tmp_path / "hub.git")
    red.git("init", "-q", "--bare", "-b", "main", hub)
    red.git("remote", "add", "origin", hub)
    red.git("push", "-q", "origin", "main")
    red.worktree("login")
    with serving(tmp_path / "ssh", red.env) as server:
        run = Path(isolated["TMUX_TMPDIR"], "r")
        run.mkdir(mode=0o700)
        env = {**server.environment(isolated), "XDG_RUNTIME_DIR": str(run)}
        here = World(tmp_path / "w", env)
        here.root.mkdir()
        here.git("clone", "-q", hub, str(here.repo), cwd=here.root)
        here.worktree("api")
        made = Pair(red, here, server)
        assert made.there("host", "share", "work", "--as", "red").status == 0
        assert made.pdev("host", "share", "work", "--as", "here").status == 0
        yield made
        here.close()
        red.close()
    shutil.rmtree(sockets, ignore_errors=True)
    SAFE_TMUX_DIRS.discard(str(sockets))


def test_commands_run_on_the_other_machine(pair: Pair) -> None:
    asked = pair.pdev("on", "red", "list")
    assert asked.status == 1
    assert "Say it once: pdev host connect red red" in asked.err
    assert pair.pdev("host", "connect", "red").out.startswith("Reached red as red: pdev ")

    plan = pair.pdev("remove", "login@red", "--dry-run", "--json").json
    assert plan.get("path") == str(pair.red.root / "myapp-login")
    said = json.dumps({"message": ODD})
    sent = pair.pdev("on", "red", "event", "emit", "note", "--session", "x", "--payload", said)
    assert sent.status == 0, sent.err
    assert pair.there("event", "list", "--json").json["events"][0]["payload"]["message"] == ODD
    assert not [*pair.red.root.rglob("pwned")]

    (pair.red.root / "myapp-login" / "new.txt").write_text("work\n")
    refused = pair.pdev("remove", "login@red", "--yes", "--discard=all", "--expect", "0")
    assert (refused.status, "not as it was" in refused.err) == (1, True)
    removed = pair.pdev("remove", "login@red", "--yes", "--discard=untracked")
    assert "take it back from here: pdev on red undo" in removed.err
    assert not (pair.red.root / "myapp-login").exists()
    assert pair.pdev("on", "red", "undo").status == 0
    assert (pair.red.root / "myapp-login" / "new.txt").exists()

    pair.red.commit("a", "a")
    pair.red.git("push", "-q", "origin", "main")
    planned = pair.pdev("sync", "login@red", "--dry-run", "--json").json
    assert planned["sessions"][0]["behind"] == 1
    done = pair.pdev("sync", "login@red", "--no-fetch", "--expect", planned["fingerprint"])
    assert done.status == 0, done.err


def test_attaching_goes_to_the_other_machine_s_window_and_back(pair: Pair) -> None:
    pair.server.demand_terminals()
    assert pair.pdev("host", "connect", "red").status == 0
    login = pair.red.root / "myapp-login"
    pair.red.window("login", login, "echo far away; exec cat", session="work")
    folder = Path(tempfile.mkdtemp(prefix="pd-"))
    SAFE_TMUX_DIRS.add(str(folder))
    terminal = Terminal(folder, {**pair.here.env}, columns=100, rows=30)
    try:
        terminal.open(pair.here.repo)
        program = f"{Path(sys.executable).parent}/pdev"
        line = f"{program} attach login@red; echo left; exec cat"
        terminal.start(["sh", "-c", line], pair.here.repo)
        eventually(lambda: "far away" in "".join(terminal.screen()), what="the window there")
        pair.red.tmux("detach-client", "-s", "work")
        eventually(lambda: "left" in terminal.screen(), what="the way back")
    finally:
        terminal.close()
        shutil.rmtree(folder, ignore_errors=True)
        SAFE_TMUX_DIRS.discard(str(folder))


def test_a_session_starts_there_as_it_was_shown(pair: Pair) -> None:
    assert pair.pdev("host", "connect", "red").status == 0
    core = bootstrap.open_core(bootstrap.Overrides(str(pair.here.repo)), pair.here.env)
    spawner = RemoteSpawn(core.hosts.others, core.hosts.others.reach("red"))
    shown = pair.red.git("rev-parse", "main").strip()
    docs = SpawnRequest("docs", window=False, agent="")
    assert spawner.plan(docs).commit == shown
    newer = pair.red.commit("more.txt", "more")
    assert spawner.spawn(docs) == "docs"
    assert pair.red.git("rev-parse", "feature/docs").strip() == shown

    pair.red.git("branch", "old", shown)
    old = replace(docs, name="old", source=BranchSource.EXISTING, branch="old")
    assert spawner.plan(old).commit == shown
    pair.red.git("branch", "-f", "old", newer)
    with pytest.raises(ElsewhereError, match="old would not start as it was when") as raised:
        spawner.spawn(old)
    assert not (pair.red.root / "myapp-old").exists()
    assert f"Now it would be old from existing branch at {newer[:10]}" in raised.value.hint
    assert spawner.spawn(old) == "old", "what was told is what was shown last"

    own = pair.here.commit("mine.txt", "mine")
    words = ("on", "red", "spawn", "mine", "--no-window", "--no-agent", "--base-commit")
    refused = pair.pdev(*words, own)
    assert (refused.status, f"no commit {own[:10]} to start from" in refused.err) == (1, True)
    assert "git fetch --all" in refused.err
    pair.here.git("push", "-q", "origin", "HEAD:mine")
    pair.red.git("fetch", "-q", "--all")
    assert pair.pdev(*words, own).status == 0
    assert pair.red.git("rev-parse", "feature/mine").strip() == own
    shortened = pair.pdev("on", "red", "spawn", "two", "--base-commit", "main")
    assert (shortened.status, "no full id of a commit" in shortened.err) == (2, True)


def test_an_unknown_key_or_a_password_keeps_no_dashboard_waiting(pair: Pair) -> None:
    settings = Path(pair.here.env["XDG_CONFIG_HOME"], "pdev", "config.yml")
    settings.parent.mkdir(parents=True, exist_ok=True)
    for name in ("behind", "stranger", "locked"):
        settings.write_text(f"hosts: {{red: {name}}}\n")
        user = User(pair.here)
        try:
            user.opens_dashboard().sees("login@red")
            user.presses("End").sees("Machine     red").presses("d")
            user.sees(f"red cannot be reached as {name}")
            assert "yes/no" not in user.screen()
            assert "password:" not in user.screen()
        finally:
            user.leaves()


def test_why_a_machine_is_not_reached_is_one_sentence(pair: Pair) -> None:
    for ssh, said in {
        "nowhere": "red cannot be reached as nowhere: connect to host 127.0.0.1 port 1",
        "stranger": "Host key verification failed",
        "-oProxyCommand=touch pwned": "is no name for ssh",
    }.items():
        ran = pair.pdev("host", "connect", "--", "red", ssh)
        assert (ran.status, said in ran.err) == (2, True), ran.err
    settings = Path(pair.here.env["XDG_CONFIG_HOME"], "pdev", "config.yml")
    settings.parent.mkdir(parents=True)
    settings.write_text("hosts: {red: {ssh: red, program: no/pdev}}\n")
    ran = pair.pdev("remove", "login@red", "--yes")
    assert ran.status == 2
    assert "red has no no/pdev that a command of ssh finds" in ran.err
    assert "Or run it there: pdev remove login --yes" in ran.err
    empty = pair.here.root / "empty"
    empty.mkdir()
    for name in ("git", "tmux"):
        (empty / name).symlink_to(shutil.which(name) or "")
    ran = pair.pdev("on", "red", "list", PATH=str(empty))
    assert (ran.status, "ssh is not installed on this machine" in ran.err) == (2, True)
    settings.write_text(f"hosts: {{red: {{ssh: red, path: {pair.red.root}}}}}\n")
    elsewhere = Path(pair.red.env["XDG_STATE_HOME"], "pdev", "clones")
    shutil.rmtree(elsewhere)  # so that red does not know where its clone is
    ran = pair.pdev("on", "red", "list")
    assert (ran.status, "is not inside a git repository" in ran.err) == (2, True), ran.err


def test_how_machines_are_reached_can_be_said_again(pair: Pair) -> None:
    """What was kept cannot be read any more, or was a name that nothing knows."""
    assert pair.pdev("host", "connect", "red").status == 0
    kept = pair.here.repo / ".git/pdev/ssh.json"
    kept.write_text("{bad")
    listed = pair.pdev("host", "list")
    assert (listed.status, "login@red" in listed.out) == (0, True)
    assert "ssh.json is not JSON" in listed.err
    asked = pair.pdev("on", "red", "list")
    assert asked.status == 2
    assert "pdev host connect MACHINE SSH" in asked.err
    assert pair.pdev("host", "connect", "red", "red").status == 0
    assert pair.pdev("on", "red", "list").status == 0
    assert kept.with_suffix(".json.broken").read_text() == "{bad"
    unknown = pair.pdev("host", "connect", "red", "no-such-machine.invalid")
    assert "Say the name that your ssh knows: pdev host connect red SSH" in unknown.err
    assert pair.pdev("on", "red", "list").status == 0, "the one before is kept"
