"""Waiting between looks: pauses grow, and never go beyond the end."""

from __future__ import annotations

import time

import pytest

from parallel_tui.patience import Patience


def test_pauses_grow_to_the_longest_and_end_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        nonlocal now
        pauses.append(round(seconds, 3))
        now += seconds

    monkeypatch.setattr(time, "monotonic", lambda: now)
    monkeypatch.setattr(time, "sleep", sleep)
    patience = Patience(1.0, first=0.2, longest=0.4)
    while not patience.over:
        patience.rest()
    assert pauses == [0.2, 0.3, 0.4, 0.1]


def test_without_time_it_is_over_at_once() -> None:
    assert Patience(0).over
