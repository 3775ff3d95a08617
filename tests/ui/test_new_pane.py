"""The guide "How to add a pane" is true: a pane is added by its steps only, and works."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
GUIDE: Final = ROOT / "docs/ARCHITECTURE.md"

LOOK: Final = """
import asyncio
from parallel_tui.ui.dashboard.screen import Dashboard
from tests.ui import samples
from tests.ui.harness import core_of, on_screen, running
from tests.ui.settling import settled


async def look():
    for size in ((160, 40), (80, 24)):
        async with running(core_of(samples.sharing()), size=size) as (pilot, dashboard):
            wanted = [record.name for record in samples.shared().sessions]
            while dashboard.pane_name != "records":
                await pilot.press("tab")
                await settled(pilot)
            table = dashboard.query_one("#records").table
            assert [row.key for row in table.rows] == wanted, table.rows
            assert dashboard.query_one("#records").region.height >= 3
            assert "Registered" in on_screen(pilot)
            assert wanted and wanted[0] in on_screen(pilot)
            await pilot.press("enter")
            await settled(pilot)
            assert not isinstance(pilot.app.screen, Dashboard)
            assert wanted[0] in on_screen(pilot)
            await pilot.press("escape")
            await pilot.press("question_mark")
            await settled(pilot)
            text = pilot.app.screen.query_one("#help-text").render().plain
            assert "Show the selected registration." in text
            panes = text.partition("\\nPanes\\n")[2].partition("\\n\\n")[0]
            assert "Registered" in panes
            assert "Sessions that registered." in panes
            assert "Enter: Show the selected registration." in panes, panes

asyncio.run(look())
print("shown")
"""


def test_a_pane_is_added_by_the_steps_of_the_guide(tmp_path: Path) -> None:
    for part in ("parallel_tui", "tests"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    touched = _carried_out(_section("How to add a pane"), tmp_path)
    assert len(touched) + 1 <= 6, f"and its test: {touched}"
    (tmp_path / "look.py").write_text(LOOK, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "import sys; sys.path.insert(0, '.'); import look"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.endswith("shown\n"), done.stdout + done.stderr


def _section(title: str) -> str:
    text = GUIDE.read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, title
    return found[1]


def _carried_out(guide: str, root: Path) -> list[str]:
    """Do what the blocks of a guide say to the files named before them; returns their names."""
    blocks = re.findall(
        r"`([\w/]+\.py)`\s+```(python new|diff)\n(.*?)^```", guide, re.DOTALL | re.M
    )
    assert blocks
    for name, kind, body in blocks:
        path = root / name
        if kind == "diff":
            path.write_text(_patched(path.read_text(encoding="utf-8"), body), encoding="utf-8")
        else:
            assert not path.exists(), name
            path.write_text(body, encoding="utf-8")
    return [name for name, _, _ in blocks]


def _patched(text: str, diff: str) -> str:
    """A text after the lines with `+` were put behind the line before them in the diff."""
    lines = text.splitlines()
    at = 0
    for line in diff.splitlines():
        mark, words = line[:1], line[1:]
        if mark == "+":
            lines.insert(at, words)
            at += 1
            continue
        assert lines.count(words) == 1, f"{lines.count(words)} times in the file: {words!r}"
        at = lines.index(words) + 1
        if mark == "-":
            at -= 1
            del lines[at]
    return "\n".join(lines) + "\n"
