"""What dialogs ask, and what an answer takes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from textual import events
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Select, TextArea

from parallel_tui.errors import UsageError
from parallel_tui.model.lifecycle.removal import Loss, LossKind, RemovalPlan
from parallel_tui.model.lifecycle.spawn import BranchSource, SpawnPlan, SpawnRequest
from parallel_tui.model.session.branch import Branch
from parallel_tui.model.settings.config import Origin
from parallel_tui.model.settings.consent_question import Question, ShellLine
from parallel_tui.services.spawn.spawner import SpawnChoices
from parallel_tui.ui.dialogs.confirm import ConfirmDialog
from parallel_tui.ui.dialogs.error import ErrorDialog
from parallel_tui.ui.dialogs.remove import RemoveAnswer, RemoveDialog
from parallel_tui.ui.dialogs.spawn import SpawnDialog
from parallel_tui.ui.dialogs.trust import TrustDialog
from tests.support.waiting import PATIENCE
from tests.ui.harness import until
from tests.ui.samples import HOSTILE
from tests.ui.showing import UNASKED, Asking, rendered

CHOICES = SpawnChoices(
    bases=("main", "dev"),
    branches=(
        Branch("feature/x", "a" * 40),
        Branch("origin/y", "b" * 40, "origin"),
    ),
    layouts=("single", "split"),
    agent="claude",
    names=frozenset({"auth"}),
)
LOSSES = (
    Loss(LossKind.MODIFIED, "11 modified files", tuple(f"f{n}.py" for n in range(11)), 11),
    Loss(LossKind.WINDOWS, "1 window would be closed"),
)


def plan(request: SpawnRequest) -> SpawnPlan:
    """Refuses one name, sanitises the others."""
    if request.name == "bad":
        raise UsageError("bad is [/x] taken", hint="take another")
    slug = request.name.lower().replace(" ", "-")
    changed = () if slug == request.name else ("upper case became lower case",)
    return SpawnPlan(slug, f"feature/{slug}", f"/w/{slug}", slug, changed, "main", ("many",))


def question(*lines: str) -> Question:
    return Question(tuple(ShellLine(line, Origin.REPOSITORY, "setup") for line in lines))


def removal(*losses: Loss, refusal: str | None = None) -> RemovalPlan:
    return RemovalPlan("k", "auth", "/w", "feature/auth", "a" * 40, losses, ("a note",), refusal)


async def test_spawn_shows_what_it_makes_and_sends_what_was_shown() -> None:
    app = Asking(SpawnDialog(CHOICES, plan))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"My F")
        await until(pilot, lambda: "my-f: upper case became lower case" in rendered(app))
        await until(pilot, lambda: "feature/my-f  from main" in rendered(app))
        await until(pilot, lambda: "! many" in rendered(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.answer is not UNASKED)
        assert app.answer == SpawnRequest("My F")


async def test_spawn_sent_off_early_waits_only_for_what_must_be_seen() -> None:
    gate = threading.Event()

    def slow(request: SpawnRequest) -> SpawnPlan:
        gate.wait(PATIENCE)
        return plan(request)

    form = SpawnDialog(CHOICES, slow)
    app = Asking(form)
    async with app.run_test(size=(80, 24)) as pilot:
        for key in (*"my-f", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: form.frozen)
        gate.set()
        await until(pilot, lambda: "! many" in rendered(app))
        assert app.answer is UNASKED, "the warning was not seen yet"
        await pilot.press("enter")
        await until(pilot, lambda: app.answer is not UNASKED)
        assert app.answer == SpawnRequest("my-f")


async def test_spawn_sent_off_while_its_plan_is_being_made_is_made_once() -> None:
    gate = threading.Event()
    asked: list[str] = []
    made: list[str] = []

    def slow(request: SpawnRequest) -> SpawnPlan:
        asked.append(request.name)
        if request.name == "why-7":
            gate.wait(PATIENCE)
        return replace(plan(request), warnings=())

    async def make(request: SpawnRequest) -> bool:
        made.append(request.name)
        await asyncio.sleep(0.2)  # longer than a second answer would take
        return True

    app = Asking(SpawnDialog(CHOICES, slow, make=make))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"why-7")
        await until(pilot, lambda: "why-7" in asked)
        await pilot.press("enter")
        gate.set()
        await until(pilot, lambda: app.answer is not UNASKED)
        assert (asked.count("why-7"), made) == (1, ["why-7"])


async def test_spawn_tells_why_not_and_does_not_send() -> None:
    app = Asking(SpawnDialog(CHOICES, plan))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"bad")
        await until(pilot, lambda: "bad is [/x] taken" in rendered(app))
        assert "take another" in rendered(app)
        assert app.screen.query_one("#create", Button).disabled
        await pilot.press("enter", "ctrl+s")
        assert app.answer is UNASKED
        await pilot.press("escape")
        await until(pilot, lambda: app.answer is None)


async def test_spawn_never_sends_what_was_not_looked_at() -> None:
    app = Asking(SpawnDialog(CHOICES, plan, request=SpawnRequest("one")))
    async with app.run_test(size=(80, 24)) as pilot:
        create = app.screen.query_one("#create", Button)
        await until(pilot, lambda: not create.disabled)
        app.screen.query_one("#name", Input).value = "two"
        app.dialog.action_submit()  # type: ignore[attr-defined]
        await pilot.pause()
        assert app.answer is UNASKED


async def test_spawn_from_an_existing_branch() -> None:
    app = Asking(SpawnDialog(CHOICES, plan))
    async with app.run_test(size=(80, 24)) as pilot:
        app.screen.query_one("#source", Select).value = BranchSource.EXISTING
        await pilot.pause()
        assert not app.screen.query_one("#field-base").display
        branch = app.screen.query_one("#branch", Input)
        branch.focus()
        await pilot.press(*"feat")
        await until(pilot, lambda: branch._suggestion == "feature/x")
        await pilot.press("right", "ctrl+s")
        await until(pilot, lambda: not app.screen.query_one("#create", Button).disabled)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.answer is not UNASKED)
        assert isinstance(app.answer, SpawnRequest)
        assert (app.answer.source, app.answer.branch) == (BranchSource.EXISTING, "feature/x")


@pytest.mark.parametrize(
    "dialog",
    [
        lambda: SpawnDialog(CHOICES, plan, prompt_first=True, request=SpawnRequest("My F")),
        lambda: RemoveDialog(removal(*LOSSES)),
        lambda: TrustDialog(question(*["npm ci"] * 60)),
        lambda: ErrorDialog("Refused", "It failed\n" * 60, "hint", "trace\n" * 60),
        lambda: ConfirmDialog("Sure?", "what\n" * 60),
    ],
)
async def test_buttons_stay_in_view_on_the_smallest_screen(
    dialog: Callable[[], ModalScreen[Any]],
) -> None:
    app = Asking(dialog())
    async with app.run_test(size=(60, 15)) as pilot:

        def inside() -> bool:
            return all(
                button.region.bottom <= 14 and button.region.height
                for button in app.screen.query(Button)
            )

        await until(pilot, lambda: inside() and app.screen.query(Button))


async def test_remove_needs_every_tick_and_enter_ticks_nothing() -> None:
    app = Asking(RemoveDialog(removal(*LOSSES)))
    async with app.run_test(size=(80, 30)) as pilot:
        remove = app.screen.query_one("#remove", Button)
        assert "+3 more" in rendered(app)
        await pilot.press("enter", "enter")
        assert remove.disabled
        await pilot.press("space")
        assert remove.disabled
        assert "Not ticked: windows" in rendered(app)
        await pilot.press("tab", "space")
        await until(pilot, lambda: not remove.disabled)
        await pilot.press("enter")
        assert app.answer is UNASKED, "Enter on a tick is no removal"
        await pilot.press("tab", "tab", "enter")
        await until(pilot, lambda: app.answer is not UNASKED)
        assert app.answer == RemoveAnswer(frozenset({"modified", "windows"}), False)


async def test_keys_typed_ahead_find_the_button_as_the_ticks_leave_it() -> None:
    app = Asking(RemoveDialog(removal(*LOSSES[:1])))
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.pause()
        for key in ("space", "tab", "tab", "enter"):
            app.post_message(events.Key(key, " " if key == "space" else None))
        await until(pilot, lambda: app.answer is not UNASKED)
        assert app.answer == RemoveAnswer(frozenset({"modified"}), False)


async def test_remove_of_a_clean_session_is_one_enter() -> None:
    app = Asking(RemoveDialog(removal()))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: app.answer == RemoveAnswer(frozenset(), False))


async def test_a_refusal_can_only_be_closed() -> None:
    app = Asking(RemoveDialog(removal(*LOSSES, refusal="it is the main worktree")))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "Cannot be removed: it is the main worktree" in rendered(app)
        assert not app.screen.query("#remove")
        await pilot.press("enter")
        await until(pilot, lambda: app.answer is None)


@pytest.mark.parametrize(
    ("key", "answer"), [("y", True), ("n", False), ("escape", False), ("enter", False)]
)
async def test_confirm(key: str, answer: bool) -> None:
    app = Asking(ConfirmDialog("Close?", "what", danger=True))
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press(key)
        await until(pilot, lambda: app.answer is answer)


@pytest.mark.parametrize("key", ["enter", "escape"])
async def test_trust_is_not_given_by_accident(key: str) -> None:
    app = Asking(TrustDialog(question("npm ci")))
    async with app.run_test() as pilot:
        await pilot.pause()
        await pilot.press("y", key)
        await until(pilot, lambda: app.answer is False)


@pytest.mark.parametrize("size", [(80, 24), (60, 15), (200, 60)])
@pytest.mark.parametrize(
    "asked",
    [
        question("; ".join(["true"] * 1500), "touch RAN"),
        question(*[f"step {n}" for n in range(300)], "touch RAN"),
        question("npm ci" + " x" * 9000 + "; touch RAN"),
    ],
)
async def test_trust_can_be_given_only_after_every_line_was_on_screen(
    asked: Question, size: tuple[int, int]
) -> None:
    dialog = TrustDialog(asked)
    app = Asking(dialog)
    async with app.run_test(size=size) as pilot:
        yes = app.screen.query_one("#yes", Button)

        def locked() -> bool:
            return yes.disabled

        await until(pilot, lambda: "to read before" in rendered(app))
        assert locked()
        assert not await pilot.click("#yes") or app.answer is UNASKED
        commands = app.screen.query_one("#commands")
        commands.scroll_end(animate=False)  # a jump to the end leaves out what lies between
        await pilot.pause()
        await pilot.pause()
        assert locked()
        commands.scroll_home(animate=False)
        await pilot.pause()
        seen = ""
        for _ in range(2000):
            seen += rendered(app)
            if not locked():
                break
            at = commands.scroll_offset.y
            await pilot.press("pagedown")
            await until(
                pilot,
                lambda at=at: commands.scroll_offset.y > at or not locked(),  # type: ignore[misc]
            )
            await pilot.pause()
        assert not locked()
        assert "touch RAN" in " ".join(seen.split())
        assert "to read before" not in rendered(app)
        await pilot.click("#yes")
        await until(pilot, lambda: app.answer is True)


async def test_a_short_question_can_be_answered_at_once() -> None:
    app = Asking(TrustDialog(question("npm ci")))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: not app.screen.query_one("#yes", Button).disabled)
        await pilot.click("#yes")
        await until(pilot, lambda: app.answer is True)


@pytest.mark.parametrize(
    ("keys", "agent", "origin"),
    [
        ((), None, Origin.TYPED),
        (("!",), "evil  --x !", Origin.REPOSITORY),
        (("!", "backspace"), "evil  --x", Origin.REPOSITORY),
        (("ctrl+u",), "", Origin.TYPED),
        (("ctrl+u", "m", "e"), "me", Origin.TYPED),
    ],
)
async def test_the_form_knows_who_wrote_the_agents_command(
    keys: tuple[str, ...], agent: str | None, origin: Origin
) -> None:
    choices = replace(CHOICES, agent="evil  --x ", agent_origin=Origin.REPOSITORY)
    app = Asking(SpawnDialog(choices, plan, request=SpawnRequest("one")))
    async with app.run_test(size=(80, 30)) as pilot:
        app.screen.query_one("#agent", Input).focus()
        await pilot.press("end", *keys)
        create = app.screen.query_one("#create", Button)
        await until(pilot, lambda: not create.disabled)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.answer is not UNASKED)
        assert isinstance(app.answer, SpawnRequest)
        assert (app.answer.agent, app.answer.agent_origin) == (agent, origin)
        assert app.answer.layout is None, "nobody chose one"
        again = SpawnDialog(choices, plan, request=app.answer)
    app = Asking(again)
    async with app.run_test(size=(80, 30)) as pilot:
        await pilot.pause()
        assert (again.request.agent, again.request.agent_origin) == (agent, origin)


@pytest.mark.parametrize("kind", [Input, TextArea])
async def test_what_is_pasted_into_the_form_cannot_command_the_terminal(
    kind: type[Input | TextArea],
) -> None:
    app = Asking(SpawnDialog(CHOICES, plan))
    async with app.run_test(size=(80, 30)) as pilot:
        app.screen.query(kind).first().focus()
        await pilot.pause()
        app.screen.query(kind).first().post_message(events.Paste("a\x1b]52;c;aGk=\x07b"))
        await until(pilot, lambda: "a␛]52;c;aGk=␇b" in rendered(app))
        assert "\x1b" not in rendered(app)


@pytest.mark.parametrize("name", [" ".join(HOSTILE[n : n + 4]) for n in range(0, 14, 4)])
async def test_hostile_text_is_shown_and_does_nothing(name: str) -> None:
    def told(request: SpawnRequest) -> SpawnPlan:
        return SpawnPlan(name, name, name, name, (name,), name, (name,))

    choices = SpawnChoices((name,), (), (name, "b"), name, frozenset())
    loss = Loss(LossKind.MODIFIED, name, (name,))
    dialogs: tuple[ModalScreen[Any], ...] = (
        ConfirmDialog(name, name, confirm=name),
        ErrorDialog(name, name, name, name),
        TrustDialog(question(name)),
        RemoveDialog(RemovalPlan("k", name, name, name, None, (loss,), (name,))),
        RemoveDialog(RemovalPlan("k", name, name, name, None, (loss,), (name,), name)),
        SpawnDialog(choices, told, request=SpawnRequest(name, base=name, prompt=name)),
    )
    for dialog in dialogs:
        app = Asking(dialog)
        async with app.run_test(size=(80, 30)) as pilot:
            await pilot.pause()
            if isinstance(dialog, SpawnDialog):
                create = app.screen.query_one("#create", Button)
                await until(pilot, lambda create=create: not create.disabled)  # type: ignore[misc]
            shown = rendered(app)
            assert not any(ord(c) < 32 and c != "\n" for c in shown), type(dialog)
            assert "\u202e" not in shown


async def test_spawn_takes_what_it_lands_after() -> None:
    app = Asking(SpawnDialog(CHOICES, plan))
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.press(*"my-f")
        app.screen.query_one("#after", Input).focus()
        await pilot.press(*"auth, perf")
        dialog = app.screen
        assert isinstance(dialog, SpawnDialog)
        await until(pilot, lambda: dialog._planned == dialog.request)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.answer is not UNASKED)
        assert app.answer == SpawnRequest("my-f", after=("auth", "perf"))
