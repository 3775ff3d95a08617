"""Figures that tests tell at the end of a run."""

from __future__ import annotations

import os
from collections.abc import Sequence


class Figures:
    """Collects what was measured."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def tell(self, what: str, seconds: Sequence[float]) -> None:
        """Add times of the same thing."""
        told = sorted(each * 1000 for each in seconds)
        last = len(told) - 1
        p50, p95 = told[round(last * 0.5)], told[round(last * 0.95)]
        self.lines.append(
            f"{what}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, most {told[-1]:.0f} ms"
            f" ({len(told)} times, load {os.getloadavg()[0]:.1f})"
        )
