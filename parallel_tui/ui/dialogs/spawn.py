"""Dialog that starts a session, with a preview of what it will make."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Button, Input, Select, Static, TextArea

from parallel_tui.errors import CouldNotLookError, ParallelError
from parallel_tui.model.lifecycle.spawn import BranchSource, SpawnPlan, SpawnRequest, names_in
from parallel_tui.model.settings.config import Origin
from parallel_tui.model.text.safe import safe
from parallel_tui.services.spawn.spawner import SpawnChoices
from parallel_tui.ui.advice import Keys, hint_of, keys_of
from parallel_tui.ui.dialogs.frame import Dialog, box
from parallel_tui.ui.dialogs.spawn_form import agent_shown, branches, fields
from parallel_tui.ui.fields import suggest
from parallel_tui.ui.tasks import ask

DEBOUNCE = 0.12
"""Seconds without typing after which git is asked."""


class SpawnDialog(Dialog[SpawnRequest | None]):
    """Asks for a new session; it can be submitted only while its preview is up to date."""

    DEFAULT_CSS = """
    SpawnDialog .field { height: auto; width: 100%; }
    SpawnDialog .label { width: 9; color: $text-muted; }
    SpawnDialog Input, SpawnDialog Select, SpawnDialog TextArea { width: 1fr; }
    SpawnDialog TextArea { height: 4; background: $panel; }
    SpawnDialog Input { background: $panel; }
    SpawnDialog #result { height: auto; min-height: 4; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,ctrl+enter,ctrl+j", "submit", "Create", priority=True),
    ]
    AUTO_FOCUS = "#name"

    def __init__(
        self,
        choices: SpawnChoices,
        plan: Callable[[SpawnRequest], SpawnPlan],
        *,
        prompt_first: bool = False,
        request: SpawnRequest | None = None,
    ) -> None:
        super().__init__()
        self._choices, self._plan = choices, plan
        self._prompt_first = prompt_first
        self._before = request or SpawnRequest("")
        before = self._before
        self._agent_shown = agent_shown(choices, before)
        self._agent_given = before.agent is not None
        origin = before.agent_origin if self._agent_given else choices.agent_origin
        self._agent_origin = origin if self._agent_shown else Origin.TYPED
        self._planned: SpawnRequest | None = None
        self._eager: SpawnRequest | None = None
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Fields, which scroll; result and buttons, which do not."""
        yield box(
            "New session",
            VerticalScroll(*fields(self._choices, self._before), classes="body", can_focus=False),
            Static(id="result", classes="text"),
            Horizontal(
                Button("Create (ctrl+s)", id="create", variant="primary", compact=True),
                Button("Cancel", id="cancel", compact=True),
                classes="buttons",
            ),
        )

    def on_mount(self) -> None:
        """Read the choices."""
        self._arrange()
        self._changed()
        if self._prompt_first:
            body, prompt = self.query_one(".body"), self.query_one("#field-prompt")
            # The prompt is what this form was opened for, so it stands right below the name.
            body.move_child(prompt, after=self.query_one("#field-name"))

    @property
    def request(self) -> SpawnRequest:
        """Build the request from the fields."""
        source = self.query_one("#source", Select).value
        source = source if isinstance(source, BranchSource) else BranchSource.NEW
        layout = self.query("#layout")
        box = self.query_one("#agent", Input)
        given = self._agent_given or box.value != self._agent_shown
        new = source is BranchSource.NEW
        return SpawnRequest(
            name=self._text("name"),
            kind=self.query_one("#kind", Select).value,  # type: ignore[arg-type]
            base=(self._text("base") or None) if new else None,
            source=source,
            branch=None if new else (self._text("branch") or None),
            agent=box.value.strip() if given else None,
            agent_origin=self._agent_origin if given else Origin.TYPED,
            prompt=self.query_one("#prompt", TextArea).text,
            layout=self._layout(layout.first(Select)) if layout else None,
            window=self._before.window,
            after=names_in(self._text("after")),
        )

    def _layout(self, box: Select[str]) -> str | None:
        """The chosen layout; `None` for the first, which is the configured one."""
        value = str(box.value)
        return None if value == self._choices.layouts[0] else value

    def _text(self, name: str) -> str:
        return self.query_one(f"#{name}", Input).value.strip()

    @on(Select.Changed, "#source")
    def _arrange(self) -> None:
        source = self.query_one("#source", Select).value
        new = source is BranchSource.NEW
        self.query_one("#field-base").display = new
        self.query_one("#field-kind").display = new
        self.query_one("#field-branch").display = not new
        if isinstance(source, BranchSource) and not new:
            box = self.query_one("#branch", Input)
            box.suggester = suggest(branches(self._choices, source))

    @on(Input.Changed, "#agent")
    def _agent_edited(self, event: Input.Changed) -> None:
        """Track who wrote the agent command: its author, until the field is emptied.

        The text alone would not tell: what the repository wrote may look like what was typed.
        """
        if event.value != self._agent_shown:
            self._agent_given = True
        if not event.value:
            self._agent_origin = Origin.TYPED

    @on(Input.Changed)
    @on(Select.Changed)
    @on(TextArea.Changed)
    def _changed(self) -> None:
        self._planned = self._eager = None
        self.query_one("#create", Button).disabled = True
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(DEBOUNCE, self._look)

    def _look(self) -> None:
        self.run_worker(self._ask(self.request), group="plan", exclusive=True, exit_on_error=False)

    async def _ask(self, request: SpawnRequest) -> None:
        if not request.name and not request.branch:
            self._say(Content.styled("Type a name.", "dim"))
            return
        try:
            plan = await ask(self._plan, request)
        except ParallelError as error:
            found: SpawnPlan | ParallelError = error
        except Exception as error:
            found = CouldNotLookError(f"The plan could not be made: {error}")
        else:
            found = plan
        if request != self.request:
            return  # typed on; another answer is on its way
        if isinstance(found, ParallelError):
            self._say(failure(found, keys_of(self.app)))
            return
        self._planned = request
        if self._eager == request and not found.changes and not found.warnings:
            self.dismiss(request)
            return
        self.query_one("#create", Button).disabled = False
        self._say(outcome(request, found))

    def _say(self, words: Content) -> None:
        self.query_one("#result", Static).update(words)

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_submit()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id == "create":
            self.action_submit()
        else:
            self.dismiss(None)

    def action_submit(self) -> None:
        """Submit, if the preview matches the fields.

        Sent off before that is known, it goes as soon as it turns out to be as typed; what is
        changed or warned about has to be seen first.
        """
        request = self.request
        if self._planned is not None and self._planned == request:
            self.dismiss(self._planned)
        elif self._timer is not None and (request.name or request.branch):
            self._timer.stop()
            self._eager = request
            self._look()
        else:
            self.app.bell()


def outcome(request: SpawnRequest, plan: SpawnPlan) -> Content:
    """The preview: what would be made."""
    rows = [
        ("branch", f"{plan.branch}  from {plan.start}" if plan.start else plan.branch),
        ("in", plan.directory),
        ("window", plan.window or "none"),
    ]
    rows += [("lands", f"after {', '.join(plan.after)}")] if plan.after else []
    shown = [Content.assemble((f"{label:<8} ", "dim"), safe(text, 1000)) for label, text in rows]
    if plan.changes:
        why = "; ".join(plan.changes)
        told = safe(f"{request.name!r} → {plan.name}: {why}", 500)
        shown.append(Content.styled(told, "$text-accent"))
    shown += [Content.styled(safe(f"! {text}", 500), "$text-warning") for text in plan.warnings]
    return Content("\n").join(shown)


def failure(error: ParallelError, keys: Keys) -> Content:
    """The preview: why nothing can be made."""
    told = [Content.styled(safe(error.message), "$text-error")]
    if hint := hint_of(error, keys):
        told.append(Content.styled(safe(hint), "dim"))
    return Content("\n").join(told)
