"""Sessions of other machines: reached, removed, synced and started from the dashboard."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from textual.widgets import Static

from parallel_tui.model.hosts.machines import KnownMachine
from parallel_tui.model.hosts.marks import opening
from parallel_tui.model.hosts.reach import request_of
from parallel_tui.model.hosts.shared import SharedSession, ShareMode
from parallel_tui.model.hosts.view import HostsView, Sharing
from parallel_tui.model.session.session import Session
from parallel_tui.model.settings.reached import HostSettings
from parallel_tui.model.window.attachment import Attachment
from parallel_tui.ports.hosts.reach import RemoteAnswer
from parallel_tui.record import replace
from parallel_tui.services.hosts.elsewhere import OtherMachines
from parallel_tui.ui.dialogs.confirm import ConfirmDialog
from parallel_tui.ui.dialogs.remove import RemoveDialog
from parallel_tui.ui.dialogs.spawn import SpawnDialog
from parallel_tui.ui.present.order import mixed
from parallel_tui.ui.screens.machines import MachinesScreen
from parallel_tui.ui.screens.sync import SyncScreen
from tests.ui import samples
from tests.ui.harness import core_of, on_screen, running, toasts, until
from tests.ui.settling import settled

AUTH = SharedSession(
    *("red", "auth", "1" * 40, "2" * 40, "3" * 40),
    branch="feature/login",
    mode=ShareMode.WORK,
    clone="c" * 16,
)

REMOVAL: Mapping[str, Any] = {
    **{"session": "auth", "key": "/k", "path": "/red/auth", "branch": "b", "head": "3" * 40},
    "losses": [{"kind": "untracked", "summary": "1 file", "items": ["[x] y"], "count": 1}],
    **{"notes": [], "refusal": None, "windows": [], "fingerprint": "f00"},
}
SYNC: Mapping[str, Any] = {
    **{"base": "main", "onto": "4" * 40, "onto_name": "origin/main", "merge": False},
    **{"fetched": True, "forward": None, "notes": [], "fingerprint": "5ca1e"},
    "sessions": [
        {
            **{
                "session": "auth",
                "key": "/k",
                "path": "/red/auth",
                "branch": "b",
                "head": "3" * 40,
            },
            **{"behind": 1, "skip": None, "detail": "", "commits": [], "conflicts": []},
            **{"remembered": False, "resolved": [], "notes": []},
        }
    ],
}
SYNCED: Mapping[str, Any] = {
    "outcomes": [
        {
            **{"session": "auth", "key": "/k", "run": "r1", "about": "session", "branch": "b"},
            **{"result": "synced", "message": "rebased", "before": "3" * 40, "after": "5" * 40},
            **{"backup": "refs/x", "skip": None},
        }
    ]
}


@dataclass
class Red:
    """Another machine, by what its pdev says to each command."""

    answers: Mapping[str, Mapping[str, Any]]
    asked: list[tuple[str, ...]] = field(default_factory=list)
    kept: dict[str, HostSettings] = field(default_factory=dict)

    def ask(self, ssh: str, command: str, *, timeout: float) -> RemoteAnswer:
        """What it says."""
        request = request_of(command.split()[3:])
        words = request.arguments
        self.asked.append(words)
        said = self.answers[f"{words[0]} {words[1]}"]
        answer = json.dumps({"schema": 2, **said})
        return RemoteAnswer(0, f"Welcome! {opening(request.mark).decode()}{answer}\n", "")

    def follow(
        self, ssh: str, command: str, write: Callable[[bytes], None], *, reads: bool
    ) -> RemoteAnswer:
        """What only commands do."""
        raise NotImplementedError

    def words(self, ssh: str, command: str) -> Sequence[str]:
        """What would be run."""
        return ("ssh", ssh, command)

    def read(self) -> Mapping[str, HostSettings]:
        """How it is reached."""
        return self.kept

    def keep(self, host: str, settings: HostSettings | None) -> None:
        """Keep that."""
        self.kept[host] = settings or HostSettings()


@dataclass
class FakeHosts:
    """Other machines of the core."""

    others: OtherMachines
    news: int = 0

    def ask_now(self) -> None:
        """Look again."""
        self.news += 1

    def machines(self, view: HostsView | None) -> tuple[KnownMachine, ...]:
        """All of them."""
        return (KnownMachine("here", here=True), KnownMachine("red", sessions=1))


def others_of(red: Red) -> OtherMachines:
    """Reaches the machine by nothing but what it answers."""
    return OtherMachines({}, red, lambda: (AUTH,), dict, red, lambda: "", lambda: None)


async def test_what_is_done_there_is_shown_here_first() -> None:
    red = Red(
        {
            "host about": {"pdev": "1", "now": 1.0},
            "remove --dry-run": REMOVAL,
            "remove --yes": {"done": "Removed", "trash": "auth-1"},
            "sync --dry-run": SYNC,
            "sync --json": SYNCED,
        }
    )
    refused = (("refs/pdev/hosts/evil/x", "it is forged [x]"),)
    view = HostsView(Sharing(ShareMode.WORK, "origin", "here", "c"), sessions=(AUTH,))
    snapshot = replace(samples.sharing(), hosts=replace(view, refused=refused))
    core = core_of(snapshot)
    core.hosts = hosts = FakeHosts(others_of(red))
    core.env = {}
    core.mux.shown = Attachment(("true",), {}, takes_terminal=False, way_back="detach there")
    async with running(core) as (pilot, dashboard):
        table = dashboard.sessions_pane.table
        table.select("auth@red")
        await settled(pilot)
        assert "Work        has no uncommitted work" in on_screen(pilot)
        assert "Enter attaches to it there." in on_screen(pilot)
        await pilot.press("up")
        await until(pilot, lambda: "has no uncommitted work" not in on_screen(pilot))
        table.select("auth@red")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmDialog))
        assert "It is reached as red" in on_screen(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "detach there" in toasts(pilot))
        assert red.kept == {"red": HostSettings("red")}

        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, RemoveDialog))
        assert "Remove auth@red" in on_screen(pilot)
        await pilot.press("a", "enter")
        await until(pilot, lambda: "pdev on red undo auth-1 brings it back" in toasts(pilot))
        told = ("--json", "--expect", "f00", "--discard", "untracked", "--", "auth")
        assert list(red.asked[-1]) == ["remove", "--yes", *told]

        await pilot.press("s")
        await until(pilot, lambda: isinstance(pilot.app.screen, SyncScreen))
        screen = pilot.app.screen
        assert isinstance(screen, SyncScreen)
        await until(pilot, lambda: screen.phase == "ready")
        await pilot.press("y")
        await until(pilot, lambda: screen.phase == "ended")
        note = str(screen.query_one(".note", Static).content)
        assert "pdev on red sync --undo r1" in note
        words = "sync --json --no-fetch --expect 5ca1e -- auth"
        assert " ".join(red.asked[-1]) == words
        await pilot.press("escape")
        await settled(pilot)
        assert hosts.news == 2

        table.select("machine:red")
        await pilot.press("n")
        await until(pilot, lambda: isinstance(pilot.app.screen, SpawnDialog))
        assert "New session on red" in on_screen(pilot), "that of the heading"
        await pilot.press("escape")
        await settled(pilot)

        await pilot.press("X")
        await until(pilot, lambda: "machines mixed" in on_screen(pilot))
        await pilot.press("at")
        await until(pilot, lambda: isinstance(pilot.app.screen, MachinesScreen))
        await until(pilot, lambda: "1 ref not believed" in on_screen(pilot))
        assert "evil/x" in on_screen(pilot)
        await pilot.press("down", "c")
        await until(pilot, lambda: "red answered" in on_screen(pilot))


def test_sessions_of_other_machines_stand_where_the_order_has_them() -> None:
    own = samples.sharing().sessions[:2]
    rows: list[tuple[str, Session | SharedSession]] = [
        *((each.key, each) for each in own),
        (AUTH.key, AUTH),
    ]
    assert mixed(rows, "need", set())[-1] == AUTH.key
    assert set(mixed(rows, "name", ())) == {key for key, _ in rows}
    names = [each.casefold() for each in (*(one.name for one in own), AUTH.key)]
    place = mixed(rows, "name", ()).index(AUTH.key)
    assert place == sorted(names).index(AUTH.key)
    needing = sum(each.needs_somebody for each in own)
    assert mixed(rows, "need", {AUTH.key}).index(AUTH.key) == needing
