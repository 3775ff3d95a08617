"""What models do in more than one test."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.agents.driver.model import Use

COLOURS: Final = {
    "questions": [
        {
            "question": "Which colour?",
            "header": "Colour",
            "multiSelect": False,
            "options": [
                {"label": "Red", "description": "as a rose"},
                {"label": "Blue", "description": "as the sea"},
            ],
        }
    ]
}
"""Input of AskUserQuestion."""


def touch(name: str) -> Use:
    """Make a file by a command that needs leave."""
    return Use("Bash", {"command": f"touch {name}", "description": "make a file"})


def edit(file: Path, old: str = "x = 1", new: str = "x = 2") -> tuple[Use, Use]:
    """Read a file and change a line in it."""
    path = str(file)
    change = {"file_path": path, "old_string": old, "new_string": new}
    return Use("Read", {"file_path": path}), Use("Edit", change)
