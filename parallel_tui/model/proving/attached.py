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
    if not known.sessions:
        return tuple(overlaps)
    return tuple(replace(each, proof=_state(each, known, names)) for each in overlaps)


def _state(overlap: Overlap, known: ProofMarks, names: Mapping[str, str]) -> ProofState:
    name = names.get(overlap.a, overlap.a)
    if overlap.b is not None:
        return known.pair(name, names.get(overlap.b, overlap.b))
    alone = next((each for each in known.breaks if each[0].sessions == (name,)), None)
    if alone is not None:
        broken, at = alone
        return ProofState(Mark.BREAKS, (), broken.tests, broken.log, at)
    told = known.of(name)
    # What it breaks with others it does not break with base alone.
    return NOTHING if told.mark is Mark.BREAKS else told
