r"""Read and write JSON strictly: no duplicate keys, no NaN. Pure.

Python's own reader takes more than JSON is: `NaN`, a number without end, the last of two equal
keys, nesting that overflows whoever walks it. All of them are refused here, so that nobody further
on has to think of them. Half a surrogate, as a JavaScript program leaves it when it cuts an emoji
in two, is ordinary text: it is kept, and written as the escape that it was (`\ud83d`), for no
encoding has a byte for it.
"""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
"""Anything that a JSON text can say."""

MAX_DEPTH: Final = 100
"""Lists and objects inside each other; nothing that belongs here comes near it."""

_MARK: Final = b"\xef\xbb\xbf"

LARGEST: Final = 2**53
"""Whole numbers beyond it mean different things to different programs."""


class NotJsonError(ValueError):
    """A text is no JSON, or says what cannot be kept; `str()` tells why in a few words."""


def parse(raw: bytes | str) -> Json:
    """Read a JSON text.

    Args:
        raw: The text; bytes are UTF-8, with or without a byte order mark.

    Raises:
        NotJsonError: When it is no JSON, nests deeper than `MAX_DEPTH`, repeats a key of an
            object, or has a number that is not finite.
    """
    try:
        text = raw.removeprefix(_MARK).decode() if isinstance(raw, bytes) else raw
        value: Json = _DECODER.decode(text)
    except RecursionError:
        raise NotJsonError(f"it nests deeper than {MAX_DEPTH}") from None
    except UnicodeDecodeError as error:
        raise NotJsonError(f"it is not UTF-8 (byte {error.start})") from None
    except NotJsonError:
        raise
    except json.JSONDecodeError as error:
        raise NotJsonError(str(error)) from None
    except ValueError:  # what Python says is about its own settings
        raise NotJsonError("a number in it has too many digits") from None
    if text.count("[") + text.count("{") > MAX_DEPTH:
        _check_depth(value)
    return value


def compact(value: object) -> str:
    """A value as ASCII JSON on one line, without needless spaces.

    Raises:
        ValueError: When a number in it is not finite.
    """
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def line(value: object) -> str:
    """A value as ASCII JSON on one line, with a space after each `,` and `:`.

    Raises:
        ValueError: When a number in it is not finite.
    """
    return json.dumps(value, allow_nan=False)


def readable(value: object) -> str:
    """A value as JSON on one line with its letters as they are, to be shown to people."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def document(value: Mapping[str, Json]) -> bytes:
    """An object as the guide's scripts write theirs: two spaces, order kept, UTF-8.

    Raises:
        ValueError: When a number in it is not finite.
    """
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    # Only lone surrogates cannot be encoded, and this error handler writes JSON's escape for them.
    return text.encode("utf-8", "backslashreplace")


def _check_depth(value: Json) -> None:
    level: list[Json] = [value]
    for _ in range(MAX_DEPTH + 1):
        below: list[Json] = []
        for each in level:
            if isinstance(each, dict):
                below.extend(each.values())
            elif isinstance(each, list):
                below.extend(each)
        if not below:
            return
        level = below
    raise NotJsonError(f"it nests deeper than {MAX_DEPTH}")


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise NotJsonError(f"it repeats the key {key[:80]!r}")
            seen.add(key)
    return made


def _constant(word: str) -> Json:
    raise NotJsonError(f"it holds {word}, which is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if number - number != 0:  # what is not finite; `math` is a file to be loaded
        raise NotJsonError(f"the number {digits[:40]} is too large")
    return number


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_constant, parse_float=_finite
)
