"""Definitions that a landing changes, and lines of others that name them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.model.landing.uses import (
    LineChange,
    NameUse,
    changed_names,
    kinds,
    use_words,
    uses,
)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("def parse(text):", "parse"),
        ("    async def fetch_all(self) -> None:", "fetch_all"),
        ("class Parser(Base):", "Parser"),
        ("export default function render(props) {", "render"),
        ("export const useThing = () => {", "useThing"),
        ("export interface Props {", "Props"),
        ("func (s *Server) Handle(w http.ResponseWriter) {", "Handle"),
        ("pub(crate) fn build(x: u8) -> u8 {", "build"),
        ("public static final int countAll(List<String> all) {", "countAll"),
        ("static int read_line(FILE *in, char *out)", "read_line"),
        ("#define MAX_SIZE 10", "MAX_SIZE"),
        ("TIMEOUT: Final = 3", "TIMEOUT"),
        ("def __init__(self):", ""),
        ("    if parse(text):", ""),
        ("    return parse(text)", ""),
        ("x = parse(text)", ""),
        ("def f(x):", ""),
        ("// function of the parser", ""),
        ("", ""),
    ],
)
def test_a_changed_definition_is_known_by_its_line(line: str, name: str) -> None:
    assert set(changed_names([LineChange("a.x", removed=(line,))])) == ({name} if name else set())


def test_who_names_it_in_a_line_of_their_own_uses_it() -> None:
    moved = [
        LineChange(
            "cli.py", ("def parse(text):", "class Kept:"), ("def read(text):", "class Kept:")
        ),
        LineChange("web.js", ("function draw() {",), ()),
    ]
    names = changed_names(moved)
    assert names == {"parse": "cli.py", "draw": "web.js"}
    assert kinds(names)[0] == ".cjs"
    mine = [
        LineChange("app.py", (), ("x = parse(argv)  # Kept", "parser = 1")),
        LineChange("web.ts", (), ("draw()",)),
        LineChange("notes.md", (), ("draw parse",)),
        LineChange("cli.py", (), ("parse(2)",)),
    ]
    found = uses(names, mine)
    assert found == (NameUse("draw", "web.js", "web.ts"), NameUse("parse", "cli.py", "app.py"))
    assert use_words(found) == "draw (web.js), used in web.ts; parse (cli.py), used in app.py"
    assert uses(names, [LineChange("app.py", ("parse(1)",), ("parse(1)", "y = 2"))]) == ()
    assert uses({}, mine) == ()


@given(st.lists(st.text()), st.lists(st.text()))
def test_any_lines_can_be_read(removed: list[str], added: list[str]) -> None:
    change = LineChange("a.py", tuple(removed), tuple(added))
    for each in uses(changed_names([change]), [LineChange("b.py", (), tuple(added))]):
        assert any(each.name in line for line in added)
