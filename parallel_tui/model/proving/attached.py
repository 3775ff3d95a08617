"""Put what was proved beside what merges say of the same sessions. Pure."""

from __future__ import annotations

from parallel_tui.model.overlap.joint import NOTHING, Mark, ProofState
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parallel_tui.model.overlap.pairs import Overlap
    from parallel_tui.model.proving.proof import ProofMarks


def attached(
    overlaps: Iterable[Overlap], known: ProofMarks, names: Mapping[str, str]
) -> tuple[Overlap, ...]:
    """Overlaps with what is known of how each pair works together.

    Args:
        overlaps: All pairs.
        known: What was proved.
        names: Session names by key.
    """
    if not known.tracked:
        return tuple(overlaps)
    return tuple(replace(each, proof=_state(each, known, names)) for each in overlaps)


def _state(overlap: Overlap, known: ProofMarks, names: Mapping[str, str]) -> ProofState | None:
    """What is known of a pair; `None` where one of them was never tried."""
    name = names.get(overlap.a, overlap.a)
    other = name if overlap.b is None else names.get(overlap.b, overlap.b)
    if not known.tracked.issuperset((name, other)):
        return None
    if overlap.b is not None:
        return known.pair(name, other)
    alone = next((each for each in known.breaks if each[0].sessions == (name,)), None)
    if alone is not None:
        broken, at = alone
        return ProofState(Mark.BREAKS, (), broken.tests, broken.log, at)
    # What it breaks with others it does not break with base alone.
    proved = next((at for group, at in known.together if name in group), None)
    if name in known.running:
        return ProofState(Mark.RUNNING)
    return NOTHING if proved is None else ProofState(Mark.PROVED, at=proved)
