"""The entry point `pdev-tui`: arguments, first list of sessions, then the dashboard."""

from __future__ import annotations

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run the dashboard; returns the exit status."""
    raise NotImplementedError
