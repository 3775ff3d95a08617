"""What people read on a plain terminal."""

from __future__ import annotations

import io
import re

from parallel_tui.cli.render import people
from parallel_tui.cli.render.output import Output
from parallel_tui.cli.render.table import cells, columns, fit
from parallel_tui.model.session.session import SessionState
from parallel_tui.model.text import words
from parallel_tui.model.view.snapshot import by_attention
from parallel_tui.ui.widgets.header import left_part
from tests.ui import samples

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _table(snapshot: object, *, colour: bool = False) -> list[str]:
    output = Output(colour=colour, out=io.StringIO(), err=io.StringIO())
    return list(people.table(snapshot, output, samples.NOW))  # type: ignore[arg-type]


def test_the_table_has_one_line_a_session_with_what_matters_in_it() -> None:
    lines = _table(samples.typical())
    assert len(lines) == 1 + len(samples.typical().sessions)
    auth = next(line for line in lines if " auth " in line)
    for part in ("◐ waiting", "feature/auth", "↑3 ↓1", "+1 ~3 ?2", "myapp:1 claude", "-auth"):
        assert part in auth
    assert any("feature/search (rebase 2/5)" in line for line in lines)
    assert any("detached) [locked]" in line and " ? " in line and "…" in line for line in lines)
    assert any("[missing]" in line for line in lines)


def test_hostile_text_can_neither_break_a_line_nor_reach_the_terminal() -> None:
    snapshot = samples.crowded()
    lines = _table(snapshot)
    assert len(lines) == 1 + len(snapshot.sessions)
    assert not any(CONTROL.search(line) for line in lines)
    shown = [line for s in snapshot.sessions for line in people.full(s, snapshot, samples.NOW)]
    assert not any(CONTROL.search(line) for line in shown)


def test_colour_adds_codes_and_changes_no_text() -> None:
    plain, painted = _table(samples.typical()), _table(samples.typical(), colour=True)
    assert any("\x1b[" in line for line in painted)
    assert [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in painted] == plain


def test_columns_line_up_under_wide_characters() -> None:
    rows = columns([["漢字", "x"], ["ab", "y"], ["e\u0301", "z"]])
    assert {cells(row[0]) for row in rows} == {4}


def test_a_text_is_cut_to_cells_not_to_characters() -> None:
    assert fit("漢字漢字", 5) == "漢字…"
    assert fit("漢字漢字", 5, keep_end=True) == "…漢字"
    assert fit("abc", 3) == "abc"
    assert columns([["name", "a long last column"]], width=16)[0][1] == "…st column"


def test_the_header_counts_sessions_by_what_they_do() -> None:
    text = people.header(samples.typical())
    assert text.startswith("myapp  main ↓2  6 sessions · 1 waiting · 1 working")


def test_lists_and_headers_agree_with_the_dashboard() -> None:
    for snapshot in (samples.typical(), samples.crowded(), samples.empty()):
        shown = [line.split()[1:] for line in _table(snapshot)[1:]]
        names = [session.name for session in by_attention(snapshot.sessions)]
        assert all(name in cells for name, cells in zip(names, shown, strict=True))
        counted = re.search(r"\d+ sessions?", people.header(snapshot))
        assert counted is not None
        assert counted[0] in left_part(snapshot, "").plain


def test_one_session_in_full_names_its_sources() -> None:
    snapshot = samples.typical()
    session = snapshot.session("auth")
    assert session is not None
    text = "\n".join(people.full(session, snapshot, samples.NOW))
    for part in (
        f"auth  {words.GLYPHS[SessionState.WAITING]} waiting",
        "asks: Do you want to proceed? (from its pane, for 3m)",
        "3 ahead of base, 1 behind",
        ", from remote HEAD",
        "M. src/s0.py",
        "?? new/u0.txt",
        "myapp:1 auth (@1, made for this session",
        "4% CPU, 310M memory, 5 processes",
        "3m ago",
    ):
        assert part in text
    bisect = snapshot.session("bisect")
    assert bisect is not None
    text = "\n".join(people.full(bisect, snapshot, samples.NOW))
    assert "unknown: git did not answer in 20 s" in text
    assert "unknown: not looked yet" in text
    assert "a benchmark runs here" in text
