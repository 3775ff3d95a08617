"""Both faces tell the facts of a session in the same words."""

from __future__ import annotations

import pytest

from parallel_tui.cli.render import people
from parallel_tui.cli.render.output import one_line
from parallel_tui.model.session.session import Session
from parallel_tui.model.session.words import facts
from parallel_tui.model.text.words import ago, lasting
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui.panes.info import render
from tests.ui import samples

SNAPSHOT = samples.typical()


def _told(session: Session, snapshot: Snapshot) -> list[tuple[str, str]]:
    found = facts(session, snapshot.windows, snapshot.base, samples.NOW)
    return [(label, one_line(text)) for label, text in found if text]


@pytest.mark.parametrize("session", SNAPSHOT.sessions, ids=lambda session: session.name)
def test_both_faces_tell_every_fact(session: Session) -> None:
    lines = "\n".join(people.full(session, SNAPSHOT, samples.NOW))
    pane = render(facts(session, SNAPSHOT.windows, SNAPSHOT.base, samples.NOW)).plain
    for label, text in _told(session, SNAPSHOT):
        shown = f"{label:<11} {text}".rstrip()
        assert shown in lines
        assert shown in pane


def test_ages_are_one_kind_of_word() -> None:
    assert (ago(100, 130), lasting(100, 130)) == ("just now", "just now")
    assert (ago(0, 300), lasting(0, 300)) == ("5m ago", "for 5m")
    assert ago(900, 300) == "just now", "by a clock that was set back"
