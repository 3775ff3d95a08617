"""Clients that listen end without harm to the server, however busy the machine is."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from parallel_tui.adapters.tmux.command import Address
from parallel_tui.adapters.tmux.listening import control
from parallel_tui.adapters.tmux.listening.control import ControlClient
from parallel_tui.adapters.tmux.listening.hiding import HidingPlace
from parallel_tui.errors import MuxError
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = pytest.mark.tmux

SLOW = """#!/bin/sh
# A client that has not come to say who it is: it takes no notice of its input.
trap 'echo asked >>"$0.log"; exit' TERM
echo $$ >>"$0.log"
while :; do sleep 0.05; done
"""


def nothing(*_: object) -> None:
    """Told, and not interested."""


def test_a_client_that_nothing_was_heard_of_is_asked_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "tmux"
    program.write_text(SLOW)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(control, "TIMEOUT", 1.0)
    monkeypatch.setattr(control, "_LAST_WORDS", 0.5)
    place = HidingPlace("$0", guard=False)
    with pytest.raises(MuxError, match="did not answer"):
        ControlClient(Address(name="none"), place, nothing, nothing)
    # Killed, it would leave no word; tmux would crash if it was just then about to tell of itself.
    log = Path(f"{program}.log")
    eventually(lambda: log.read_text().endswith("asked\n"), what="it was asked")


def test_a_server_outlives_clients_that_end_while_they_begin(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at such a moment, about one of a hundred took the server along."""
    world.window("one", world.repo)
    session, server = world.tmux("display-message", "-p", "#{session_id} #{pid}").split()
    monkeypatch.setattr(control, "_LAST_WORDS", 0.0)
    monkeypatch.setattr(ControlClient, "arrive", nothing)
    for number in range(100):
        place = HidingPlace(session, guard=False)
        client = ControlClient(Address(name=world.socket), place, nothing, nothing)
        goes_on(client, 50 * number)
        client.close()
        ended(client)
    assert world.tmux("display-message", "-p", "#{pid}").strip() == server


def test_a_client_that_was_heard_of_does_not_outlast_a_server_that_stands_still(
    world: World,
) -> None:
    world.window("one", world.repo)
    session, server = world.tmux("display-message", "-p", "#{session_id} #{pid}").split()
    place = HidingPlace(session, guard=False)
    client = ControlClient(Address(name=world.socket), place, nothing, nothing)
    os.kill(int(server), signal.SIGSTOP)
    try:
        client.close()
        assert client._process.poll() == -signal.SIGKILL
    finally:
        os.kill(int(server), signal.SIGCONT)
    assert world.tmux("display-message", "-p", "#{pid}").strip() == server


def goes_on(client: ControlClient, looks: int) -> None:
    """Let it go on for as long as it takes to look at it so many times."""
    for _ in range(looks):
        client._process.poll()


def ended(client: ControlClient) -> None:
    """Wait until its process has ended."""
    eventually(lambda: client._process.poll() is not None, what="the client has ended")
