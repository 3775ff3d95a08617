"""The program's own files, for tests that read them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = ROOT / "parallel_tui"
MODULES: Final = sorted(PACKAGE.rglob("*.py"))


def in_repository(path: Path) -> str:
    """A file's path from the root of the repository."""
    return str(path.relative_to(ROOT))
