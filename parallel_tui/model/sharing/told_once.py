"""Events as a person reads them: what several sessions were told of one thing, once. Pure."""

from __future__ import annotations

from parallel_tui.model.text import strict_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parallel_tui.model.sharing.coordination import Event
    from parallel_tui.model.text.strict_json import Json

_NOWHERE = (None, None)


def told_once(events: Sequence[Event]) -> tuple[Event, ...]:
    """Events without those that tell others of a landing which is among them itself.

    One that says more than that, such as which files a session meets there, stays.

    Args:
        events: In any order, which is kept.
    """
    landings = {_onto(_payload(each)) for each in events if each.type == "landed"} - {_NOWHERE}
    return tuple(each for each in events if not _repeats(each, landings))


def _repeats(event: Event, landings: set[tuple[Json, Json]]) -> bool:
    if event.type != "base_moved" or not landings:
        return False
    about = _payload(event)
    more = about.get("undone") or any(about.get(key) for key in ("paths", "uses", "conflicts"))
    return not more and _onto(about) in landings


def _onto(about: Mapping[str, Json]) -> tuple[Json, Json]:
    base, onto = about.get("base"), about.get("onto")
    texts = isinstance(base, str) and isinstance(onto, str)
    return (base, onto) if texts else _NOWHERE


def _payload(event: Event) -> Mapping[str, Json]:
    try:
        found = strict_json.parse(event.payload)
    except strict_json.NotJsonError:
        return {}
    return found if isinstance(found, dict) else {}
