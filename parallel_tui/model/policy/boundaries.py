"""Boundaries as written: who owns and may read what (guide: parallel-config.yml). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from parallel_tui.errors import UsageError
from parallel_tui.model.session.naming import slugify
from parallel_tui.model.settings import values
from parallel_tui.model.settings.config import BOUNDARY_ACTIONS
from parallel_tui.model.settings.values import WrongValueError
from parallel_tui.model.text import glob_tables
from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

SOURCE: Final = ".claude/parallel-config.yml"
"""Where boundaries stand, from the top of a commit."""

SHARED: Final = "shared"
"""The entry whose paths are everybody's after a word with the others (guide)."""

KEYS: Final = ("owns", "can_read", "note")
"""Keys of an entry of `sessions:`."""

LEVELS: Final = ("level", "unowned", "locks")
"""Keys of `boundaries:`."""


@dataclass(frozen=True, slots=True)
class Territory:
    """What one entry of `sessions:` says.

    Attributes:
        name: As written.
        owns: Patterns of paths that are its own; `!` takes paths out again.
        can_read: Patterns of paths that it may read, though another owns them.
        note: What the others should know.
    """

    name: str
    owns: tuple[str, ...] = ()
    can_read: tuple[str, ...] = ()
    note: str = ""

    @property
    def shared(self) -> bool:
        """Whether its paths are to be changed by anybody after a word with the others."""
        return self.name == SHARED

    @property
    def names(self) -> tuple[str, ...]:
        """Names of sessions that it is about: its own, and what `pdev` makes of it."""
        try:
            return tuple(dict.fromkeys((self.name, slugify(self.name).value)))
        except UsageError:
            return (self.name,)

    def entry(self) -> dict[str, object]:
        """What stands in a file for it, below its name."""
        made: dict[str, object] = {}
        if self.owns:
            made["owns"] = list(self.owns)
        if self.can_read:
            made["can_read"] = list(self.can_read)
        if self.note:
            made["note"] = self.note
        return made


@dataclass(frozen=True, slots=True)
class Boundaries:
    """What a configuration file says about ownership.

    Attributes:
        territories: In the order of the file.
        levels: What is set under `boundaries:`, by its key there.
        unknown: Keys that mean nothing, as paths from the top.
    """

    territories: tuple[Territory, ...] = ()
    levels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    unknown: tuple[tuple[str, ...], ...] = ()


def boundaries_of(top: Mapping[object, object]) -> Boundaries:
    """The boundaries in a configuration file.

    Args:
        top: Its top-level mapping.

    Raises:
        WrongValueError: With the place from the top of the file.
    """
    unknown: list[tuple[str, ...]] = []
    found = [
        _territory(name, entry, unknown)
        for name, entry in _mapping(top.get("sessions"), ("sessions",)).items()
    ]
    levels = {}
    for key, value in _mapping(top.get("boundaries"), ("boundaries",)).items():
        if key not in LEVELS:
            unknown.append(("boundaries", key))
            continue
        try:
            levels[key] = values.one_of(*BOUNDARY_ACTIONS)(value)
        except WrongValueError as error:
            raise error.below("boundaries", key) from None
    return Boundaries(tuple(found), MappingProxyType(levels), tuple(unknown))


def _territory(name: str, entry: object, unknown: list[tuple[str, ...]]) -> Territory:
    place = ("sessions", name)
    given = _mapping(entry, place)
    unknown += [(*place, key) for key in given if key not in KEYS]
    lists = {}
    for key in ("owns", "can_read"):
        try:
            lists[key] = _patterns(given.get(key))
        except WrongValueError as error:
            raise error.below(*place, key) from None
    note = given.get("note")
    if not isinstance(note, str | None):
        raise WrongValueError(note, "a text", (*place, "note"))
    return Territory(name, lists["owns"], lists["can_read"], " ".join((note or "").split()))


def _mapping(value: object, place: tuple[str, ...]) -> dict[str, object]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise WrongValueError(value, "a mapping", place)
    for key in value:
        if not isinstance(key, str) or not key.isprintable() or not key.strip():
            raise WrongValueError(key, "a name, a text on one line", (*place, key), key=True)
    return dict(value)


def _patterns(value: object) -> tuple[str, ...]:
    found = values.patterns(value)
    for position, text in enumerate(found):
        where = (position,) if isinstance(value, list) else ()
        pattern = text.removeprefix("!")
        if pattern.startswith("./"):
            raise WrongValueError(text, "a pattern from the repository's top, without ./", where)
        try:
            glob_tables.compiled(pattern)
        except glob_tables.PatternError as error:
            said = f"a gitignore pattern ({error.message.replace(repr(pattern), 'it')})"
            raise WrongValueError(text, said, where) from None
    return found
