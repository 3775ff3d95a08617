"""What is pasted anywhere in the dashboard cannot command the terminal."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input, TextArea

import parallel_tui.ui
from parallel_tui.services.receipt import Receipt
from parallel_tui.ui.dialogs.form import Choice, Field, FormDialog
from tests.ui import samples
from tests.ui.fake_engine import FakeCore, FakeEngine
from tests.ui.harness import running, until
from tests.ui.showing import Asking, rendered

PASTED = "a\x1b]52;c;aGk=\x07\u202eb"


@pytest.mark.parametrize("kind", [Input, TextArea])
async def test_a_form_replaces_what_is_pasted(kind: type[Input | TextArea]) -> None:
    form = FormDialog(
        "Lock",
        (Field("path", "Path"), Field("why", "Why", area=True)),
        (Choice("go", "Lock"),),
        lambda _values, _choice: Receipt(""),
    )
    app = Asking(form)
    async with app.run_test(size=(80, 30)) as pilot:
        field = app.screen.query(kind).first()
        field.focus()
        await pilot.pause()
        field.post_message(events.Paste(PASTED))
        await until(pilot, lambda: "a␛]52;c;aGk=␇" in rendered(app))
        assert not {"\x1b", "\x07", "\u202e"} & set("".join(form.values.values()))


async def test_the_filter_replaces_what_is_pasted() -> None:
    async with running(FakeCore(FakeEngine(samples.sharing()))) as (pilot, dashboard):
        dashboard.open_filter()
        dashboard.query_one("#filter", Input).post_message(events.Paste(PASTED))
        await until(pilot, lambda: "␛" in dashboard.filter_text)
        assert not {"\x1b", "\x07", "\u202e"} & set(dashboard.filter_text)


def test_every_field_of_the_dashboard_is_one_that_replaces() -> None:
    found = [
        f"{path.name}:{node.lineno}"
        for path in Path(parallel_tui.ui.__path__[0]).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"Input", "MaskedInput", "TextArea"}
    ]
    assert found == []
