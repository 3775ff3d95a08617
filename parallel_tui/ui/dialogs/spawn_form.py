"""The fields of the form that starts a session."""

from __future__ import annotations

from collections.abc import Iterator

from textual import events
from textual.containers import Horizontal
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input, Select, Static, TextArea

from parallel_tui.model.config import Kind
from parallel_tui.model.spawn import BranchSource, SpawnRequest
from parallel_tui.model.text import safe
from parallel_tui.services.spawn import SpawnChoices

SOURCES = (
    ("a new branch", BranchSource.NEW),
    ("an existing branch", BranchSource.EXISTING),
    ("a remote branch", BranchSource.REMOTE),
)


class OneLine(Input):
    """A line of text in which nothing pasted can command the terminal."""

    def on_paste(self, event: events.Paste) -> None:
        """Textual inserts what is pasted as it comes, and draws it as it is."""
        event.text = harmless(event.text)


class ManyLines(TextArea):
    """Lines of text in which nothing pasted can command the terminal."""

    def on_paste(self, event: events.Paste) -> None:
        """As in a single line."""
        event.text = harmless(event.text)


def harmless(text: str) -> str:
    """Text of any length with its line breaks kept; a tab becomes spaces."""
    lines = text.expandtabs(4).splitlines()
    return "\n".join(safe(line, len(line)) for line in lines)


def field(label: str, widget: Widget) -> Horizontal:
    """A field with its label in front."""
    return Horizontal(
        Static(label, classes="label"), widget, classes="field", id=f"field-{widget.id}"
    )


def branches(choices: SpawnChoices, source: BranchSource) -> list[str]:
    """Branches that can be completed for a source; local and remote ones are told apart."""
    remote = source is BranchSource.REMOTE
    return [branch.name for branch in choices.branches if bool(branch.remote) is remote]


def suggest(names: list[str]) -> SuggestFromList:
    """Completion from real names; one that cannot be shown harmlessly is not offered."""
    return SuggestFromList([name for name in names if safe(name) == name], case_sensitive=True)


def agent_shown(choices: SpawnChoices, before: SpawnRequest) -> str:
    """The agent command as its field begins: asked for before, else the configured one."""
    return harmless(before.agent if before.agent is not None else choices.agent)


def fields(choices: SpawnChoices, before: SpawnRequest) -> Iterator[Widget]:
    """All fields, filled with what was asked before."""
    base = choices.bases[0] if choices.bases else ""
    layouts = [(Content(safe(name, 60)), name) for name in choices.layouts]
    yield field(
        "Name",
        OneLine(harmless(before.name), placeholder="what it is about", id="name", compact=True),
    )
    yield field(
        "Kind",
        Select(
            [(kind.value, kind) for kind in Kind],
            value=before.kind,
            allow_blank=False,
            id="kind",
            compact=True,
        ),
    )
    yield field(
        "From",
        Select(SOURCES, value=before.source, allow_blank=False, id="source", compact=True),
    )
    yield field(
        "Base",
        OneLine(
            harmless(before.base or ""),
            placeholder=safe(base),
            suggester=suggest(list(choices.bases)),
            id="base",
            compact=True,
        ),
    )
    yield field(
        "Branch",
        OneLine(
            harmless(before.branch or ""),
            placeholder="Tab or → completes",
            suggester=suggest(branches(choices, before.source)),
            id="branch",
            compact=True,
        ),
    )
    yield field(
        "Agent",
        OneLine(
            agent_shown(choices, before),
            placeholder="empty: a plain shell",
            id="agent",
            compact=True,
        ),
    )
    if len(layouts) > 1:
        chosen = before.layout if before.layout in choices.layouts else choices.layouts[0]
        yield field(
            "Layout", Select(layouts, value=chosen, allow_blank=False, id="layout", compact=True)
        )
    prompt = ManyLines(harmless(before.prompt), id="prompt", compact=True, tab_behavior="focus")
    yield field("Prompt", prompt)
