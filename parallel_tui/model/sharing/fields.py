"""What the fields of events and journals say, whatever stands in them. Pure."""

from __future__ import annotations

from parallel_tui.model.text.words import plural

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Final

    from parallel_tui.model.text.strict_json import Json

    About = Mapping[str, Json]

_SAID: Final = ("message", "text", "note", "task", "summary", "reason", "what")
"""Where programs put what they have to say, the best first."""
_BOOKKEEPING: Final = frozenset({"id", "run", "time", "onto", "generation", "conversation", "item"})
"""Names of what tells one thing from another, and says nothing to people."""
_DEEPEST: Final = 8


class OddError(Exception):
    """A field that a sentence needs is missing, or of another kind."""


def after(said: str) -> str:
    """What was said, after a colon; nothing where nothing was."""
    return f": {said}" if said else ""


def names(given: Iterable[str]) -> str:
    """Names as they are counted up: `a`, `a and b`, `a, b and c`."""
    all_of = [*given]
    return " and ".join(filter(None, (", ".join(all_of[:-1]), *all_of[-1:])))


def text(about: About, name: str) -> str:
    """A text that has to be there.

    Raises:
        OddError: When it is not.
    """
    value = about.get(name)
    if not isinstance(value, str) or not value.strip():
        raise OddError(name)
    return value


def optional(about: About, name: str) -> str:
    """A text that may be missing."""
    value = about.get(name)
    return value if isinstance(value, str) and value.strip() else ""


def number(about: About, name: str) -> int:
    """A count; 0 where there is none."""
    value = about.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def texts(about: About, name: str) -> list[str]:
    """The texts of a list that has to have one.

    Raises:
        OddError: When it has none.
    """
    value = about.get(name)
    found = [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
    if not found:
        raise OddError(name)
    return found


def counted(about: About, name: str, one: str, many: str | None = None) -> str:
    """A count with its noun; empty where nothing is counted."""
    count = number(about, name)
    return plural(count, one, many) if count else ""


def because(about: About) -> str:
    """The reason after a colon, where one is given."""
    return after(optional(about, "reason") or optional(about, "why"))


def details(value: Json, depth: int = 0) -> str:
    """Any JSON in plain words, without its brackets and without what is only for programs.

    Args:
        value: The JSON.
        depth: How deep it stands in another; what stands too deep is left out.
    """
    if depth > _DEEPEST:
        return "…"
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(filter(None, (details(each, depth + 1) for each in value)))
    if not isinstance(value, dict):
        return str(value)
    first = next((name for name in _SAID if isinstance(value.get(name), str)), "")
    parts = [str(value[first])] if first and value[first] else []
    for name, each in value.items():
        if name == first or name in _BOOKKEEPING:
            continue
        label = name.replace("_", " ")
        if isinstance(each, bool):
            parts.append(label if each else f"not {label}")
        elif said := details(each, depth + 1):
            parts.append(f"{label} {said}")
    return ", ".join(filter(None, parts))
