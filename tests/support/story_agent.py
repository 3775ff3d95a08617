"""The agent of a story: it is the demo's, with a short part of its own.

`python story_agent.py FOLDER [PROMPT]`, as the agent of a session: it plays the part of its
session's name, and tells into a folder what it does, as hooks do. Who has none of their own appends
a line with the session's name to a file, asks a question, commits when that was answered, and says
that it is done.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from parallel_tui.demo.agent import EndedError, Performer

QUESTION = "Round prices up?"

DONE = "The rate is set"

BEGIN, COMMIT = "Shall I begin?", "Shall I commit?"
"""What members of a team ask before their edit, and after it."""

SHARED = "src/types/dashboard.ts"
"""The file that members of a team write."""


def _team(name: str) -> list[tuple[str, list[str]]]:
    return [
        ("ask", [BEGIN, "Yes", "No"]),
        ("edit", [SHARED, f"export const by = '{name}';"]),
        ("ask", [COMMIT, "Yes", "No"]),
        ("commit", [f"Type the stats of {name} (tests pass)"]),
        ("finish", [f"The types of {name} stand"]),
    ]


def main() -> int:
    """Play the part."""
    name = os.environ["PDEV_SESSION"]
    alone = [
        ("edit", ["rate.py", f"RATE = '{name}'"]),
        ("ask", [QUESTION, "Yes", "No"]),
        ("commit", [f"Set the rate of {name} (tests pass)"]),
        ("finish", [DONE]),
    ]
    steps = _team(name) if name.startswith("dashboard-") else alone
    with contextlib.suppress(EndedError, KeyboardInterrupt, FileNotFoundError):
        Performer(steps, seed=1, still=True, tells=Path(sys.argv[1])).perform()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
