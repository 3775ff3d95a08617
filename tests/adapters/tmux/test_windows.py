"""Opening, listing and closing windows on a real tmux."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from parallel_tui.adapters.process import programs
from parallel_tui.adapters.tmux import command, hooks, windows
from parallel_tui.adapters.tmux.server import Tmux
from parallel_tui.errors import MuxError, RefusedError
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.settings.config import Split
from parallel_tui.model.settings.consent import PLAIN_SHELL, ApprovedPane, ours
from parallel_tui.model.window.window import MuxListing
from tests.adapters.tmux.conftest import Open, window_of
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = pytest.mark.tmux


def test_no_server_is_an_answer_and_a_stale_socket_is_no_server(
    world: World, tmux: Tmux, repository: Repository, tmp_path: Path
) -> None:
    assert tmux.listing() == MuxListing(running=False)
    tmux.close_window("@1")
    folder = Path(world.env["TMUX_TMPDIR"])
    stale = folder / "stale"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(stale))
    assert not Tmux(repository, str(stale), None).listing().running
    with pytest.raises(MuxError, match="too long"):
        Tmux(repository, "x" * 120, None).listing()


def test_a_killed_server_is_seen_as_gone_and_comes_back(
    world: World, tmux: Tmux, open_window: Open
) -> None:
    open_window("auth")
    assert tmux.listing().running
    world.tmux("kill-server")
    eventually(lambda: not tmux.listing().running)
    again = open_window("auth")
    assert [window.id for window in tmux.listing().windows] == [again]


def test_a_server_without_sessions_runs(world: World, tmux: Tmux) -> None:
    world.tmux("start-server", ";", "set-option", "-s", "exit-empty", "off")
    assert tmux.listing() == MuxListing(running=True)


@pytest.mark.parametrize(
    ("says", "message"),
    [
        ("exit 1", "failed: no reason given"),
        ("echo 'protocol version mismatch (client 8, server 7)' >&2; exit 1", "another version"),
        ("echo 'error connecting to x (Permission denied)' >&2; exit 1", "may not be used"),
        ("echo nonsense", None),
    ],
)
def test_a_tmux_that_fails_is_an_error_never_an_empty_list(
    repository: Repository,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    says: str,
    message: str | None,
) -> None:
    fake = tmp_path / "bin" / "tmux"
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\n{says}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:/usr/bin:/bin")
    tmux = Tmux(repository, "other", None)
    if message is None:
        assert tmux.listing() == MuxListing(running=True)
        return
    with pytest.raises(MuxError, match=message):
        tmux.listing()


def test_an_old_tmux_is_refused_by_version(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake = tmp_path / "bin" / "tmux"
    fake.parent.mkdir()
    monkeypatch.setenv("PATH", f"{fake.parent}:/usr/bin:/bin")
    for version, old in (("tmux 3.1c", True), ("tmux next-3.7", False), ("tmux master", False)):
        fake.write_text(f"#!/bin/sh\necho '{version}'\n")
        fake.chmod(0o755)
        if old:
            with pytest.raises(MuxError, match=r"too old: 3\.2"):
                Tmux(repository, None, None).check()
        else:
            Tmux(repository, None, None).check()


def test_the_first_window_is_the_sessions_only_one(
    world: World, tmux: Tmux, open_window: Open
) -> None:
    window = window_of(tmux, open_window("auth", PDEV_SESSION="auth"))
    assert [w.id for w in tmux.listing().windows] == [window.id]
    assert (window.name, window.owner, window.session_name, window.ours) == (
        "auth",
        "auth",
        "myapp",
        True,
    )
    assert world.tmux("show-environment", "-t", "=myapp:", "PDEV_SESSION", check=False) == "", (
        "a window made by hand must not get the first session's variables"
    )
    path = world.tmux("display-message", "-p", "-t", "=myapp:", "#{session_path}").strip()
    assert path == str(world.repo), "nor open in the first session's worktree"


def test_panes_run_their_commands_in_the_layout_with_the_environment(
    world: World, tmux: Tmux
) -> None:
    value = "a'b\n$(touch pwned);"
    opened = tmux.open_window(
        session="auth",
        name="auth",
        directory=str(world.repo),
        panes=(
            ApprovedPane(ours("cat")),
            ApprovedPane(ours("printf '%s' \"$VALUE\" >value; sleep 900"), Split.RIGHT, 40),
            ApprovedPane(ours(""), Split.BELOW, 25),
        ),
        env={"VALUE": value},
    )
    eventually((world.repo / "value").exists)
    eventually(lambda: (world.repo / "value").read_text() == value)
    eventually(lambda: [p.command for p in window_of(tmux, opened).panes] == ["cat", "sleep", "sh"])
    left, upper, lower = window_of(tmux, opened).panes
    assert left.active
    assert upper.width == pytest.approx(0.4 * 200, abs=1)
    assert lower.height == pytest.approx(0.25 * 50, abs=1)
    assert not list(world.root.rglob("pwned"))


@pytest.mark.parametrize(
    ("command", "keys", "statuses"),
    [
        ("exit 3", (), {3}),
        ("syntax ((( error", (), {1, 2}),
        ("true # comment", (), {0}),
        ("false", (), {1}),
        ("kill -9 $$", (), {137}),
        ("cat", ("C-c",), {130}),
        ("sleep 900; false", ("C-c",), {1, 130}),
        ("cat", ("C-z", "C-d"), {0}),
    ],
)
def test_a_pane_ends_in_the_users_shell_however_its_command_ends(
    world: World,
    tmux: Tmux,
    open_window: Open,
    command: str,
    keys: tuple[str, ...],
    statuses: set[int],
) -> None:
    begun = int(time.time())
    opened = open_window("auth", command=command)
    (pane,) = window_of(tmux, opened).panes
    running = command.split()[0]
    for key in keys:
        eventually(lambda: window_of(tmux, opened).active_pane.command == running)
        world.tmux("send-keys", "-t", pane.id, key)
    # Typed when the command has ended: what Ctrl+C meets in the terminal's buffer, it discards.
    eventually(lambda: window_of(tmux, opened).active_pane.ended)
    world.tmux("send-keys", "-t", pane.id, "", "echo in-$((40+2))-shell", "Enter")
    eventually(lambda: "in-42-shell" in "\n".join(tmux.listing([pane.id]).screens[0].lines))
    assert window_of(tmux, opened).active_pane.pid == pane.pid
    ended = window_of(tmux, opened).active_pane.ended
    assert ended is not None
    assert ended.status in statuses
    assert begun <= ended.at <= time.time()


def test_what_one_locale_prints_is_not_mangled(
    world: World, tmux: Tmux, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = world.root / "dé🚀"
    folder.mkdir()
    opened = open_window("auth", directory=str(folder), command="echo 'é─'; exec cat")
    for name in ("LANG", "LC_ALL"):
        monkeypatch.setenv(name, "C")
    eventually(lambda: window_of(tmux, opened).active_pane.path == str(folder))
    (pane,) = window_of(tmux, opened).panes
    eventually(lambda: tmux.listing([pane.id]).screens[0].lines[0].strip() == "é─")


def test_a_session_of_that_name_which_we_did_not_make_is_left_alone(
    world: World, tmux: Tmux, repository: Repository, open_window: Open
) -> None:
    theirs = world.window("x", world.repo, session="myapp")
    opened = open_window("auth")
    assert window_of(tmux, opened).session_name == "myapp-pdev"
    assert not window_of(tmux, theirs).ours
    other = Repository("myapp", str(world.root / "o/.git"), str(world.repo), False, "")
    second = Tmux(other, world.socket, None)
    theirs = second.open_window(
        session="auth", name="auth", directory=str(world.repo), panes=(), env={}
    )
    assert window_of(tmux, theirs).session_name == "myapp-pdev-2"
    assert not window_of(tmux, theirs).ours
    named = Tmux(repository, world.socket, "renamed")
    again = named.open_window(session="b", name="b", directory=str(world.repo), panes=(), env={})
    assert window_of(tmux, again).session_id == window_of(tmux, opened).session_id


def test_a_new_window_takes_nobodys_place_and_keeps_its_name(
    world: World, tmux: Tmux, open_window: Open
) -> None:
    first = open_window("auth")
    world.tmux("set-option", "-gw", "allow-rename", "on")
    second = open_window("api", command="printf '\\033kstolen\\033\\\\'; exec cat")
    eventually(lambda: window_of(tmux, second).active_pane.command == "cat")
    assert window_of(tmux, first).active
    assert window_of(tmux, second).name == "api"
    assert world.tmux("show-options", "-gwv", "automatic-rename").strip() == "on"


def test_settings_that_end_unattached_sessions_do_not_end_ours(
    world: World, tmux: Tmux, open_window: Open
) -> None:
    begin = ["new-session", "-d", "-s", "x", ";", "set-option", "-s", "exit-empty", "off", ";"]
    world.tmux(*begin, "set-option", "-g", "destroy-unattached", "on")
    opened = open_window("auth")
    world.tmux("new-window", "-d", "-t", "=myapp:")
    eventually(lambda: len(tmux.listing().windows) >= 2)
    assert window_of(tmux, opened).ours


def test_a_failure_half_way_leaves_no_window(world: World, tmux: Tmux, open_window: Open) -> None:
    kept = open_window("auth")
    with pytest.raises(MuxError):
        tmux.open_window(
            session="api",
            name="api",
            directory=str(world.repo),
            panes=[PLAIN_SHELL, *[ApprovedPane(ours(""), Split.BELOW, 90)] * 30],
            env={},
        )
    assert [window.id for window in tmux.listing().windows] == [kept]
    with pytest.raises(MuxError, match="16 KiB"):
        open_window("api", command="x" * 20_000)
    with pytest.raises(RefusedError, match="not there"):
        open_window("api", directory=str(world.root / "gone"))
    assert [window.id for window in tmux.listing().windows] == [kept]


def test_a_captured_pane_that_is_gone_does_not_spoil_the_others(
    world: World, tmux: Tmux, open_window: Open
) -> None:
    opened = open_window("auth", command="printf '\\033[41mred\\nrow\\033[0m\\n'; exec cat")
    (pane,) = window_of(tmux, opened).panes
    eventually(lambda: tmux.listing([pane.id]).screens[0].lines[1].startswith("\x1b[41mrow"))
    listing = tmux.listing(["%99", pane.id, "%98"])
    (screen,) = listing.screens
    assert (screen.pane, screen.width, len(screen.lines)) == (pane.id, 200, 50)
    assert [window.id for window in listing.windows] == [opened]


def test_what_a_program_shows_on_the_alternate_screen_is_what_is_captured(
    world: World, tmux: Tmux, open_window: Open
) -> None:
    opened = open_window("auth", command="echo below; printf '\\033[?1049h\\033[Habove'; exec cat")
    (pane,) = window_of(tmux, opened).panes
    eventually(lambda: tmux.listing([pane.id]).screens[0].lines[0].startswith("above"))


def test_inside_tmux_the_servers_own_socket_is_meant_unless_one_is_configured(
    world: World,
    tmux: Tmux,
    repository: Repository,
    open_window: Open,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened = open_window("auth")
    path = world.tmux("display-message", "-p", "#{socket_path}").strip()
    monkeypatch.setenv("TMUX", f"{path},1,0")
    monkeypatch.setenv("TMUX_PANE", "%0")
    inside = Tmux(repository, None, None)
    assert [window.id for window in inside.listing().windows] == [opened]
    monkeypatch.setenv("TMUX", f"{path}-gone,1,0")
    assert not Tmux(repository, None, None).listing().running


def _kept_count(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[str]]:
    """Every tmux that is started from now on, by its words."""
    asked: list[Sequence[str]] = []
    run = programs.run

    def counted(argv: Sequence[str], **how: Any) -> Any:
        asked.append(argv)
        return run(argv, **how)

    monkeypatch.setattr(programs, "run", counted)
    return asked


def test_each_further_window_takes_one_process(
    tmux: Tmux, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_window("s0")
    asked = _kept_count(monkeypatch)
    opened = [open_window(f"s{number}") for number in range(1, 4)]
    assert [argv[4] for argv in asked] == ["new-window"] * 3
    assert [window_of(tmux, each).name for each in opened] == ["s1", "s2", "s3"]


def test_an_id_of_another_server_is_nobodys_session(
    world: World, tmux: Tmux, open_window: Open
) -> None:
    open_window("auth")
    world.tmux("kill-server")
    eventually(lambda: not tmux.listing().running)
    theirs = world.window("x", world.repo, session="theirs")  # has the id that ours had
    opened = open_window("auth")
    assert window_of(tmux, opened).session_name == "myapp"
    ours = [each for each in tmux.listing().windows if each.session_name == "theirs"]
    assert [each.id for each in ours] == [theirs]


def test_what_was_opened_is_closed_when_nobody_hears_of_it(
    tmux: Tmux, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a server that hung, and does all it was told when it goes on."""
    kept = open_window("auth")
    attempted = command.attempt

    def unheard(*asked: Any, **how: Any) -> Any:
        attempted(*asked, **how)
        raise MuxError("did not answer")

    with monkeypatch.context() as patch:
        patch.setattr(f"{windows.__name__}.attempt", unheard)
        with pytest.raises(MuxError, match="did not answer"):
            open_window("api")
    assert [window.id for window in tmux.listing().windows] == [kept]


def test_a_window_stays_whole_where_hooks_are_refused(
    tmux: Tmux, open_window: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_window("auth")
    monkeypatch.setattr(hooks, "WINDOW_HOOKS", ("no-such-hook",))
    opened = window_of(tmux, open_window("api", command="exec cat"))
    assert (opened.name, opened.owner) == ("api", "api")
