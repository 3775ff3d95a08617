"""Rows of the table of settings that are about sharing the machine out among sessions."""

from __future__ import annotations

from itertools import combinations
from types import MappingProxyType

from parallel_tui.model.machine import slots
from parallel_tui.model.machine.ports import HIGHEST, LOWEST, SPAN, PortRange, variable
from parallel_tui.model.settings import values
from parallel_tui.model.settings.values import WrongValueError
from parallel_tui.model.text.patterns import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final

_NAME: Final = pattern(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_RANGE: Final = pattern(r"(\d{1,5})(?:-(\d{1,5}))?")
_ALLOWED: Final = f"a port from {LOWEST} to {HIGHEST}, or a range of at least two such as 3000-3099"


def slot_limits(value: object) -> Mapping[str, int]:
    """How many commands may run at once, by the name of the slot."""
    checked = {}
    for name, count in values.named(value, "slots to numbers").items():
        if not slots.NAME.fullmatch(name):
            raise WrongValueError(name, f"a name of {slots.NAME_WORDS}", (name,), key=True)
        try:
            checked[name] = values.whole_number(1, slots.MOST)(count)
        except WrongValueError as error:
            raise error.below(name) from None
    return MappingProxyType(checked)


def port_ranges(value: object) -> Mapping[str, PortRange]:
    """Ranges of ports by name, none of which meet, nor their variables."""
    found: dict[str, PortRange] = {}
    for name, told in values.named(value, "names to ports").items():
        if not _NAME.fullmatch(name):
            words = "a name of letters, digits, dashes and underscores, a letter first"
            raise WrongValueError(name, words, (name,), key=True)
        found[name] = _range(told, name)
    for (one, first), (two, second) in combinations(found.items(), 2):
        if variable(one) == variable(two):
            words = f"another name than {one}: both would be {variable(one)}"
            raise WrongValueError(two, words, (two,), key=True)
        if first.first <= second.last and second.first <= first.last:
            words = f"apart from {one} ({first})"
            raise WrongValueError(str(second), words, (two,))
    return MappingProxyType(found)


def _range(told: object, name: str) -> PortRange:
    text = str(told) if isinstance(told, int) and not isinstance(told, bool) else told
    match = _RANGE.fullmatch(text) if isinstance(text, str) and text.isascii() else None
    if match is None:
        raise WrongValueError(told, _ALLOWED, (name,))
    first = int(match[1])
    last = int(match[2]) if match[2] else min(first + SPAN - 1, HIGHEST)
    if not LOWEST <= first < last <= HIGHEST:
        raise WrongValueError(told, _ALLOWED, (name,))
    return PortRange(first, last)


ROWS: Final[tuple[tuple[str, str, Callable[[object], object], str], ...]] = (
    (
        "slots",
        "slots",
        slot_limits,
        "how many commands of all sessions may run in a slot at once, by its name: {test: 1}",
    ),
    (
        "ports",
        "ports",
        port_ranges,
        "ports of which each session gets its own, by name: {web: 3000, api: 8000-8199}; 100 from "
        "a single one on",
    ),
)
"""Name, attribute of `Config`, check and help."""
