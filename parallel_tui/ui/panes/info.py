"""Tabs with all known facts about a session, and with what was seen of its state."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from parallel_tui.model.fact import Fact
from parallel_tui.model.hosts.shared import SharedSession
from parallel_tui.model.machine.view import MachineView
from parallel_tui.model.session.repository import Base
from parallel_tui.model.session.session import Session
from parallel_tui.model.session.words import Line, facts, machine_facts
from parallel_tui.model.state.words import agent_facts, why_facts
from parallel_tui.model.text.safe import safe
from parallel_tui.model.window.window import Window
from parallel_tui.ui.advice import keyed, keys_of
from parallel_tui.ui.present.elsewhere import elsewhere_facts

_LABEL = 11

_WAYS = (
    "{attach} attaches to it there. {remove}, {sync} and {spawn} work there as well; "
    "{machines} lists the machines."
)


class InfoPane(VerticalScroll, can_focus=True):
    """Facts as lines of label and value; text can be selected and copied."""

    DEFAULT_CSS = """
    InfoPane { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    InfoPane > Static { height: auto; }
    """

    def compose(self) -> ComposeResult:
        """One text widget."""
        yield Static(id="info-text")

    def show(
        self,
        session: Session | None,
        windows: tuple[Window, ...],
        base: Fact[Base],
        now: float,
        machine: MachineView | None,
    ) -> None:
        """Show a session's facts."""
        if session is None:
            text = Content("Select a session to see what is known about it.")
        else:
            known = facts(session, windows, base, now, agent_facts(session, now))
            text = render(iter((*known, *machine_facts(session, machine))))
        static = self.query_one("#info-text", Static)
        if static.content != text:
            static.update(text)


class WhyPane(VerticalScroll, can_focus=True):
    """Evidence as lines of source and observation; text can be selected and copied."""

    DEFAULT_CSS = """
    WhyPane { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    WhyPane > Static { height: auto; }
    """

    def compose(self) -> ComposeResult:
        """One text widget."""
        yield Static(id="why-text")

    def show(self, session: Session | None, now: float) -> None:
        """Show why a session is in its state."""
        if session is None:
            text = Content("Select a session to see why it is in its state.")
        else:
            text = render(why_facts(session, now))
        static = self.query_one("#why-text", Static)
        if static.content != text:
            static.update(text)


class ElsewhereInfo(VerticalScroll, can_focus=True):
    """What another machine shares of a session, instead of the tabs about one here."""

    DEFAULT_CSS = """
    ElsewhereInfo { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; display: none; }
    ElsewhereInfo > Static { height: auto; }
    """

    def compose(self) -> ComposeResult:
        """One text widget."""
        yield Static(id="elsewhere-text")

    def show(self, session: SharedSession, now: float) -> None:
        """Show what is known of a session, and what can be done with it from here."""
        ways = keyed(_WAYS, keys_of(self.app))
        text = Content("\n\n").join([render(iter(elsewhere_facts(session, now))), Content(ways)])
        static = self.query_one("#elsewhere-text", Static)
        if static.content != text:
            static.update(text)


def render(lines: Iterator[Line]) -> Content:
    """Lines of label and value; a line without a label continues the value above."""
    rows = []
    for label, value in lines:
        shown = safe(value, 4000) or "–"
        if not label and not value:
            rows.append(Content(""))
        else:
            rows.append(Content.assemble((f"{label:<{_LABEL}} ", "dim"), shown))
    return Content("\n").join(rows)
