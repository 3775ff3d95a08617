"""Figures that tests tell at the end of a run."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence


class Figures:
    """Collects what was measured."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._floor: list[float] = []

    def breathe(self) -> None:
        """Measure what a bare Python costs just now: how busy the machine is."""
        began = time.perf_counter()
        subprocess.run([sys.executable, "-I", "-S", "-c", "pass"], check=True)
        self._floor.append(time.perf_counter() - began)

    def tell(self, what: str, seconds: Sequence[float]) -> None:
        """Add times of the same thing, beside those of a bare Python so far."""
        self.lines.append(f"{what}: {_told(seconds)}; a bare Python: {_told(self._floor)}")


def _told(seconds: Sequence[float]) -> str:
    told = sorted(each * 1000 for each in seconds)
    if not told:
        return "never"
    last = len(told) - 1
    p50, p95 = told[round(last * 0.5)], told[round(last * 0.95)]
    return f"p50 {p50:.0f} ms, p95 {p95:.0f} ms ({len(told)} times)"
