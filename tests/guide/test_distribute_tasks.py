"""The guide's `distribute-tasks.sh`, unmodified, and ours: the same deal."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.cli.running import pdev
from tests.support.world import World

SCRIPT = Path(__file__).parent / "distribute-tasks.sh"


def test_both_deal_the_same_and_ours_keeps_the_ticks(world: World) -> None:
    backlog = world.root / "tasks.txt"
    backlog.write_text("".join(f"task {number}\n" for number in range(7)))
    (world.repo / ".claude").mkdir()
    subprocess.run(["bash", str(SCRIPT), str(backlog), "3"], cwd=world.repo, check=True)
    theirs = {
        path.name: path.read_text() for path in (world.repo / ".claude").glob("session-*-tasks.md")
    }
    page = world.repo / ".claude/session-1-tasks.md"
    page.write_text(page.read_text().replace("- [ ] task 3", "- [x] task 3"))
    ours = pdev("distribute", str(backlog), "-n", "3", "--json", cwd=world.repo, env=world.env)
    assert (ours.json["added"], ours.json["kept"]) == (0, 7)
    assert "- [x] task 3" in page.read_text()
    for path in (world.repo / ".claude").glob("session-*-tasks.md"):
        path.unlink()
    pdev("distribute", str(backlog), "-n", "3", cwd=world.repo, env=world.env)
    for name, text in theirs.items():
        assert (world.repo / ".claude" / name).read_text() == text
