"""The agent of a story: it is the demo's, with a short part of its own.

`python story_agent.py FOLDER`, as the agent of a session: it appends a line with the session's
name to a file, asks a question, commits when that was answered, and says that it is done. What it
does it tells into a folder, as hooks do.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from parallel_tui.demo.agent import EndedError, Performer

QUESTION = "Round prices up?"

DONE = "The rate is set"


def main() -> int:
    """Play the part."""
    name = os.environ["PDEV_SESSION"]
    steps = [
        ("edit", ["rate.py", f"RATE = '{name}'"]),
        ("ask", [QUESTION, "Yes", "No"]),
        ("commit", [f"Set the rate of {name} (tests pass)"]),
        ("finish", [DONE]),
    ]
    with contextlib.suppress(EndedError, KeyboardInterrupt, FileNotFoundError):
        Performer(steps, seed=1, still=True, tells=Path(sys.argv[1])).perform()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
