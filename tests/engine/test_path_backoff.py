"""How long a path waits that changes often."""

from __future__ import annotations

from parallel_tui.engine.sources.path_backoff import PathBackoff


def _delays(listed: set[str], *, path: str = "a/log") -> list[float]:
    backoff, now, found = PathBackoff(), 100.0, []
    for _ in range(12):
        found.append(backoff.delay(path, now))
        backoff.looked([path], changed=False, now=now, listed=listed)
        now += 0.5
    return found


def test_what_git_does_not_list_waits_longer_and_longer() -> None:
    assert _delays(set())[:5] == [0.0, 0.0, 0.0, 0.0, 0.2]
    assert _delays(set())[-1] == 2.0


def test_an_edit_of_a_changed_file_never_waits_long_for_it_is_work() -> None:
    assert max(_delays({"a/log"})) == 0.4
    assert max(_delays({"a/"})) == 0.4
    assert max(_delays({"b/"})) == 2.0


def test_a_difference_ends_the_waiting() -> None:
    backoff = PathBackoff()
    for _ in range(9):
        backoff.looked(["x"], changed=False, now=1.0)
    assert backoff.delay("x", 1.0) == 2.0
    backoff.looked(["x"], changed=True, now=1.0)
    assert backoff.delay("x", 1.0) == 0.0
