"""When an agent may go on that has reached a limit, read from what it says of that. Pure.

Claude Code says it in words only. Those that are read here were seen in reports of its users:
`resets 3pm (Europe/Berlin)`, `will reset at 9:30 AM`, `resets Dec 3, 9am`, `…|1760000000`. What is
not understood, has passed or lies too far ahead is not known: no time is ever guessed.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

FARTHEST: Final = 40 * 86400.0
"""Seconds beyond which no limit ends; the longest that is known counts months."""

LATE: Final = 3600.0
"""Seconds for which a limit may go on after the time that it names; 19 minutes were reported. A
time of the day that has just passed is therefore not taken for the next day's."""

_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_EPOCH: Final = re.compile(r"\blimit reached ?\| ?([0-9]{9,11})\b", re.ASCII | re.IGNORECASE)

_LEAD: Final = r"\b(?:reset(?:s|ting)?|try again)\b[:,]?"

_IN: Final = re.compile(
    _LEAD + r" in (?:about )?((?:[0-9]{1,4} ?(?:d|h|m|s|days?|hours?|hrs?|minutes?|mins?|seconds?"
    r"|secs?)(?![a-z]),? ?(?:and )?)+)",
    re.ASCII | re.IGNORECASE,
)
_PART: Final = re.compile(r"([0-9]{1,4}) ?([dhms])", re.ASCII | re.IGNORECASE)
_SECONDS: Final = {"d": 86400, "h": 3600, "m": 60, "s": 1}

_AT: Final = re.compile(
    _LEAD
    + r"(?: (?:at|on))?"
    + rf"(?: (?P<weekday>{'|'.join(_DAYS)})[a-z]*,?)?"
    + rf"(?: (?P<month>{'|'.join(_MONTHS)})[a-z]*\.? (?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?"
    + r"(?:,? (?P<year>20[0-9]{2}))?,?)?"
    + r"(?: at)? (?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2}))?(?: ?(?P<half>[ap])\.?m\b\.?)?"
    + r"(?![\w:])(?: \((?P<zone>[^)]{1,60})\)| (?P<bare>(?-i:[A-Z]{3,4}))\b)?",
    re.ASCII | re.IGNORECASE,
)
_ZONE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*", re.ASCII)


def ends_at(said: str, at: float, zone: tzinfo | None = None) -> float | None:
    """When a limit ends.

    Args:
        said: What the agent said of it.
        at: When it said so, in epoch seconds.
        zone: Where a time without a zone is meant; `None` for this machine's.

    Returns:
        Epoch seconds, later than `at`; `None` where that is not known.
    """
    text = " ".join(said.split())
    try:
        end = _end(text, at, zone)
    except (OverflowError, ValueError, OSError):  # no clock has such a time
        return None
    return end if end is not None and at < end <= at + FARTHEST else None


def _end(text: str, at: float, zone: tzinfo | None) -> float | None:
    counted = _EPOCH.search(text)
    if counted is not None:
        return float(counted[1])
    lasts = _IN.search(text)
    if lasts is not None:
        parts = _PART.findall(lasts[1])
        return at + sum(int(number) * _SECONDS[unit.lower()] for number, unit in parts)
    found = _AT.search(text)
    return None if found is None else _of_clock(found, at, zone)


def _of_clock(found: re.Match[str], at: float, zone: tzinfo | None) -> float | None:
    """The end of a limit by the clock on the wall."""
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    elif found["minute"] is None:
        return None  # a bare number may be anything
    name = found["zone"] or found["bare"]
    if name:
        zone = _zone(name)
        if zone is None:
            return None
    today = datetime.fromtimestamp(at, zone).date()
    if found["month"]:
        return _of_day(found, today, (hour, minute), at, zone)
    wanted = found["weekday"]
    for days in range(-1, 9):
        day = today + timedelta(days=days)
        if wanted and _DAYS[day.weekday()] != wanted.lower():
            continue
        end = _later(day, hour, minute, zone)
        if end > at:
            return end
        if end > at - LATE:
            return None
    return None


def _of_day(
    found: re.Match[str], today: date, clock: tuple[int, int], at: float, zone: tzinfo | None
) -> float | None:
    month, day = _MONTHS.index(found["month"].lower()) + 1, int(found["day"])
    years = (int(found["year"]),) if found["year"] else (today.year, today.year + 1)
    for year in years:
        end = _later(date(year, month, day), *clock, zone)
        if end > at:
            return end
    return None


def _later(day: date, hour: int, minute: int, zone: tzinfo | None) -> float:
    """A time on the wall in epoch seconds; the later one where clocks are set in that hour."""
    naive = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    return max(naive.replace(fold=fold).timestamp() for fold in (0, 1))


def _zone(name: str) -> tzinfo | None:
    if name.upper() in ("UTC", "GMT"):
        return UTC
    if _ZONE.fullmatch(name) is None:
        return None
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return None
