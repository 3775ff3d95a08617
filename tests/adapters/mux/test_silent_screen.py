"""A screen session that does not answer hides no windows, neither its own nor others'."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from parallel_tui.adapters.screen.server import GnuScreen
from parallel_tui.errors import MuxError
from parallel_tui.model.window.mux_news import MuxNews
from tests.adapters.mux.conftest import Bench
from tests.support.waiting import eventually

pytestmark = pytest.mark.tmux


def test_a_stopped_session_hides_none_and_is_told_once(bench: Bench) -> None:
    if bench.kind != "screen":
        pytest.skip("tmux has one server, and it is asked for everything")
    mux = bench.mux
    assert isinstance(mux, GnuScreen)
    ours = bench.opens("auth")
    here = str(bench.world.repo)
    bench.world.screen("-dmS", "mine", "-t", "hand", "sh", "-c", f"cd '{here}'; exec cat")
    eventually(lambda: {"auth", "hand"} <= {each.name for each in mux.listing().windows})
    (other,) = (each for each in bench.world.screens() if each.endswith(".mine"))
    pid = int(other.partition(".")[0])
    news: list[MuxNews] = []
    watch = mux.watch(news.append, None)
    os.kill(pid, signal.SIGSTOP)
    try:
        before = len(news)
        for fresh in (mux, mux, bench.again()):
            found = {each.session_name: each for each in fresh.listing().windows}
            assert found["mine"].active_pane.command == "cat"
            assert found["mine"].active_pane.path == here
            assert ours in {each.id for each in found.values()}
        told = [each.why for each in news[before:]]
        assert told == [f"GNU Screen tells of no changes, and {other} does not answer"]
        assert [remedy for _, remedy in mux.oddities()] == [f"kill -CONT {pid}"]
        mux.close_window(ours)
    finally:
        watch.close()
        os.kill(pid, signal.SIGCONT)
    eventually(lambda: not mux.oddities())
    assert [each.name for each in mux.listing().windows] == ["hand"]


def test_a_session_without_its_socket_is_trouble_only_if_it_does_not_end(bench: Bench) -> None:
    if bench.kind != "screen":
        pytest.skip("the same for tmux is tested with its servers")
    bench.opens("auth")
    (ours,) = bench.world.screens()
    pid = int(ours.partition(".")[0])
    Path(bench.world.env["SCREENDIR"], ours).unlink()
    for _ in range(2):
        with pytest.raises(MuxError, match=f"The screen session {pid} runs, and its socket"):
            bench.mux.listing()
    other = bench.again()
    ending = threading.Timer(0.3, os.kill, (pid, signal.SIGKILL))
    ending.start()
    try:
        assert not other.listing().running
    finally:
        ending.join()
