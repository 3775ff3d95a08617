"""Whether a change could have been left half done at all."""

from __future__ import annotations

import os

_FOLDERS = (("intents", ".jsonl"), ("sync", ".json"), ("landings", ".running"))
"""Where changes are noted before they are made, and how the notes end."""


def any_trace(runtime: str) -> bool:
    """Whether anything lies where changes under way are noted; who knows more reads it.

    Args:
        runtime: The repository's own folder in its git directory.
    """
    return any(_holds(f"{runtime}/{folder}", ending) for folder, ending in _FOLDERS)


def _holds(folder: str, ending: str) -> bool:
    try:
        return any(name.endswith(ending) for name in os.listdir(folder))  # noqa: PTH208 - no pathlib
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
