"""Error messages for wrong configuration values: place, key, what is allowed, what was found."""

from __future__ import annotations

from collections.abc import Mapping

from parallel_tui.adapters.config.yaml_file import WrittenAt, YamlDocument
from parallel_tui.errors import ConfigError
from parallel_tui.model.settings.values import WrongValueError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from parallel_tui.model.settings.values import Step


def wrong_value(
    error: WrongValueError,
    keys: tuple[str, ...],
    source: str,
    document: YamlDocument | None,
    read: tuple[Callable[[object], object], object] | None = None,
) -> ConfigError:
    """The error for a value that a setting does not allow.

    Args:
        error: What is wrong, and where inside the setting's value.
        keys: Key path of the setting.
        source: The file, or the other place the value comes from.
        document: The file's contents, for the line and the text as it was written.
        read: What checks the setting, and the whole value that it was given: nobody is told to
            make a text of what must not be one.
    """
    where = (*keys, *error.path)
    place = document.places.get(where) if document else None
    if error.key and place:
        place = WrittenAt(place.line, place.key or str(error.found), key=place.key)
    found, hint = _found(error.found, place)
    if hint and place and read and not _may_be(place.text, error, *read):
        hint = ""
    at = f"{source}, line {place.line}" if place else source
    # A key that YAML turned into something else is named as it was written.
    shown = [*where[:-1], place.key] if place and place.key else list(where)
    name = spelled(shown) or "what is written"
    return ConfigError(f"{at}: {name} must be {error.allowed}; found {found}", hint=hint)


def _found(value: object, place: WrittenAt | None) -> tuple[str, str]:
    """The value that was found, with a hint when YAML has converted it."""
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping", ""
    if isinstance(value, list):
        return "a list" if value else "an empty list", ""
    if value is None:
        return "nothing", ""
    if isinstance(value, str) or place is None or place.text is None:
        return repr(value)[:80], ""
    kind = {bool: "the boolean", int: "the number", float: "the number"}.get(type(value), "a")
    written = place.text[:80]
    try:
        text = str(value).lower()
    except ValueError:  # Python refuses to write out a number of thousands of digits
        text = "beyond all bounds"
    shown = f"{kind} {text[:80]}" if kind != "a" else f"a {type(value).__name__}"
    if kind != "a" and written.lower() == text:
        return shown, f"If it is meant as a text, put it in quotes: '{written}'."
    return (
        f"{written!r}, which YAML reads as {shown}",
        f"Put it in quotes: '{written}'.",
    )


def _may_be(
    text: object, error: WrongValueError, parse: Callable[[object], object], value: object
) -> bool:
    """Whether a setting allows a text where it does not allow what was found."""
    if error.key:
        return True
    try:
        parse(_instead(value, error.path, text))
    except WrongValueError as still:
        return still.path != error.path
    return True


def _instead(value: object, path: Sequence[Step], text: object) -> object:
    """A value with a text in place of one of its parts."""
    if not path:
        return text
    step, below = path[0], path[1:]
    if isinstance(value, Mapping) and step in value:
        return {**value, step: _instead(value[step], below, text)}
    if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        return [*value[:step], _instead(value[step], below, text), *value[step + 1 :]]
    return value


def spelled(steps: Iterable[object]) -> str:
    """A key path as people write it: `layouts.dev[1].size`."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text
