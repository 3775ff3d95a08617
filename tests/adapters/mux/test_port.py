"""What `ports.mux` promises, on a real tmux and on a real GNU Screen."""

from __future__ import annotations

import os
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from parallel_tui.errors import MuxError, RefusedError
from parallel_tui.model.settings.consent import ApprovedPane, ours
from parallel_tui.model.window.window import MuxListing
from tests.adapters.mux.conftest import Bench
from tests.support.waiting import eventually

pytestmark = pytest.mark.tmux

HOSTILE = [
    "with space",
    "[red]x[/red] #{pid} %n",
    "#(touch pwned) $(touch pwned) `touch pwned` $HOME ^A",
    "-rf",
    "ünï 🚀\nline\ttab; q'u\"o\\te\\101",
    "x" * 200,
    os.fsdecode(b"latin-\xe9"),
]


def test_nothing_runs_before_a_window_is_opened_nor_after_the_last_is_closed(bench: Bench) -> None:
    assert bench.mux.listing() == MuxListing(running=False)
    first, second = bench.opens("auth"), bench.opens("api", PDEV_SESSION="api")
    assert bench.mux.is_window_id(first)
    assert not bench.mux.is_window_id("auth")
    windows = bench.mux.listing().windows
    assert [(each.id, each.name, each.owner, each.ours) for each in windows] == [
        (first, "auth", "auth", True),
        (second, "api", "api", True),
    ]
    assert {each.session_name for each in windows} == {"myapp"}
    bench.mux.close_window(first)
    bench.mux.close_window(first)
    assert [each.id for each in bench.mux.listing().windows] == [second]
    for pattern in ("myapp", "", f"{second};", "auth"):
        with pytest.raises(MuxError, match="not the id"):
            bench.mux.close_window(pattern)
    bench.mux.close_window(second)
    eventually(lambda: not bench.mux.listing().running)


def stands_in(bench: Bench, window: str, path: str) -> bool:
    """Whether what runs in a window is in a directory."""
    return bench.window(window).active_pane.path == path


def test_odd_names_and_directories_are_only_themselves(bench: Bench) -> None:
    opened = {}
    for name in HOSTILE:
        folder = bench.world.root / name
        folder.mkdir(parents=True)
        opened[name] = bench.opens(name, directory=str(folder), VALUE=f"{name}'")
    for name, window in opened.items():
        path = str(bench.world.root / name)
        eventually(partial(stands_in, bench, window, path))
        assert bench.window(window).owner == name
        seen = Path(f"/proc/{bench.window(window).active_pane.pid}/environ").read_bytes()
        assert os.fsencode(f"VALUE={name}'") in seen.split(b"\0")
    assert not list(bench.world.root.rglob("pwned"))
    assert not (Path(bench.world.env["HOME"]) / "pwned").exists()


@pytest.mark.parametrize(
    ("command", "keys", "statuses"),
    [("exit 3", (), {3}), ("syntax ((( error", (), {1, 2}), ("cat", ("C-z", "C-c"), {130})],
)
def test_a_window_ends_in_the_users_shell_however_its_command_ends(
    bench: Bench, command: str, keys: tuple[str, ...], statuses: set[int]
) -> None:
    begun = int(time.time())
    opened = bench.opens("auth", command=command)
    pid = bench.window(opened).active_pane.pid
    for key in keys:
        eventually(lambda: bench.window(opened).active_pane.command == command)
        bench.presses(opened, key)
    bench.presses(opened, "echo in-$((40+2))-shell", "Enter")
    eventually(lambda: "in-42-shell" in bench.shows(opened))
    pane = bench.window(opened).active_pane
    assert pane.pid == pid
    assert pane.ended is not None
    assert pane.ended.status in statuses
    assert begun <= pane.ended.at <= time.time()


def test_a_failure_leaves_no_window_and_says_why(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = bench.opens("auth")
    with pytest.raises(RefusedError, match="not there"):
        bench.opens("api", directory=str(bench.world.root / "gone"))
    assert [each.id for each in bench.mux.listing().windows] == [kept]
    with pytest.raises(MuxError, match="any more"):
        bench.mux.attachment(kept.replace(kept[-1], "99999"), bench.world.env)
    monkeypatch.setenv("PATH", str(tmp_path))
    bench.mux = bench.again()  # what was good a moment ago may not be asked again
    for ask in (bench.mux.check, lambda: bench.opens("api")):
        with pytest.raises(MuxError, match="not installed") as caught:
            ask()
        assert f"apt install {bench.kind}" in caught.value.hint


def test_what_is_typed_arrives_as_it_is(bench: Bench) -> None:
    text = "-n #{pid} $(touch pwned) `x` ; [b] 'q' \"u\" %3 \\101 ^C $HOME ünï 🚀 " + "long " * 300
    size = len(text.encode()) + 1
    reads = f"stty raw -echo; echo ready; head -c {size} >got; stty -raw echo; cat"
    opened = bench.opens("auth", command=reads)
    eventually(lambda: bench.shows(opened).startswith("ready"))
    pane = bench.window(opened).active_pane
    seen = bench.mux.pane_input(pane.id)
    assert (seen.pid, seen.taken, seen.last_key, seen.cursor[1]) == (pane.pid, False, None, 1)
    assert not bench.mux.type_into(pane.id, pane.pid + 1, "no")
    assert bench.mux.type_into(pane.id, pane.pid, text)
    got = bench.world.repo / "got"
    eventually(lambda: got.exists() and got.read_bytes() == f"{text}\r".encode())
    assert not list(bench.world.root.rglob("pwned"))
    bench.mux.close_window(opened)
    with pytest.raises(MuxError):
        bench.mux.pane_input(pane.id)


def test_two_that_open_the_first_window_at_once_share_the_session(bench: Bench) -> None:
    opened: list[str] = []

    def opens() -> None:
        made = bench.again().open_window(
            session="a",
            name="a",
            directory=str(bench.world.repo),
            panes=(ApprovedPane(ours("")),),
            env={},
        )
        opened.append(made)

    threads = [threading.Thread(target=opens) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    windows = bench.mux.listing().windows
    assert {each.id for each in windows} == set(opened)
    assert len(opened) == 3
    assert len({each.session_id for each in windows}) == 1


def test_a_program_knows_its_own_window(bench: Bench) -> None:
    bench.opens("api")
    opened = bench.opens("auth", command="env >seen.new; mv seen.new seen; cat")
    seen = bench.world.repo / "seen"
    eventually(seen.exists)
    pairs = (line.partition("=") for line in seen.read_text().splitlines())
    env = {name: value for name, _, value in pairs}
    assert bench.mux.own_pane(env) == bench.window(opened).active_pane.id
    assert bench.mux.own_pane(bench.world.env) is None
    assert not bench.mux.attachment(opened, env).takes_terminal or bench.kind == "tmux"
    assert bench.mux.attachment(opened, bench.world.env).takes_terminal
