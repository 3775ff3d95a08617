"""Base of form dialogs: they stay open while they run, and show a refusal beside its field."""

from __future__ import annotations

import asyncio
import shlex
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from typing import TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Button, Input, Static, TextArea

from parallel_tui.errors import CouldNotLookError, ParallelError, UsageError
from parallel_tui.model.text.safe import safe
from parallel_tui.record import dataclass, replace
from parallel_tui.services.receipt import Receipt
from parallel_tui.ui.advice import Keys, keys_of
from parallel_tui.ui.dialogs.frame import SUBMIT_KEY, SUBMIT_KEYS, SentOff, box
from parallel_tui.ui.fields import AreaField, LineField, labelled
from parallel_tui.ui.present.starting import failure
from parallel_tui.ui.tasks import ask

Values: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form.

    Attributes:
        id: Its name among the values.
        label: What it is called.
        value: What stands in it at first.
        hint: What is shown while it is empty.
        suggester: Completes what is typed.
        area: Whether it has several lines.
        draft: Whether what was typed into it is kept when the form is closed without effect.
    """

    id: str
    label: str
    value: str = ""
    hint: str = ""
    suggester: Suggester | None = None
    area: bool = False
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to submit the form.

    Attributes:
        id: What the form's owner is told.
        label: On the button.
        danger: Whether something of somebody else's ends by it.
        after: Offered only after a refusal for which this says so; `None` for always.
    """

    id: str
    label: str
    danger: bool = False
    after: Callable[[ParallelError], bool] | None = None


class FormDialog(SentOff[Receipt | None]):
    """A form: a text, fields, and buttons that carry it out.

    Args:
        title: Plain text.
        fields: From the top.
        choices: The first is what Enter and ctrl+s mean, unless `enter` names another.
        send: Carries it out, in a thread: the values, the choice's id.
        words: What to know beforehand.
        explain: Renders a refusal.
        paths: Reads the paths to be completed, in a thread, once.
        enter: What Enter in a field means.
        focus: Selects what has the focus at first.
        drafts: Where drafts of this form are kept, by the field's id.
    """

    DEFAULT_CSS = """
    FormDialog .field { height: auto; width: 100%; }
    FormDialog .label { width: 11; color: $text-muted; }
    FormDialog Input, FormDialog TextArea { width: 1fr; background: $panel; }
    FormDialog TextArea { height: 4; }
    FormDialog #words { margin-bottom: 1; }
    FormDialog #result { margin-top: 1; }
    """
    AUTO_FOCUS = ""

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        choices: Sequence[Choice],
        send: Callable[[Values, str], Receipt],
        *,
        words: Content | None = None,
        explain: Callable[[ParallelError, Keys], Content] = failure,
        paths: Callable[[], Sequence[str]] | None = None,
        enter: str | None = None,
        focus: str = "Input, Button",
        drafts: MutableMapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self._drafts = {} if drafts is None else drafts
        fields = [replace(one, value=self._drafts.get(one.id, one.value)) for one in fields]
        self._focus = focus
        self._title, self._fields, self._choices = title, tuple(fields), tuple(choices)
        self._send, self._explain, self._paths = send, explain, paths
        self._words = words
        self._enter = enter or (choices[0].id if choices else None)
        for choice in choices:
            if choice.id == self._enter:
                verb = choice.label.removesuffix(f" ({SUBMIT_KEY})")
                self._bindings.bind(SUBMIT_KEYS, "submit", verb, priority=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer the next field only where there is one."""
        return action != "next_field" or len(self._fields) + len(self._choices) > 1

    def compose(self) -> ComposeResult:
        """Text and fields, which scroll; result and buttons, which do not."""
        yield box(
            self._title,
            VerticalScroll(*self._body(), classes="body", can_focus=False),
            Static(id="result", classes="text"),
            Horizontal(*self._buttons(), classes="buttons"),
        )

    def _body(self) -> Iterator[Widget]:
        if self._words is not None:
            yield Static(self._words, id="words", classes="text")
        for one in self._fields:
            if one.area:
                area = AreaField(one.value, id=one.id, compact=True, tab_behavior="focus")
                yield labelled(one.label, area)
            else:
                line = LineField(
                    safe(one.value),
                    placeholder=one.hint,
                    suggester=one.suggester,
                    id=one.id,
                    compact=True,
                )
                yield labelled(one.label, line)

    def _buttons(self) -> Iterator[Button]:
        for choice in self._choices:
            plain = "primary" if choice.id == self._enter else "default"
            button = Button(
                Content(choice.label),
                id=f"choice-{choice.id}",
                variant="error" if choice.danger else plain,  # type: ignore[arg-type]
                compact=True,
            )
            button.display = choice.after is None
            yield button
        yield Button("Cancel" if self._choices else "Close", id="cancel", compact=True)

    def on_mount(self) -> None:
        """Start reading completions; nothing waits for them."""
        self.query_one("#result").display = False
        self.query(self._focus).first().focus()
        if self._paths is not None:
            self.run_worker(self._complete(self._paths), exit_on_error=False)

    async def _complete(self, read: Callable[[], Sequence[str]]) -> None:
        try:
            found = await ask(read)
        except ParallelError:
            return  # completion is a comfort; the path can be typed
        for one in self._fields:
            if isinstance(one.suggester, PathSuggester):
                one.suggester.know(found)

    @property
    def values(self) -> Values:
        """The values of the fields, stripped of blanks."""
        found: dict[str, str] = {}
        for one in self._fields:
            if one.area:
                found[one.id] = self.query_one(f"#{one.id}", TextArea).text.strip()
            else:
                text = self.query_one(f"#{one.id}", Input).value.strip()
                # Shown harmlessly, but sent as it is when nobody changed it.
                found[one.id] = one.value if text == safe(one.value) else text
        return found

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_submit()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        button = event.button.id or ""
        if button == "cancel":
            self.action_cancel()
        else:
            self._start(button.removeprefix("choice-"))

    def action_submit(self) -> None:
        """Submit the form as Enter does."""
        if self._enter is not None:
            self._start(self._enter)

    def action_cancel(self) -> None:
        """Close the form, unless it is being carried out."""
        if self.frozen:
            self.app.bell()
            return
        typed = self.values
        kept = {one.id: typed[one.id] for one in self._fields if one.draft and typed[one.id]}
        self._drafts.clear()
        self._drafts.update(kept)
        if kept:
            words = "What you typed is kept; the form opens with it again."
            self.app.notify(words, markup=False)
        self.dismiss(None)

    def _start(self, choice: str) -> None:
        if not self.frozen:
            self.freeze()
            self.run_worker(self._carry_out(choice), exit_on_error=False)

    async def _carry_out(self, choice: str) -> None:
        try:
            receipt = await asyncio.to_thread(self._send, self.values, choice)
        except ParallelError as error:
            self._refused(error)
        except Exception as error:
            self._refused(CouldNotLookError(f"{type(error).__name__}: {error}"))
        else:
            self._drafts.clear()
            self.dismiss(receipt)

    def _refused(self, error: ParallelError) -> None:
        self.thaw()
        result = self.query_one("#result", Static)
        result.update(self._explain(error, keys_of(self.app)))
        result.display = True
        for choice in self._choices:
            if choice.after is not None:
                self.query_one(f"#choice-{choice.id}").display = choice.after(error)


class PathSuggester(Suggester):
    """Completes the last of several paths, separated as in a shell."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._paths: list[str] = []

    def know(self, paths: Sequence[str]) -> None:
        """Set the paths to complete; those that a shell would have to quote are left out."""
        plain = (path for path in paths if safe(path, 4096) == path == shlex.quote(path))
        self._paths = sorted(plain)

    async def get_suggestion(self, value: str) -> str | None:
        """The first path that begins with the last word."""
        before, space, word = value.rpartition(" ")
        place = bisect_left(self._paths, word)
        if not word or place >= len(self._paths) or not self._paths[place].startswith(word):
            return None
        return before + space + self._paths[place]


def paths_in(text: str) -> list[str]:
    """Split paths as a shell does: at blanks, except inside quotes.

    Raises:
        UsageError: When a quote is left open.
    """
    try:
        return shlex.split(text)
    except ValueError as error:
        raise UsageError(
            "A quotation mark is left open in the paths", hint="Close it, or escape it with \\."
        ) from error
