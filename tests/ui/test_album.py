"""Every screen and dialog in turn: its words at three sizes, its footer, its colours.

One application shows many of them, for starting one takes longer than looking at it. The words are
kept as text, which can be read where a change of them is looked at; how the dashboard looks is kept
as pictures (`test_snapshots`). The preview stays empty: how far it is scrolled after a change of
size is a matter of when what arrives.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, Final, cast

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Input, TextArea

from parallel_tui.bootstrap.landing import plans
from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.hosts.machines import KnownMachine, joined
from parallel_tui.model.hosts.view import HostsView
from parallel_tui.model.lifecycle.spawn import SpawnRequest
from parallel_tui.record import dataclass, replace
from parallel_tui.ui.dashboard.screen import Dashboard
from parallel_tui.ui.dialogs.confirm import ConfirmDialog
from parallel_tui.ui.dialogs.error import ErrorDialog
from parallel_tui.ui.dialogs.permission import PermissionDialog
from parallel_tui.ui.dialogs.remove import RemoveDialog
from parallel_tui.ui.dialogs.resume import ResumeDialog
from parallel_tui.ui.dialogs.spawn import SpawnDialog
from parallel_tui.ui.dialogs.trust import TrustDialog
from parallel_tui.ui.looks import colours, theme
from parallel_tui.ui.looks.colours import Colours
from parallel_tui.ui.panes.detail import DetailPane
from parallel_tui.ui.widgets.key_footer import main_action
from tests.support.sources import PACKAGE
from tests.ui import samples
from tests.ui.fake_engine import FakeCore
from tests.ui.harness import app_of, core_of, on_screen, settle, until
from tests.ui.landings import FakeParts
from tests.ui.legible import faults
from tests.ui.samples import NOW
from tests.ui.settling import settled
from tests.ui.test_boundaries import snapshot as bounded
from tests.ui.test_detail_pane import DIFF
from tests.ui.test_dialogs import CHOICES, LOSSES, plan, question, removal
from tests.ui.test_life import _core as living
from tests.ui.test_machine import Stopping
from tests.ui.test_machine import _core as busy
from tests.ui.test_reaching import ASK
from tests.ui.test_several import Both, group
from tests.ui.test_teams import Starter, expects, teams

WIDE: Final = (120, 40)
SIZES: Final = ((80, 24), (200, 50), WIDE)

USUAL: Final = ((Colours.MANY, "textual-dark"), (Colours.SIXTEEN, theme.PLAIN))
OTHERS: Final = (
    (Colours.FULL, "textual-light"),
    (Colours.MANY, "solarized-light"),
    (Colours.SIXTEEN, "nord"),
    (Colours.SIXTEEN, "textual-light"),
    (Colours.SIXTEEN, "ansi-light"),
    (Colours.NONE, theme.PLAIN),
)

DIALOGS: Final[dict[str, Callable[[], ModalScreen[Any]]]] = {
    "spawn": lambda: SpawnDialog(CHOICES, plan, request=SpawnRequest("My F", prompt="a")),
    "empty spawn": lambda: SpawnDialog(CHOICES, plan, request=SpawnRequest("")),
    "remove": lambda: RemoveDialog(removal(*LOSSES)),
    "refused": lambda: RemoveDialog(removal(refusal="It is the main worktree.")),
    "confirm": lambda: ConfirmDialog("Undo?", "a line\nanother", confirm="Undo"),
    "error": lambda: ErrorDialog("Wrong", "It is wrong.", "Put it right."),
    "trust": lambda: TrustDialog(question("npm install", "x" * 90)),
    "permission": lambda: PermissionDialog(ASK, NOW),
    "resume": lambda: ResumeDialog("auth"),
}

CORES: Final[dict[str, Callable[[], FakeCore]]] = {
    "typical": lambda: _typical(),
    "sharing": lambda: _sharing(),
    "failing": lambda: core_of(samples.failing()),
    "overlaps": lambda: _overlapping(),
    "boundaries": lambda: core_of(bounded()),
    "life": living,
    "merge": lambda: core_of(samples.typical()),
    "machine": lambda: busy(Stopping()),
    "machines": lambda: _with_machines(),
    "team": lambda: _with_teams(),
}

SCENES: Final = {
    "typical": ("", "D", "W", "i", "question_mark", "f1", "colon", "exclamation_mark", "slash a"),
    "sharing": ("", "t", "L", "h", "p", "P", "tab tab tab u", "tab tab tab tab enter"),
    "failing": ("",),
    "overlaps": ("", "o right down", "tab tab j enter", "tab tab j enter m"),
    "boundaries": ("", "b"),
    "life": ("S", "c space", "H"),
    "merge": ("m", "m enter", "m y", "m c", "m l"),
    "machine": ("percent_sign", "percent_sign enter"),
    "machines": ("", "X", "up space", "at", "at down down"),
    "team": ("N",),
}
"""Keys from the dashboard to each screen."""

DENSE: Final = ("typical", "sharing", "overlaps", "machine", "machines", "team")
"""Where the most kinds of text stand."""

SEEN: Final = {
    *("Dashboard", "HelpScreen", "KeysScreen", "Palette", "NoticesScreen", "FormDialog"),
    *("MatrixScreen", "PairScreen", "BoundariesScreen", "SyncScreen", "CleanupScreen"),
    *("HistoryScreen", "LandingScreen", "DetailScreen", "ScriptScreen", "CheckScreen"),
    *("ConfirmDialog", "SpawnDialog", "RemoveDialog", "ErrorDialog", "TrustDialog"),
    *("PermissionDialog", "ResumeDialog"),
    *("MachineScreen", "MachinesScreen", "ProcessesScreen", "TeamScreen", "SeveralDashboard"),
}
"""Every screen that the tests here look at."""

UNSEEN: Final = {
    "LookFirst": "a line while something is looked at, in the frame of what follows it",
    **dict.fromkeys(("AskedScreen", "PanesScreen", "Dialog", "SentOff"), "a base class"),
    **dict.fromkeys(
        ("ListScreen", "KeptPlanScreen", "MergeScreen", "ViewScreen"),
        "a base class",
    ),
}


def _typical() -> FakeCore:
    core = core_of(samples.typical())
    core.inspector.answers["diff"] = DIFF
    return core


def _with_machines() -> FakeCore:
    shown = samples.machines()
    assert shown.hosts is not None
    refused = (("refs/pdev/hosts/evil/x", "its commit was not made by pdev"),)
    view = replace(shown.hosts, refused=refused)
    core: Any = core_of(replace(shown, hosts=view))
    core.hosts = KnownHosts()
    return cast("FakeCore", core)


@dataclass
class KnownHosts:
    """The machines of the sample, as a store knows them."""

    def machines(self, view: HostsView) -> tuple[KnownMachine, ...]:
        """All of them."""
        usual = KnownMachine("", pdev="1.4.0", git="2.39.5", windows="tmux 3.4", python="3.11.7")
        here = replace(usual, name="green", heard=9.0, present=True, skew=0.1, tables=3)
        red = replace(here, name="red", ssh="me@red.example.org", heard=12.0, lag=0.4)
        blue = replace(red, name="blue", ssh="", heard=5000.0, present=False, skew=3600.0)
        reached = {"red": "me@red.example.org"}
        lags = (("red", 0.4), ("blue", -3600.0))
        return joined(replace(view, lags=lags), (here, red, blue), reached)


def _with_teams() -> FakeCore:
    core: Any = core_of(samples.typical())
    core.teams = teams(Starter(expects))
    return cast("FakeCore", core)


def _sharing() -> FakeCore:
    core = core_of(samples.sharing())
    core.attacher.answers["attach"] = RefusedError("no terminal here")
    return core


def _overlapping() -> FakeCore:
    core = core_of(samples.overlapping())
    core.live.details["src/auth.py"] = samples.path_detail()
    return core


async def _look(
    pilot: Pilot[Any],
    snapshot: SnapshotAssertion,
    name: str,
    looks: tuple[tuple[Colours, str], ...],
    sizes: tuple[tuple[int, int], ...] = SIZES,
) -> str:
    """Look at the screen in front at all sizes and in some colours; returns its name."""
    app, shown = pilot.app, []
    for size in sizes:
        await pilot.resize_terminal(*size)
        await settled(pilot)
        text = on_screen(pilot)
        assert faults(app) == [], f"{name} at {size}:\n{text}"
        last = text.splitlines()[-1]
        assert "Help" in last, f"{name} at {size}: {last}"
        assert "Quit" in last, f"{name} at {size}: {last}"
        assert _main_key(pilot) in last, f"{name} at {size}: {last}"
        shown += [f"{size[0]}x{size[1]}", *(line.rstrip() for line in text.splitlines()), ""]
        assert "Something went wrong" not in text, f"{name}:\n{text}"
    assert "\n".join(shown) == snapshot(name=name)
    for many, look in looks:
        colours.apply(app, many)
        app.theme = look
        await settled(pilot)
        found = faults(app, many.system)
        assert not found, f"{name}, {many.name} {look}: {found}"
    colours.apply(app, Colours.FULL)
    app.theme = "textual-dark"
    await settled(pilot)
    return type(app.screen).__name__


def _main_key(pilot: Pilot[Any]) -> str:
    """The main key of the screen in front as a footer has it; empty where none can be pressed."""
    screen = pilot.app.screen
    for _, binding, _, _ in screen.active_bindings.values():
        typed = isinstance(screen.focused, Input | TextArea) and len(binding.key) == 1
        if binding.show and not typed and binding.action == main_action(screen):
            return f" {pilot.app.get_key_display(binding)} {binding.description} "
    return ""


async def _back(pilot: Pilot[Any]) -> None:
    for _ in range(3):
        if isinstance(pilot.app.screen, Dashboard):
            return
        await pilot.press("escape")
        await settled(pilot)
    assert isinstance(pilot.app.screen, Dashboard), "Escape leads back from every screen"


@pytest.fixture(autouse=True)
def _always_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day on which the words were kept: ages are told in weeks, and another one begins."""
    given = vars(DetailPane)["__init__"].__kwdefaults__
    monkeypatch.setitem(given, "clock", lambda: NOW + 75.5 * 7 * 86_400)


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> FakeParts:
    made = FakeParts()
    monkeypatch.setattr(plans, "LandingParts", made.of)
    return made


@pytest.mark.parametrize("core", SCENES)
async def test_screens(core: str, snapshot: SnapshotAssertion, parts: FakeParts) -> None:
    """Whole, with its keys, and readable at every size and in every number of colours."""
    app, met = app_of(CORES[core]()), set[str]()
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        for place, keys in enumerate(SCENES[core]):
            for key in keys.split():
                await pilot.press(key)
                await settled(pilot)
            looks = (*USUAL, *OTHERS) if not place and core in DENSE else USUAL
            met.add(await _look(pilot, snapshot, f"{core} {keys}".strip(), looks))
            await _back(pilot)
    assert met <= SEEN


async def test_several_repositories(snapshot: SnapshotAssertion) -> None:
    """The dashboard with a heading each, one of which cannot be opened."""
    gone = group("2", "gone", FakeCore, problem=UsageError("/work/gone is not a directory"))  # type: ignore[arg-type]
    async with Both(gone).running() as pilot:
        await _look(pilot, snapshot, "several", (*USUAL, *OTHERS))


async def test_dialogs(snapshot: SnapshotAssertion) -> None:
    """The same for what is asked."""
    app = app_of(core_of(samples.typical()))
    async with app.run_test(size=WIDE) as pilot:
        await settle(pilot)
        for name, make in DIALOGS.items():
            app.push_screen(make())
            await until(pilot, lambda: not isinstance(app.screen, Dashboard))
            assert await _look(pilot, snapshot, name, USUAL, (SIZES[0], WIDE)) in SEEN
            await _back(pilot)


def _screens() -> list[ast.ClassDef]:
    return [
        node
        for path in (PACKAGE / "ui").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.ClassDef)
        and any(ast.unparse(base).split("[")[0].endswith(("Screen", "Dialog", "SentOff", "Palette"))
                for base in node.bases)
    ]  # fmt: skip


def test_no_screen_is_left_out() -> None:
    assert {node.name for node in _screens()} == SEEN | UNSEEN.keys()


def test_a_screen_with_keys_names_its_main_one() -> None:
    """It stands first in the footer: the narrowest shows it."""
    told = {}
    for node in _screens():
        bound = [
            [ast.literal_eval(word) for word in call.args]
            for call in ast.walk(node)
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "Binding"
            if all(isinstance(word, ast.Constant) for word in call.args)
            if not any(word.arg == "show" for word in call.keywords)
        ]
        doing = [words[1] for words in bound if words[1] not in ("leave", "dismiss", "cancel")]
        main = [
            ast.literal_eval(line.value)
            for line in node.body
            if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "MAIN"
        ]
        if any(ast.unparse(base).startswith("SentOff") for base in node.bases):
            main.append("submit")
        if doing and node.name not in ("SentOff", "Palette"):  # Tab leads on; Escape closes
            told[node.name] = (main, doing)
    assert len(told) > 15
    assert {name: each for name, each in told.items() if not {*each[0]} & {*each[1]}} == {}
