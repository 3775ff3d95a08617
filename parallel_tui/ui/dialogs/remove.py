"""Dialog that removes a session: lists every loss, and asks consent for each kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Checkbox, Static

from parallel_tui.command_lines import on_machine
from parallel_tui.model.lifecycle.removal import RESTORABLE, Loss, RemovalPlan
from parallel_tui.model.text.safe import safe
from parallel_tui.record import dataclass
from parallel_tui.ui.advice import brought_back, keys_of, said
from parallel_tui.ui.dialogs.frame import Dialog, box, lines

_SHOWN = 8


@dataclass(frozen=True, slots=True)
class RemoveAnswer:
    """The user's consent.

    Attributes:
        consents: Kinds of loss, as `--discard` names them.
        delete_branch: Whether the branch goes too.
    """

    consents: frozenset[str]
    delete_branch: bool


class _Tick(Checkbox, inherit_bindings=False):
    """Checkbox for Space or a click; Enter must not consent to a loss by accident."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "toggle_button", "Tick", key_display="Space")
    ]
    # Textual's own tells by colour alone, which not every terminal and eye has.
    BUTTON_INNER = " "

    def watch_value(self) -> None:
        """Show or hide the tick."""
        self.BUTTON_INNER = "X" if self.value else " "
        super().watch_value()
        # At once, so that keys typed ahead find the button as the tick leaves it.
        for dialog in self.ancestors:
            if isinstance(dialog, RemoveDialog):
                dialog.weigh()


class RemoveDialog(Dialog[RemoveAnswer]):
    """A checklist of losses. Nothing is ticked beforehand, and only the button removes."""

    DEFAULT_CSS = """
    RemoveDialog Checkbox { width: 100%; }
    RemoveDialog .items { padding-left: 6; color: $text-muted; }
    RemoveDialog #path { color: $text-muted; margin-bottom: 1; }
    RemoveDialog #delete-branch { margin-top: 1; }
    """
    MAIN = "tick_all"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "a", "tick_all", "Tick what comes back", tooltip="Tick all that can be brought back."
        ),
    ]
    AUTO_FOCUS = ""

    def __init__(self, plan: RemovalPlan, *, machine: str = "") -> None:
        super().__init__()
        self._plan = plan
        self._machine = machine

    def compose(self) -> ComposeResult:
        """Losses, notes, the branch and the buttons; for a refusal only its reason."""
        plan = self._plan
        if plan.refusal is not None:
            buttons = [Button("Close", id="cancel", compact=True)]
        else:
            buttons = [
                Button("Remove", id="remove", variant="error", compact=True),
                Button("Keep", id="cancel", compact=True),
            ]
        yield box(
            f"Remove {plan.name}@{self._machine}" if self._machine else f"Remove {plan.name}",
            VerticalScroll(*self._body(), classes="body", can_focus=False),
            Static(id="missing", classes="text note"),
            Horizontal(*buttons, classes="buttons"),
            danger=True,
        )

    def _body(self) -> Iterator[Widget]:
        plan, keys = self._plan, keys_of(self.app)
        if plan.path is not None:
            yield Static(Content(safe(plan.path, 1000)), id="path", classes="text")
        if plan.refusal is not None:
            yield Static(lines(f"Cannot be removed: {plan.refusal}"), classes="text bad")
        elif not plan.losses:
            yield Static("Nothing would be lost.", classes="text")
        back = [loss.kind in RESTORABLE for loss in plan.losses]
        if plan.refusal is None and any(back):
            back_by = brought_back("it", keys)
            if self._machine:
                back_by = f"{on_machine(self._machine, 'pdev undo')} brings it back"
            yield Static(
                Content(f"Goes to the trash; {safe(back_by)}. Tick what may go:"),
                classes="text note",
            )
        yield from self._items(back, kept=True)
        if plan.refusal is None and not all(back):
            yield Static("Ends for good. Tick what may end:", classes="text bad")
        yield from self._items(back, kept=False)
        yield Static(id="notes", classes="text muted")
        if plan.branch is not None and plan.refusal is None:
            label = Content(f"Also delete the branch {safe(plan.branch, 200)}")
            yield _Tick(label, id="delete-branch", compact=True)

    def _items(self, back: Sequence[bool], *, kept: bool) -> Iterator[Widget]:
        """The losses that can be restored, or those that cannot."""
        for number, loss in enumerate(self._plan.losses):
            if back[number] is not kept:
                continue
            if self._plan.refusal is None:
                yield _Tick(_summary(loss), id=f"loss-{number}", compact=True)
            else:
                yield Static(_summary(loss), classes="text")
            if loss.items:
                yield Static(_names(loss), classes="text items")

    def on_mount(self) -> None:
        """Start without consent; focus the button when none is needed."""
        self.weigh()
        if self._plan.refusal is not None:
            self.query_one("#cancel").focus()
        elif self._plan.losses:
            self.query(_Tick).first().focus()
        else:
            self.query_one("#remove").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to tick all only where something can be brought back."""
        if action == "tick_all":
            losses = () if self._plan.refusal is not None else self._plan.losses
            return any(loss.kind in RESTORABLE for loss in losses)
        return True

    def action_tick_all(self) -> None:
        """Tick all that can be brought back; with nothing else to tick, go to the button."""
        for number, loss in enumerate(self._plan.losses):
            if loss.kind in RESTORABLE:
                self.query_one(f"#loss-{number}", Checkbox).value = True
        left = [
            number
            for number, loss in enumerate(self._plan.losses)
            if not self.query_one(f"#loss-{number}", Checkbox).value
        ]
        self.query_one(f"#loss-{left[0]}" if left else "#remove").focus()

    @property
    def _consents(self) -> frozenset[str]:
        if self._plan.refusal is not None:
            return frozenset()
        return frozenset(
            loss.kind.value
            for number, loss in enumerate(self._plan.losses)
            if self.query_one(f"#loss-{number}", Checkbox).value
        )

    def weigh(self) -> None:
        """Enable the removal, or say which consent is missing."""
        keys = keys_of(self.app)
        notes = self._plan.told(delete_branch=self._deletes_branch)
        shown = [f"· {safe(said(note, keys), 1000)}" for note in notes]
        self.query_one("#notes", Static).update(Content("\n".join(shown)))
        self.query_one("#notes").display = bool(shown)
        left = self._plan.unconsented(self._consents)
        missing = self.query_one("#missing", Static)
        missing.display = bool(left) and self._plan.refusal is None
        if self._plan.refusal is None:
            self.query_one("#remove", Button).disabled = bool(left)
            words = ", ".join(loss.kind.value for loss in left)
            missing.update(Content(f"Not ticked: {words}"))

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        if event.button.id != "remove":
            self.dismiss(None)
            return
        self.dismiss(RemoveAnswer(self._consents, self._deletes_branch))

    @property
    def _deletes_branch(self) -> bool:
        return any(each.value for each in self.query("#delete-branch").results(Checkbox))


def _summary(loss: Loss) -> Content:
    return Content(safe(loss.summary, 400))


def _names(loss: Loss) -> Content:
    shown = [safe(item, 300) for item in loss.items[:_SHOWN]]
    more = max(loss.count, len(loss.items)) - len(shown)
    return Content("\n".join([*shown, *([f"+{more} more"] if more > 0 else [])]))
