"""Cells of the merge plan that snapshots do not show."""

from __future__ import annotations

import pytest

from parallel_tui.model.overlap.joint import Mark, ProofState
from parallel_tui.model.proving.proof import ProofMarks
from parallel_tui.ui.present import landing


@pytest.mark.parametrize(
    ("mark", "said"), [(Mark.PROVED, "✓ proved"), (Mark.BREAKS, "✗ breaks"), (Mark.UNKNOWN, "")]
)
def test_what_was_proved_stands_beside_a_session(mark: Mark, said: str) -> None:
    proofs = ProofMarks(sessions={"a": ProofState(mark)})
    assert "".join(text for text, _ in landing._proof("a", proofs)) == said
    assert landing._proof("b", proofs) == landing._proof("a", None) == ()
