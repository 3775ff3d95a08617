"""Until when a limit lasts, in words."""

from __future__ import annotations

import re

from parallel_tui.model.session.session import Evidence, SessionState
from parallel_tui.model.text.words import clock, limit_words, state_words

NOW = 1_790_000_000.0


def test_a_state_says_until_when_a_limit_lasts() -> None:
    limited = Evidence(SessionState.LIMITED, "hook", "its limit", until=NOW + 3600)
    assert re.fullmatch(r"limited until \d\d:\d\d", state_words(limited, NOW))
    assert re.fullmatch(r"limited, ended \d\d:\d\d", state_words(limited, NOW + 3600))
    assert state_words(Evidence(SessionState.LIMITED, "hook", "its limit"), NOW) == "limited"
    assert state_words(Evidence(SessionState.IDLE, "hook", "", until=NOW), NOW) == "idle"


def test_a_time_that_is_far_has_its_day() -> None:
    assert re.fullmatch(r"until \w{3} \d\d:\d\d", limit_words(NOW + 3 * 86400, NOW))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", clock(NOW + 9 * 86400, NOW))
    assert clock(1e300, NOW) == "a time that no clock has"
