"""Check the user's key bindings, and explain those that cannot be used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from textual.keys import _character_to_key

from parallel_tui.ui.commands import BY_ID, COMMANDS


def check_keys(
    keys: Mapping[str, str], others: Iterable[str] = ()
) -> tuple[dict[str, str], list[str]]:
    """Split the user's key map into usable keys and sentences about the rest.

    Args:
        keys: Keys by command id, as configured.
        others: Further ids that may be remapped.

    Returns:
        The usable remapping, and one warning for each entry that is not used.
    """
    known = {*BY_ID, *others}
    used: dict[str, str] = {}
    warnings: list[str] = []
    for name, key in keys.items():
        if name in known:
            used[name] = key
            continue
        near = get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        warnings.append(f"keys.{name}: there is no such command{hint}")
    owners: dict[str, str] = {}
    for name in list(used):
        for key in _pressed(used[name]):
            if key in owners:
                warnings.append(f"keys.{name}: {key!r} is already given to {owners[key]!r}")
                used.pop(name, None)
            owners.setdefault(key, name)
    for command in COMMANDS:
        if command.id in used:
            continue
        lost = [key for key in _pressed(command.keys) if key in owners]
        if lost:
            warnings.append(
                f"keys.{owners[lost[0]]}: {lost[0]!r} no longer runs {command.id!r}"
                f" (still in the palette)"
            )
    return used, warnings


def _pressed(keys: str) -> list[str]:
    """Key names as Textual writes them, so that `/` and `slash` are one key."""
    parts = [key.strip() or "," for key in keys.split(",")]
    return [_character_to_key(key) if len(key) == 1 else key for key in parts]
