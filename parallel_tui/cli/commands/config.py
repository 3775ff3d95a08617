"""`pdev config`: show the effective settings with their sources, and the files' paths."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from parallel_tui import bootstrap
from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render.output import one_line
from parallel_tui.cli.render.table import GAP, columns
from parallel_tui.cli.settings import settings_json, shown
from parallel_tui.model.settings.table import SETTINGS, Setting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.cli.render.output import Output


def configure_config(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev config`."""
    parser.add_argument(
        "what",
        choices=["show", "path"],
        nargs="?",
        default="show",
        help="`show` the effective settings (default), or the `path` of each file",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--sources",
        action="store_true",
        help="also show what each setting does, and other ways to set it",
    )
    parser.set_defaults(run=run_config)


def run_config(parsed: argparse.Namespace, output: Output) -> int:
    """Show settings or paths."""
    return _paths(parsed, output) if parsed.what == "path" else _show(parsed, output)


def _show(parsed: argparse.Namespace, output: Output) -> int:
    core = core_for(parsed, output)
    if output.json:
        settings = settings_json(core, SETTINGS)
        output.data({"settings": settings, "warnings": list(core.loaded.warnings)})
        return 0
    rows = [[one_line(text) for text in (each.name, *shown(core, each))] for each in SETTINGS]
    told = [[name, f"{value}  # {source}"] for name, value, source in rows]
    for setting, cells in zip(SETTINGS, columns(told), strict=True):
        output.line(GAP.join([f"{cells[0]}", cells[1]]))
        if parsed.sources:
            for line in _about(setting):
                output.line(f"    {line}")
    return 0


def _about(setting: Setting) -> list[str]:
    lines = [setting.help]
    if setting.env:
        lines.append(f"environment: {setting.env}")
    if setting.user_only:
        lines.append("only your own file may set it, not the repository's")
    return lines


def _paths(parsed: argparse.Namespace, output: Output) -> int:
    # Without reading them: this is asked when one of them is broken.
    found = bootstrap.config_paths(getattr(parsed, "directory", None), os.environ)
    both = {"user": found.user, "repository": found.repository}
    if output.json:
        output.data(
            {name: {"path": path, "exists": Path(path).exists()} for name, path in both.items()}
        )
        return 0
    for name, path in both.items():
        note = "" if Path(path).exists() else "  (not there)"
        output.line(one_line(f"{name:<10}  {path}{note}"))
    return 0
