"""Where things stand in a JSON text, so that a change leaves every other byte as it was. Pure.

Comments and commas after the last element are understood, for people write them into settings;
what is no JSON even so is refused. Offsets count characters of the text.
"""

from __future__ import annotations

import json

from parallel_tui.model.text.strict_json import MAX_DEPTH, NotJsonError
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.model.text.strict_json import Json

_BLANK: Final = " \t\r\n"


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A value in a text.

    Attributes:
        start: Its first character.
        end: The one after its last.
        value: What it says.
        keys: Of an object: its keys, in order.
        parts: Values of an object or a list, in order.
        outer: Where each of them begins with its key.
    """

    start: int
    end: int
    value: Json
    keys: tuple[str, ...] = ()
    parts: tuple[TextSpan, ...] = ()
    outer: tuple[int, ...] = ()

    def member(self, key: str) -> TextSpan | None:
        """The value of a key; `None` without one."""
        return self.parts[self.keys.index(key)] if key in self.keys else None


def scan(text: str) -> TextSpan:
    """The one value of a text.

    Raises:
        NotJsonError: When it is no JSON, not even with comments, or repeats a key.
    """
    span = _value(text, skip(text, 0), 0)
    end = skip(text, span.end)
    if end != len(text):
        raise _wrong(text, end, "nothing more")
    return span


def skip(text: str, at: int) -> int:
    """The next place that is neither blank nor comment."""
    while at < len(text):
        if text[at] in _BLANK:
            at += 1
        elif text.startswith("//", at):
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        elif text.startswith("/*", at):
            end = text.find("*/", at + 2)
            if end < 0:
                raise NotJsonError("a comment in it does not end")
            at = end + 2
        else:
            break
    return at


def _wrong(text: str, at: int, wanted: str) -> NotJsonError:
    line = text.count("\n", 0, at) + 1
    found = f"{text[at]!r}" if at < len(text) else "its end"
    return NotJsonError(f"line {line}: {wanted} was expected, not {found}")


def _value(text: str, at: int, depth: int) -> TextSpan:
    if depth > MAX_DEPTH:
        raise NotJsonError(f"it nests deeper than {MAX_DEPTH}")
    if text.startswith("{", at):
        return _object(text, at, depth)
    if text.startswith("[", at):
        return _list(text, at, depth)
    try:
        value, end = json.JSONDecoder(parse_constant=_constant).raw_decode(text, at)
    except ValueError:
        raise _wrong(text, at, "a value") from None
    return TextSpan(at, end, value)


def _constant(word: str) -> Json:
    raise ValueError(word)


def _object(text: str, start: int, depth: int) -> TextSpan:
    found: dict[str, Json] = {}
    parts: list[TextSpan] = []
    outer: list[int] = []
    at = skip(text, start + 1)
    while not text.startswith("}", at):
        if not text.startswith('"', at):
            raise _wrong(text, at, "a key in quotes")
        key = _value(text, at, depth + 1)
        colon = skip(text, key.end)
        if not text.startswith(":", colon):
            raise _wrong(text, colon, "':'")
        part = _value(text, skip(text, colon + 1), depth + 1)
        name = str(key.value)
        if name in found:
            raise NotJsonError(f"it repeats the key {name[:80]!r}")
        found[name] = part.value
        parts.append(part)
        outer.append(at)
        at = _comma(text, part.end, "}")
    return TextSpan(start, at + 1, found, tuple(found), tuple(parts), tuple(outer))


def _list(text: str, start: int, depth: int) -> TextSpan:
    parts: list[TextSpan] = []
    at = skip(text, start + 1)
    while not text.startswith("]", at):
        part = _value(text, at, depth + 1)
        parts.append(part)
        at = _comma(text, part.end, "]")
    values = [part.value for part in parts]
    return TextSpan(start, at + 1, values, (), tuple(parts), tuple(part.start for part in parts))


def _comma(text: str, at: int, closing: str) -> int:
    """The next element, or the end."""
    at = skip(text, at)
    if text.startswith(",", at):
        return skip(text, at + 1)
    if not text.startswith(closing, at):
        raise _wrong(text, at, f"',' or {closing!r}")
    return at


def add(text: str, into: TextSpan, items: list[tuple[str | None, Json]]) -> tuple[int, str]:
    """Where to insert which text, to add elements at the end of an object or a list.

    Args:
        text: The whole.
        into: The object or list in it.
        items: Values, with their keys where it is an object.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    whole = text[into.start : into.end]
    unit, own = _unit(text), _indent(text, into.start)
    inside_a_line = bool(text[: into.start].strip()) and "\n" not in text.strip()
    flat = "\n" not in whole and (bool(into.parts) or inside_a_line)
    if into.parts:
        inner = _indent(text, into.outer[-1]) if not flat else ""
        between = ", " if flat else f",{newline}{inner}"
        return into.parts[-1].end, "".join(between + _shown(*each, unit, inner, newline, flat)
                                           for each in items)  # fmt: skip
    inner = own + unit
    if flat:
        return into.start + 1, ", ".join(_shown(*each, unit, "", newline, flat) for each in items)
    body = f",{newline}{inner}".join(_shown(*each, unit, inner, newline, flat) for each in items)
    rest = text[into.start + 1 : into.end - 1].lstrip(" \t")
    tail = "" if rest.startswith(("\n", "\r")) else newline + own
    return into.start + 1, f"{newline}{inner}{body}{tail}"


def _shown(key: str | None, value: Json, unit: str, at: str, newline: str, flat: bool) -> str:
    shown = json.dumps(value, ensure_ascii=False, indent=None if flat else unit)
    lines = shown.replace("\n", f"{newline}{at}")
    return lines if key is None else f"{json.dumps(key)}: {lines}"


def _indent(text: str, at: int) -> str:
    """The blanks at the beginning of the line on which something stands."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _unit(text: str) -> str:
    """One step of indentation as the text has it; two blanks where it has none."""
    for line in text.split("\n")[1:]:
        blanks = line[: len(line) - len(line.lstrip(" \t"))]
        if blanks and line.strip() and not line.strip().startswith(("/", "*")):
            return blanks
    return "  "


def cut(text: str, whole: TextSpan, number: int) -> str:
    """The text without one element of an object or a list, and without the comma it needed.

    Comments and all others stay.
    """
    start, end = whole.outer[number], whole.parts[number].end
    if number:
        before = whole.parts[number - 1].end
        comma = text.index(",", skip(text, before))
        if not text[comma + 1 : start].strip():
            start = comma + 1
        return text[:comma] + text[comma + 1 : start] + text[end:]
    after = skip(text, end)
    if text.startswith(",", after):
        following = after + 1
        if len(whole.parts) > 1 and not text[following : whole.outer[1]].strip():
            following = whole.outer[1]
        return text[:start] + text[end:after].strip(_BLANK) + text[following:]
    blanks = text[whole.start + 1 : start]
    rest = text[end : whole.end - 1]
    if not (blanks + rest).strip():
        return text[: whole.start + 1] + text[whole.end - 1 :]
    return text[:start] + text[end:]
