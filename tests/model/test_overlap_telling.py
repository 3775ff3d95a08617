"""As much of a patch as fits, the nearest first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.model.overlap.pairs import Hunk
from parallel_tui.model.overlap.telling import CUT, PathPatch, excerpt
from parallel_tui.model.overlap.verdict import Span, distance

_SPANS = st.builds(Span, st.integers(1, 500), st.integers(0, 9))
_CHARACTERS = st.characters(exclude_characters="\n", exclude_categories=["Cs"])
_BYTES = st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF)  # that are no UTF-8, as read
_HUNKS = st.builds(Hunk, _SPANS, st.text(_CHARACTERS | _BYTES, max_size=60))


@given(st.lists(_HUNKS, max_size=40), st.lists(_SPANS, max_size=4), st.integers(len(CUT) + 9, 900))
def test_it_fits_and_begins_with_what_is_nearest(
    hunks: list[Hunk], mine: list[Span], most: int
) -> None:
    told = excerpt(PathPatch(hunks=tuple(hunks)), mine, most)
    told.encode()
    assert len(told.encode("utf-8")) <= most
    order = sorted(hunks, key=lambda hunk: distance((hunk.at,), mine) or 0)
    whole = "\n".join(hunk.text for hunk in order)
    assert told == whole or (told.endswith(CUT) and whole.startswith(told[: -len(CUT) - 1]))


def test_bytes_that_are_no_text_are_replaced() -> None:
    patch = PathPatch(("new file mode 100644",), (Hunk(Span(0, 0), "@@\n+\udcff"),))
    assert excerpt(patch, ()) == "new file mode 100644\n@@\n+\N{REPLACEMENT CHARACTER}"
