"""Tables of the README that are made from the program's own tables.

`make docs` writes them anew; `tests/test_docs.py` fails when they are stale.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from parallel_tui.cli.names import COMMANDS
from parallel_tui.model.settings.config import Config
from parallel_tui.model.settings.table import SETTINGS
from parallel_tui.ui.commands import COMMANDS as KEYS

_WHEN_UNSET = {
    "base": "the remote's HEAD, `main` or `master`",
    "agent": "`claude` if installed, else a shell",
    "multiplexer": "`tmux`, or `screen` where only that is installed",
    "tmux_socket": "tmux's own",
    "tmux_session": "the repository's name",
    "terminal": "the one in use",
    "theme": "the built-in one",
    "notify_quiet_hours": "none",
    "store_repository": "none",
}

README = Path(__file__).parents[2] / "README.md"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _default(field: str) -> str:
    value = getattr(Config(), field)
    if value is None:
        return _WHEN_UNSET[field]
    if value is False:
        return _code("false")
    if not value:
        return "none"
    if field == "trash_size":
        return _code(f"{value >> 30}G")
    if field == "layouts":
        return ", ".join(value)
    if isinstance(value, tuple):
        return ", ".join(_code(str(each)) for each in value)
    return _code(str(value))


def settings() -> str:
    """Every setting with its default, its environment variable and what it decides."""
    rows = [
        (
            _code(setting.name) + (" ¹" if setting.user_only else ""),
            _default(setting.field),
            _code(setting.env or ""),
            setting.help.replace("|", "\\|"),
        )
        for setting in SETTINGS
    ]
    return _table(("setting", "default", "environment", "what it decides"), rows)


def commands() -> str:
    """Every command of `pdev`."""
    rows = [
        (_code(f"pdev {command.name}"), command.summary.replace("|", "\\|")) for command in COMMANDS
    ]
    return _table(("command", "what it does"), rows)


_KEYS = {
    "slash": "/",
    "colon": ":",
    "question_mark": "?",
    "exclamation_mark": "!",
    "full_stop": ".",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "enter": "Enter",
    "space": "Space",
    "escape": "Esc",
    "tab": "Tab",
    "shift+tab": "Shift+Tab",
    "ctrl+p": "Ctrl+P",
}


def keys() -> str:
    """Every key of the dashboard; the jumps to sessions 1 to 9 as one."""
    rows = []
    for command in KEYS:
        _, _, number = command.id.partition("jump-")
        if number not in ("", "1"):
            continue
        pressed = [_code(_KEYS.get(key, key)) for key in command.keys.split(",")]
        label, name, text = " ".join(pressed), command.id, command.help
        if number:
            label, name, text = "`1` … `9`", "jump-1 …", "Select a session of the list by number."
        rows.append((label, text.replace("|", "\\|"), _code(name)))
    return _table(("key", "what it does", "id"), rows)


TABLES = {"keys": keys, "settings": settings, "commands": commands}


def refreshed(text: str) -> str:
    """A text with the tables between `<!-- name -->` and `<!-- /name -->` made anew."""
    for name, make in TABLES.items():
        between = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text, count = between.subn(lambda found: f"{found[1]}{make()}\n{found[2]}", text)  # noqa: B023
        if count != 1:
            raise ValueError(f"the README has {count} places for the table {name!r}")
    return text


if __name__ == "__main__":
    README.write_text(refreshed(README.read_text(encoding="utf-8")), encoding="utf-8")
