"""Fields of the dialog that starts a session."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Select

from parallel_tui.model.lifecycle.spawn import BranchSource, SpawnRequest
from parallel_tui.model.settings.config import Kind
from parallel_tui.model.text.safe import safe
from parallel_tui.services.spawn.spawner import SpawnChoices
from parallel_tui.ui.fields import AreaField, LineField, harmless, labelled, suggest

SOURCES = (
    ("a new branch", BranchSource.NEW),
    ("an existing branch", BranchSource.EXISTING),
    ("a remote branch", BranchSource.REMOTE),
)


def branches(choices: SpawnChoices, source: BranchSource) -> list[str]:
    """Branches to complete for a source; local and remote ones are distinguished."""
    remote = source is BranchSource.REMOTE
    return [branch.name for branch in choices.branches if bool(branch.remote) is remote]


def agent_shown(choices: SpawnChoices, before: SpawnRequest) -> str:
    """The initial agent command: the one asked for before, else the configured one."""
    return harmless(before.agent if before.agent is not None else choices.agent)


def fields(choices: SpawnChoices, before: SpawnRequest) -> Iterator[Widget]:
    """All fields, filled with the previous request."""
    base = choices.bases[0] if choices.bases else ""
    layouts = [(Content(safe(name, 60)), name) for name in choices.layouts]
    yield labelled(
        "Name",
        LineField(harmless(before.name), placeholder="what it is about", id="name", compact=True),
    )
    yield labelled(
        "Kind",
        Select(
            [(kind.value, kind) for kind in Kind],
            value=before.kind,
            allow_blank=False,
            id="kind",
            compact=True,
        ),
    )
    yield labelled(
        "From",
        Select(SOURCES, value=before.source, allow_blank=False, id="source", compact=True),
    )
    yield labelled(
        "Base",
        LineField(
            harmless(before.base or ""),
            placeholder=safe(base),
            suggester=suggest(list(choices.bases)),
            id="base",
            compact=True,
        ),
    )
    yield labelled(
        "Branch",
        LineField(
            harmless(before.branch or ""),
            placeholder="Tab or → completes",
            suggester=suggest(branches(choices, before.source)),
            id="branch",
            compact=True,
        ),
    )
    yield labelled(
        "Agent",
        LineField(
            agent_shown(choices, before),
            placeholder=choices.without_agent,
            id="agent",
            compact=True,
        ),
    )
    if len(layouts) > 1:
        chosen = before.layout if before.layout in choices.layouts else choices.layouts[0]
        yield labelled(
            "Layout", Select(layouts, value=chosen, allow_blank=False, id="layout", compact=True)
        )
    yield labelled(
        "After",
        LineField(
            harmless(", ".join(before.after)),
            placeholder="sessions that land first",
            suggester=suggest(sorted(choices.names)),
            id="after",
            compact=True,
        ),
    )
    prompt = AreaField(harmless(before.prompt), id="prompt", compact=True, tab_behavior="focus")
    yield labelled("Prompt", prompt)
