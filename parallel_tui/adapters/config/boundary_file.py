"""Add entries to `sessions:` of the repository's file, and keep every other byte of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from parallel_tui.adapters.config import boundaries_text, yaml_file
from parallel_tui.adapters.disk.files import write_atomically
from parallel_tui.errors import ConfigError
from parallel_tui.model.policy.boundaries import Territory
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@dataclass(frozen=True, slots=True)
class RepositoryBoundaries:
    """Implements `ports.team.descriptions.BoundaryFile`.

    Attributes:
        path: The file.
    """

    path: str

    def read(self) -> tuple[str | None, tuple[Territory, ...]]:
        """See `BoundaryFile.read`."""
        text = yaml_file.text_of(self.path)
        if text is None:
            return None, ()
        return text, boundaries_text.parse(self.path, text).territories

    def with_entries(self, text: str | None, entries: Sequence[Territory]) -> str:
        """See `BoundaryFile.with_entries`."""
        before = boundaries_text.parse(self.path, text or "")
        made = _inserted(text or "", entries)
        wanted = {each.name: each for each in (*before.territories, *entries)}
        try:
            after = boundaries_text.parse(self.path, made)
            same = {each.name: each for each in after.territories} == wanted
        except ConfigError:
            same = False
        if not same:
            raise ConfigError(
                f"{self.path}: entries cannot be added to its sessions as they are written",
                hint="Add them by hand:\n" + "".join(_block(each, 2) for each in entries),
            )
        return made

    def write(self, text: str | None) -> None:
        """See `BoundaryFile.write`."""
        if text is None:
            Path(self.path).unlink(missing_ok=True)
        else:
            write_atomically(Path(self.path), text.encode())


def _inserted(text: str, entries: Sequence[Territory]) -> str:
    key, value = _sessions(text)
    if key is None:
        gap = "" if not text or text.endswith("\n") else "\n"
        begun = f"{text}{gap}" + ("\n" if text.strip() else "")
        return f"{begun}sessions:\n" + "".join(_block(each, 2) for each in entries)
    if value.id == "mapping" and value.flow_style:
        at = value.start_mark.index + 1
        flow = ", ".join(_flow(each) for each in entries)
        return f"{text[:at]}{flow}{', ' if value.value else ''}{text[at:]}"
    if value.id == "mapping":
        at = text.rfind("\n", 0, value.start_mark.index) + 1
        return (
            text[:at]
            + "".join(_block(each, value.start_mark.column) for each in entries)
            + text[at:]
        )
    at = text.find("\n", key.end_mark.index)  # nothing stands there yet
    at = len(text) if at < 0 else at + 1
    gap = "" if text[:at].endswith("\n") else "\n"
    return f"{text[:at]}{gap}" + "".join(_block(each, 2) for each in entries) + text[at:]


def _sessions(text: str) -> tuple[Any, Any]:
    """The nodes of the key `sessions` at the top and of its value; `None` without it."""
    import yaml

    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    for key, value in root.value if root is not None and root.id == "mapping" else ():
        if key.value == "sessions":
            return key, value
    return None, None


_MEANINGS: Final = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")
"""Words that YAML 1.1 takes for something else, in small and in capital letters."""


def _quoted(word: str) -> str:
    """A text as YAML reads it again: JSON is YAML."""
    return json.dumps(word, ensure_ascii=False)


def _name(word: str) -> str:
    plain = word[:1].isalpha() and word.replace("-", "").isalnum() and word.isascii()
    return word if plain and word.lower() not in _MEANINGS else _quoted(word)


def _flow(entry: Territory) -> str:
    return f"{_name(entry.name)}: {json.dumps(entry.entry(), ensure_ascii=False)}"


def _block(entry: Territory, indent: int) -> str:
    first, second, third = " " * indent, " " * (indent + 2), " " * (indent + 4)
    lines = [f"{first}{_name(entry.name)}:"]
    for key, found in entry.entry().items():
        if isinstance(found, list):
            lines += [f"{second}{key}:", *(f"{third}- {_quoted(str(each))}" for each in found)]
        else:
            lines.append(f"{second}{key}: {_quoted(str(found))}")
    if len(lines) == 1:
        lines[0] += " {}"
    return "".join(f"{line}\n" for line in lines)
