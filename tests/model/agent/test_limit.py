"""When a limit ends, read from what agents say of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parallel_tui.model.agent.limit import FARTHEST, LATE, ends_at

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Calcutta", "Australia/Lord_Howe", "UTC")
SAID = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)


def utc(*parts: int) -> float:
    """A moment, by its UTC date and time."""
    year, month, day, hour, minute = parts
    return datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("said", "end"),
    [
        ("You've hit your limit · resets 3pm (Europe/Berlin)", (2026, 11, 29, 14, 0)),
        ("You've hit your session limit · resets 10:30pm (UTC) · x", (2026, 11, 29, 22, 30)),
        ("You've hit your limit · resets Dec 3, 9am", (2026, 12, 3, 8, 0)),
        ("Weekly limit reached ∙ resets Dec 3 at 9am", (2026, 12, 3, 8, 0)),
        ("hit your limit · resets Jan 2, 2027, 11:30am (Asia/Calcutta)", (2027, 1, 2, 6, 0)),
        ("hit your limit · resets Jan 2, 11:30am (Asia/Calcutta)", (2027, 1, 2, 6, 0)),
        ("5-hour limit reached ∙ resets 5:00\u202fPM", (2026, 11, 29, 16, 0)),
        (
            "usage limit reached. Your limit will reset\n   at 3pm (Etc/GMT+5).",
            (2026, 11, 29, 20, 0),
        ),
        ("Limits will reset at 9:30 AM. View your usage", (2026, 11, 30, 8, 30)),
        ("resets 12am (UTC)", (2026, 11, 30, 0, 0)),
        ("resets 12pm (UTC)", (2026, 11, 29, 12, 0)),
        ("resets at 15:00 UTC", (2026, 11, 29, 15, 0)),
        ("resets Thu 9:00 AM (UTC)", (2026, 12, 3, 9, 0)),
        ("Claude AI usage limit reached|1796000000", (2026, 11, 30, 0, 53)),
        ("resets in 2h30m", (2026, 11, 29, 12, 30)),
        ("try again in 1 hour and 5 minutes.", (2026, 11, 29, 11, 5)),
    ],
)
def test_what_agents_say_of_it_is_understood(said: str, end: tuple[int, ...]) -> None:
    found = ends_at(said, SAID.timestamp(), BERLIN)
    assert found is not None
    assert found // 60 * 60 == utc(*end)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "API Error: Request rejected (429) · this may be a temporary capacity issue",
        "resets 3",
        "it resets 5 files",
        "resets 13pm (UTC)",
        "resets 25:00",
        "resets 9:75am",
        "resets Feb 30, 9am",
        "resets 3pm (Middle/Earth)",
        "resets 3pm (../../etc/passwd)",
        "resets 3pm (America)",
        "resets 3pm PST",
        "resets 9:41am (UTC)",  # it has just passed: the server is late, and nobody knows by what
        "resets Nov 28, 9am",
        "resets Mar 3, 9am",  # three months ahead
        "Claude AI usage limit reached|1700000000",
        "Claude AI usage limit reached|99999999999",
        "resets in 9999 days",
    ],
)
def test_what_is_not_understood_or_cannot_be_is_not_known(said: str) -> None:
    assert ends_at(said, SAID.timestamp(), BERLIN) is None


def test_a_time_without_a_zone_is_one_of_this_machine() -> None:
    at = SAID.timestamp()
    later = datetime.fromtimestamp(at + 7200)
    found = ends_at(f"resets {later:%H:%M}", at)
    assert found is not None
    assert f"{datetime.fromtimestamp(found):%H:%M}" == f"{later:%H:%M}"


@pytest.mark.parametrize(
    ("at", "said", "end"),
    [
        # Clocks go back at 3:00: 2:30 comes twice, and the limit is sure to be over at the second.
        ((2026, 10, 24, 20, 0), "resets 2:30am", (2026, 10, 25, 1, 30)),
        ((2026, 10, 24, 20, 0), "resets 9am", (2026, 10, 25, 8, 0)),
        # Clocks go forward at 2:00: there is no 2:30, it is 3:30 by then.
        ((2026, 3, 28, 20, 0), "resets 2:30am", (2026, 3, 29, 1, 30)),
        ((2026, 3, 28, 20, 0), "resets 9am", (2026, 3, 29, 7, 0)),
    ],
)
def test_clocks_that_are_set_are_reckoned_with(
    at: tuple[int, ...], said: str, end: tuple[int, ...]
) -> None:
    assert ends_at(said, utc(*at), BERLIN) == utc(*end)


MOMENTS = st.datetimes(datetime(2020, 1, 2), datetime(2036, 12, 30)).map(
    lambda each: each.replace(tzinfo=UTC)
)


def _twice(end: datetime, zone: tzinfo) -> bool:
    """Whether the clock shows this time twice."""
    there = end.astimezone(zone)
    return there.replace(fold=0).timestamp() != there.replace(fold=1).timestamp()


@given(MOMENTS, st.integers(1, 22 * 60), st.sampled_from(ZONES))
@example(datetime(2026, 10, 24, 23, 50, tzinfo=UTC), 100, "Europe/Berlin")
def test_a_time_of_the_day_is_its_next_one(said: datetime, minutes: int, name: str) -> None:
    zone = ZoneInfo(name)
    end = (said + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    if end <= said or _twice(end, zone):
        return
    words = f"{end.astimezone(zone):%I:%M%p}".lower()
    assert ends_at(f"resets {words} ({name})", said.timestamp()) == end.timestamp()


@given(MOMENTS, st.integers(1, 39 * 24 * 60), st.sampled_from(ZONES))
def test_a_day_and_a_time_are_that_moment(said: datetime, minutes: int, name: str) -> None:
    zone = ZoneInfo(name)
    end = (said + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    if end <= said or _twice(end, zone):
        return
    there = end.astimezone(zone)
    words = f"{there:%b} {there.day}, {there:%I:%M%p}"
    assert ends_at(f"resets {words} ({name})", said.timestamp()) == end.timestamp()


@given(
    st.text() | st.from_regex(re.compile(r"resets? (at|on|in)? ?[0-9A-Za-z:, ()/+]{0,30}")),
    st.floats(0, 1e11),
    st.sampled_from((UTC, BERLIN, timezone(timedelta(hours=14)))),
)
@example("resets 3pm", 0.0, timezone(timedelta(hours=-12)))
@example("resets 3pm", 1e11, UTC)
@example("resets in 1s", 1e11, UTC)
def test_whatever_is_said_a_known_end_lies_ahead(said: str, at: float, zone: tzinfo) -> None:
    end = ends_at(said, at, zone)
    assert end is None or at < end <= at + FARTHEST


def test_a_time_that_passed_long_ago_is_the_next_days() -> None:
    at = SAID.timestamp()
    passed = datetime.fromtimestamp(at - LATE - 60, UTC)
    found = ends_at(f"resets {passed:%H:%M} UTC", at)
    assert found == at - LATE - 60 + 86400
