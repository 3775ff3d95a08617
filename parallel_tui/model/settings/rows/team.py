"""The row of the settings table that holds teams of sessions: `presets`."""

from __future__ import annotations

from types import MappingProxyType

from parallel_tui.model.settings import values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Final


def presets(value: object) -> Mapping[str, object]:
    """Descriptions of teams by name; what each may say is checked when it is used."""
    return MappingProxyType(dict(values.named(value, "names to teams")))


ROWS: Final[tuple[tuple[str, str, Callable[[object], object], str], ...]] = (
    ("presets", "presets", presets, "teams of sessions by name, as docs/teams.md describes them"),
)
"""Name, field, check and help."""
