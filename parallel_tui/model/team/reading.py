"""Read the description of a team, strictly. Pure.

`sessions:` means what it means in `parallel-config.yml`: names with `owns`, `can_read` and `note`,
and `shared` for paths of nobody in particular. So the boundaries of a repository are a team too.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from parallel_tui.errors import UsageError
from parallel_tui.model.policy.boundaries import KEYS as BOUNDARY_KEYS
from parallel_tui.model.policy.boundaries import SHARED, Territory, boundaries_of
from parallel_tui.model.session import naming
from parallel_tui.model.settings.config import PREFIXES, Kind, Origin
from parallel_tui.model.settings.values import WrongValueError
from parallel_tui.model.team import fields
from parallel_tui.model.team.team import Team, TeamMember
from parallel_tui.model.team.together import demand_together

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Final

    from parallel_tui.model.settings.values import Step

MOST: Final = 60
"""Sessions that a team may have."""

TOP: Final = ("summary", "context", *fields.COMMON, "sessions")
"""Keys of a team."""

OWN: Final = (*BOUNDARY_KEYS, *fields.COMMON, "branch", "after", "prompt", "tasks")
"""Keys of a session."""


def no_files(name: str) -> tuple[str, ...]:
    """Refuse to read a file of tasks, where there is no place to look for it."""
    raise UsageError(f"The file of tasks {name!r} cannot be looked for here")


def team_of(
    top: object,
    *,
    name: str,
    origin: Origin = Origin.DEFAULT,
    source: str = "preset",
    also: Collection[str] = (),
    tasks_in: Callable[[str], tuple[str, ...]] = no_files,
) -> Team:
    """The team that a mapping describes.

    Args:
        top: As YAML gives it.
        name: What the team is called.
        origin: Where it came from.
        source: The file, for people.
        also: Further keys that may stand at the top, and are not looked at.
        tasks_in: Reads a file of tasks.

    Raises:
        WrongValueError: With the place from the top of the team.
        UsageError: When a file of tasks cannot be read.
    """
    given = _mapping(top, ())
    unknown = [_unknown((), key, (*TOP, *also)) for key in given if key not in (*TOP, *also)]
    found = given.get("sessions")
    entries = _mapping(found, ("sessions",)) if found is not None else {}
    if not set(entries) - {SHARED}:
        wanted = "a mapping of names to what each session is"
        near = get_close_matches("sessions", set(given) - {"sessions"}, n=1)
        meant = f" (is it what {near[0]!r} means?)" if near and found is None else ""
        raise WrongValueError(found, wanted + meant, ("sessions",))
    if len(entries) > MOST:
        raise WrongValueError(len(entries), f"at most {MOST} sessions", ("sessions",))
    kept = {key: _boundary_keys(entry) for key, entry in entries.items()}
    written = {each.name: each for each in boundaries_of({"sessions": kept}).territories}
    defaults = fields.common(given, (), fields.Common())
    members = []
    for key, entry in entries.items():
        own = _mapping(entry, ("sessions", key)) if entry is not None else {}
        allowed = BOUNDARY_KEYS if key == SHARED else OWN
        unknown += [
            _unknown(("sessions", key), each, allowed) for each in own if each not in allowed
        ]
        if key != SHARED:
            members.append(_member(key, own, defaults, written[key], tasks_in))
    shared = written.get(SHARED)
    team = Team(
        name,
        tuple(members),
        fields.at(given, "summary", fields.text_line, ()) or "",
        fields.at(given, "context", fields.text, ()) or "",
        shared,
        origin,
        source,
        tuple(unknown),
    )
    demand_together(team)
    return team


def _boundary_keys(entry: object) -> object:
    """Of an entry what boundaries know; all of it where it is nothing that has keys."""
    if not isinstance(entry, Mapping):
        return entry
    return {key: value for key, value in entry.items() if key in BOUNDARY_KEYS}


def _mapping(value: object, place: tuple[Step, ...]) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise WrongValueError(value, "a mapping", place)
    for key in value:
        if not isinstance(key, str) or not key.isprintable() or not key.strip():
            raise WrongValueError(key, "a name, a text on one line", (*place, key), key=True)
    return value


def _unknown(place: tuple[str, ...], key: str, known: Collection[str]) -> str:
    near = get_close_matches(key, known, n=1)
    where = ".".join((*place, key))
    return f"unknown key {where!r} is ignored" + (f"; did you mean {near[0]}?" if near else "")


def _member(
    name: str,
    own: Mapping[str, object],
    above: fields.Common,
    territory: Territory,
    tasks_in: Callable[[str], tuple[str, ...]],
) -> TeamMember:
    place = ("sessions", name)
    try:
        slug = naming.slugify(name).value
    except UsageError as error:
        raise WrongValueError(name, f"a name ({error.message})", place, key=True) from None
    chosen = fields.common(own, place, above)
    prefix = PREFIXES[Kind.FEATURE] if chosen.prefix is None else chosen.prefix
    layout, inline = chosen.layout or (None, None)
    return TeamMember(
        name=name,
        branch=fields.at(own, "branch", fields.branch, place) or f"{prefix}{slug}",
        base=chosen.base,
        after=fields.at(own, "after", fields.names, place) or (),
        territory=territory,
        prompt=fields.at(own, "prompt", fields.text, place) or "",
        tasks=fields.tasks(own.get("tasks"), (*place, "tasks"), tasks_in),
        agent=chosen.agent,
        layout=layout,
        inline=inline,
        window=chosen.window is not False,
    )
