"""What a call of the hook costs an agent, as ratios to bare Python in the same run.

`python -m tests.benchmarks.hooks [CALLS]` makes a repository with five worktrees, locks, boundaries
and a queue, and calls the hook as an agent does, the kinds of calls in turn.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import parallel_tui
from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.model.agent.hook_line import HookPlace, command
from tests.benchmarks import cli_start
from tests.benchmarks.harness import quantile
from tests.benchmarks.report import Report, Row, Section

FLOOR: Final = "python -I -S -c pass"
BUDGET: Final = 1.5
LOCKS: Final = 20


def _events(tree: Path) -> dict[str, tuple[str, dict[str, object]]]:
    def edit(path: str) -> dict[str, object]:
        return {"tool_name": "Edit", "tool_input": {"file_path": str(tree / path)}}

    return {
        "an edit that is free": ("PreToolUse", edit("free/a.py")),
        "an edit that is denied": ("PreToolUse", edit("src/3.py")),
        "after a tool": ("PostToolUse", {"tool_name": "Bash", "tool_input": {"command": "ls"}}),
        "a prompt": ("UserPromptSubmit", {"prompt": "go on"}),
    }


def measure(report: Report, calls: int) -> None:
    """All rows; the kinds of calls interleave, so that a busy moment falls on all alike.

    Args:
        report: Where they go.
        calls: How many of each kind.
    """
    with tempfile.TemporaryDirectory(prefix="pdev-bench-") as made:
        folder = Path(made).resolve()
        env = cli_start._environment(folder)
        trees = cli_start.make(folder, env)
        config = trees[0] / ".claude/parallel-config.yml"
        config.parent.mkdir()
        owns = {"owns": [f"part{number}/**" for number in range(10)] + ["*.sql", "!docs/*.sql"]}
        config.write_text(json.dumps({"sessions": {"one": owns, "two": {"owns": ["two/**"]}}}))
        for words in (["add", "-Af", "."], ["commit", "-qm", "boundaries"]):
            subprocess.run(["git", "-C", str(trees[0]), *words], env=env, check=True)
        core = open_core(Overrides(directory=str(trees[0])), env)
        core.boundaries.checker.compile()
        core.shared.locks.acquire([f"src/{each}.py" for each in range(LOCKS)], session="app-2")
        place = HookPlace(os.path.realpath(sys.executable), str(Path(parallel_tui.__file__).parent))
        facts = {"session_id": "b", "cwd": str(trees[1]), "permission_mode": "default"}
        floor = [place.python, "-I", "-S", "-c", "pass"]
        argv = {FLOOR: (floor, b"")}
        for name, (event, told) in _events(trees[1]).items():
            said = json.dumps({**facts, "hook_event_name": event, **told}).encode()
            argv[name] = (["/bin/sh", "-c", command(place, "claude", event)], said)
        env = {**env, "CLAUDE_PID": str(os.getpid())}
        times: dict[str, list[float]] = {name: [] for name in argv}
        for number in range(calls + 1):
            for name, (line, said) in argv.items():
                begin = time.perf_counter()
                subprocess.run(
                    line, input=said, env=env, cwd=trees[1], stdout=subprocess.DEVNULL, check=True
                )
                if number:
                    times[name].append((time.perf_counter() - begin) * 1000)
        for share, word in ((0.5, "p50"), (0.95, "p95")):
            base = quantile(times[FLOOR], share)
            for name in list(argv)[1:]:
                report.add(
                    Row(
                        Section.HOOKS, f"{name}, {word}", quantile(times[name], share),
                        floor=base, against=FLOOR, budget=BUDGET, size=f"{LOCKS} locks",
                        note=f"{calls} calls, shell included" if share == 0.5 else "",
                    )
                )  # fmt: skip


def main() -> None:
    """Measure by hand."""
    report = Report()
    measure(report, int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    for row in report.rows:
        print(f"{row.what:40} {row.value:8.2f} ms  {row.ratio:5.2f} ×")


if __name__ == "__main__":
    main()
