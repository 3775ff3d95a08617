"""What a check prints comes in pieces, and is shown as a terminal would leave it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.ui.screens.merge.checks import KEPT, CheckOutput


def shown(*pieces: bytes) -> tuple[str, ...]:
    output = CheckOutput()
    for piece in pieces:
        output.add(piece)
    _, lines = output.lines
    return tuple(line.rstrip("\r") for line in lines)


def test_a_line_that_is_begun_anew_replaces_what_it_had() -> None:
    assert shown(b"10%\r50%\r", b"90%\rdone\nnext") == ("done", "next")
    assert shown(b"dos\r\n", b"end\r", b"\n") == ("dos", "end", "")


def test_only_the_end_of_very_much_is_kept() -> None:
    output = CheckOutput()
    output.add(b"".join(b"%d\n" % number for number in range(KEPT + 10)))
    cut, lines = output.lines
    assert (cut, len(lines), lines[0], lines[-2]) == (11, KEPT, "11", str(KEPT + 9))
    assert len(shown(*[b"." * 9_000] * 5)[0]) < 20_000


@given(st.text("aß€😀\n", max_size=40), st.lists(st.integers(0, 120), max_size=6))
def test_where_it_is_cut_in_pieces_does_not_matter(text: str, cuts: list[int]) -> None:
    raw = text.encode()
    places = [0, *sorted(min(cut, len(raw)) for cut in cuts), len(raw)]
    pieces = [raw[a:b] for a, b in pairwise(places)]
    assert "\n".join(shown(*pieces)) == text
