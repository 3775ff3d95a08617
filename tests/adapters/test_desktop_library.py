"""The library speaks with a desktop that a test plays, on a real bus of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from parallel_tui.adapters.desktop import DesktopNotifications, library
from parallel_tui.model.settings.notify import DesktopWay

pytest.importorskip("desktop_notifier")

DESKTOP = """
import asyncio, sys
from dbus_fast.aio import MessageBus
from dbus_fast.service import ServiceInterface, method, signal

class Notifications(ServiceInterface):
    @method()
    def GetCapabilities(self) -> 'as':
        return ['body']
    @method()
    def GetServerInformation(self) -> 'ssss':
        return ['test', 'test', '1', '1.2']
    @method()
    def CloseNotification(self, number: 'u'):
        pass
    @method()
    def Notify(self, app: 's', old: 'u', icon: 's', title: 's', text: 's', acts: 'as',
               hints: 'a{sv}', time: 'i') -> 'u':
        with open(sys.argv[1], 'a') as out:
            out.write('|'.join((app, title, text)) + chr(10))
        return 1
    @signal()
    def NotificationClosed(self) -> 'uu':
        return [1, 1]
    @signal()
    def ActionInvoked(self) -> 'us':
        return [1, '']

async def main():
    bus = await MessageBus().connect()
    bus.export('/org/freedesktop/Notifications', Notifications('org.freedesktop.Notifications'))
    await bus.request_name('org.freedesktop.Notifications')
    print('ready', flush=True)
    await bus.wait_for_disconnect()

asyncio.run(main())
"""


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A desktop that writes down what it is to show."""
    daemon = shutil.which("dbus-daemon")
    if daemon is None:
        pytest.skip("dbus-daemon is not installed")
    with subprocess.Popen(
        [daemon, "--session", "--nofork", "--print-address", f"--address=unix:dir={tmp_path}"],
        stdout=subprocess.PIPE,
        text=True,
    ) as bus:
        assert bus.stdout is not None
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.stdout.readline().strip())
        said = tmp_path / "said"
        with subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", DESKTOP, said], stdout=subprocess.PIPE, text=True
        ) as desktop:
            assert desktop.stdout is not None
            assert desktop.stdout.readline() == "ready\n"
            yield said
            desktop.terminate()
        bus.terminate()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_desktop_gets_title_and_text(shown: Path, tmp_path: Path) -> None:
    found = DesktopNotifications(
        DesktopWay.AUTO, {"PATH": str(tmp_path)}, lambda sequence, shown: ""
    )
    assert found.tell("app [b]", "auth <b>waits</b> for you")
    assert shown.read_text(encoding="utf-8") == "pdev|app [b]|auth ‹b›waits‹/b› for you\n"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_desktop_that_does_not_answer_is_a_no(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nothing")
    assert not library.tell("app", "one")
    assert capfd.readouterr() == ("", ""), "nothing is written over the dashboard"
