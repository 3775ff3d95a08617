"""Read YAML written by people, without YAML's implicit conversions.

PyYAML takes the last of two equal keys in silence, its C parser overflows the stack on deep
nesting, and aliases can multiply a small file into gigabytes. All three are errors here, with the
line. Where each value stands and how it was written is kept, for `on`, `010` and `1.10` have
become something else by the time anybody checks them.
"""

from __future__ import annotations

import re

from parallel_tui.adapters.config import yaml_words
from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.disk.reading import UnusableFileError
from parallel_tui.errors import ConfigError
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Final

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 40
MAX_VALUES: Final = 20_000

_CONFLICT: Final = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( |$)", re.MULTILINE)

# `<<` and `=` are instructions to YAML rather than values; here they are keys like any other.
_AS_WRITTEN: Final = frozenset({"tag:yaml.org,2002:merge", "tag:yaml.org,2002:value"})

Path = tuple[object, ...]
"""Keys and positions from the top of the file to a value."""


@dataclass(frozen=True, slots=True)
class WrittenAt:
    """Where and how a value was written.

    Attributes:
        line: Counted from 1.
        text: The scalar as it stands in the file; `None` for lists and mappings.
        key: Its own key as it stands in the file, where YAML made something else of it.
    """

    line: int
    text: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """The contents of one file.

    Attributes:
        path: The file.
        top: Its top-level mapping; empty for an empty file.
        places: Where each value of it stands.
    """

    path: str
    top: Mapping[object, object]
    places: Mapping[Path, WrittenAt]


def _fail(path: str, message: str, hint: str = "", line: int | None = None) -> ConfigError:
    where = path if line is None else f"{path}, line {line}"
    return ConfigError(f"{where}: {message}", hint=hint)


def text_of(path: str) -> str | None:
    """The text of a file; `None` when there is no such file.

    Raises:
        ConfigError: When it cannot be read, is too large, or is not UTF-8.
    """
    try:
        with reading.opened(path, follow=True) as file:
            if file is None:
                return None
            raw = file.read(MAX_BYTES + 1)
    except (UnusableFileError, OSError) as error:
        why = str(error).removeprefix(f"{path} ")
        hint = "Name a file." if why == "is not a regular file" else "Check its permissions."
        raise _fail(path, why, hint) from error
    if len(raw) > MAX_BYTES:
        raise _fail(path, "is larger than 1 MiB, which no configuration file is")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _fail(path, "is not UTF-8", "Save it as UTF-8.", line) from None


def read(path: str) -> YamlDocument | None:
    """Read a file.

    Returns:
        Its contents, or `None` when there is no such file.

    Raises:
        ConfigError: When it cannot be read, is not UTF-8 or not YAML, repeats a key, still has
            conflict markers, or is not a mapping.
    """
    text = text_of(path)
    return None if text is None else parse(path, text)


def parse(path: str, text: str) -> YamlDocument:
    """Read a text.

    Args:
        path: The file it is from, for messages.
        text: Its contents.

    Raises:
        ConfigError: As for `read`.
    """
    marker = _CONFLICT.search(text)
    if marker and re.search(r"^<{7} ", text, re.MULTILINE):
        line = text.count("\n", 0, marker.start()) + 1
        raise _fail(path, "has unresolved conflict markers", "Resolve the merge first.", line)

    if odd := yaml_words.unwelcome(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise _fail(
            path,
            f"has the character U+{ord(odd[0]):04X}, which YAML does not allow",
            "Delete it.",
            line,
        )

    import yaml

    # The stubs do not know that the C loader may be missing from a build of PyYAML.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _check_depth(path, yaml.parse(text, Loader=loader))
        root = yaml.compose(text, Loader=loader)
    except (yaml.YAMLError, RecursionError) as error:
        line_or_none = yaml_words.line_of(error, text)
        if yaml_words.opened(error, text) > MAX_DEPTH:
            # The parser looks ahead, and came to a limit of its own before the count got to ours.
            raise _too_deep(path, line_or_none) from None
        raise _fail(
            path,
            f"is not YAML: {yaml_words.reason(error)}",
            "Check the indentation, the quotes and the colons there.",
            line_or_none,
        ) from None
    return _Reader(path, loader("")).document(root)


def _too_deep(path: str, line: int | None) -> ConfigError:
    return _fail(path, f"nests deeper than {MAX_DEPTH}", "Write it flatter.", line)


def _check_depth(path: str, events: Any) -> None:
    depth = 0
    for event in events:
        if hasattr(event, "flow_style"):
            depth += 1
            if depth > MAX_DEPTH:
                raise _too_deep(path, event.start_mark.line + 1)
        elif type(event).__name__ in ("MappingEndEvent", "SequenceEndEvent"):
            depth -= 1


class _Reader:
    """Turns the nodes of one file into plain values."""

    def __init__(self, path: str, loader: Any) -> None:
        self._path = path
        self._loader = loader
        self._places: dict[Path, WrittenAt] = {}
        self._above: set[int] = set()

    def document(self, root: Any) -> YamlDocument:
        top = {} if root is None else self._value(root, ())
        if top is None:
            top = {}
        if not isinstance(top, dict):
            raise _fail(
                self._path, "must be a mapping of settings at its top level", "", self._line(root)
            )
        return YamlDocument(self._path, top, self._places)

    @staticmethod
    def _line(node: Any) -> int:
        return 1 if node is None else int(node.start_mark.line) + 1

    def _value(self, node: Any, where: Path) -> object:
        line = self._line(node)
        scalar = node.id == "scalar"
        self._places[where] = WrittenAt(line, str(node.value) if scalar else None)
        if len(self._places) > MAX_VALUES:
            raise _fail(self._path, "repeats itself through aliases without end", "", line)
        if scalar:
            return self._scalar(node, line)
        if id(node) in self._above:
            raise _fail(self._path, "contains itself through an alias", "", line)
        self._above.add(id(node))
        try:
            if node.id == "sequence":
                return [
                    self._value(item, (*where, number)) for number, item in enumerate(node.value)
                ]
            return self._mapping(node, where)
        finally:
            self._above.discard(id(node))

    def _mapping(self, node: Any, where: Path) -> dict[object, object]:
        made: dict[object, object] = {}
        before: dict[object, tuple[int, str]] = {}
        for key_node, value_node in node.value:
            line = self._line(key_node)
            if key_node.id != "scalar":
                raise _fail(self._path, "has a key that is not a plain text", "", line)
            key = self._scalar(key_node, line)
            written = str(key_node.value)
            if key in before:
                raise self._repeated(written, *before[key], line)
            before[key] = line, written
            made[key] = self._value(value_node, (*where, key))
            if not isinstance(key, str):
                place = self._places[(*where, key)]
                self._places[(*where, key)] = WrittenAt(line, place.text, written)
        return made

    def _repeated(self, key: str, first: int, written: str, line: int) -> ConfigError:
        """A key that means the same as an earlier one; `yes` and `on`, `1` and `true` do."""
        if key == written:
            what, hint = f"repeats the key {key[:80]!r} of line {first}", "Keep one of them."
        else:
            same = f"the same as {written[:80]!r} of line {first}"
            what = f"has the key {key[:80]!r}, which YAML reads as {same}"
            hint = "Put both in quotes to have them as texts."
        return _fail(self._path, what, hint, line)

    def _scalar(self, node: Any, line: int) -> object:
        if node.tag in _AS_WRITTEN:
            return str(node.value)
        try:
            value: object = self._loader.construct_object(node)
        except Exception as error:  # PyYAML lets all sorts escape: `!!int ''` is an IndexError
            raise self._odd(node, line) from error
        if isinstance(value, set | dict | list):  # a tag such as `!!set` before a plain scalar
            raise self._odd(node, line)
        return value

    def _odd(self, node: Any, line: int) -> ConfigError:
        kind = str(node.tag).replace("tag:yaml.org,2002:", "!!")[:80]
        return _fail(
            self._path,
            f"cannot be understood: {str(node.value)[:80]!r} as {kind}",
            "Put it in quotes to have it as text.",
            line,
        )
