"""`pdev host unit`: a unit of systemd that keeps a clone in step."""

from __future__ import annotations

import re
import sys
import zlib

from parallel_tui.cli.opening import core_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence
    from typing import Final

    from parallel_tui.cli.render.output import Output

_NEEDED: Final = ("PDEV_STORE", "PDEV_STORE_REPOSITORY", "XDG_CONFIG_HOME", "PGSERVICEFILE")
"""Variables that decide what the process works with, and that a service does not inherit."""

_UNIT: Final = """\
# Keeps this clone in step with other machines, whether a dashboard is open or not.
#
#   mkdir -p ~/.config/systemd/user
#   pdev host unit > ~/.config/systemd/user/{name}
#   systemctl --user daemon-reload
#   systemctl --user enable --now {name}
#   loginctl enable-linger             # also while you are not logged in
#   journalctl --user -fu {name}

[Unit]
Description=pdev: {repository} in step with other machines

[Service]
Type=exec
{environment}ExecStart={command}
Restart=on-failure
RestartSec=30

[Install]
WantedBy=default.target
"""

_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "%": "%%"}


def run_unit(parsed: argparse.Namespace, output: Output) -> int:
    """Print a unit of systemd that keeps this clone in step."""
    core = core_for(parsed, output)
    name = unit_name(core.repository.name, core.repository.common_dir)
    folder = core.repository.main_path or core.repository.common_dir
    command = [sys.executable, "-P", "-m", "parallel_tui.cli.main", "-C", folder, "host", "run"]
    env = {each: core.env[each] for each in _NEEDED if core.env.get(each)}
    unit = user_unit(core.repository.name, name, command, env)
    if output.json:
        output.data({"name": name, "unit": unit})
        return 0
    output.out.write(unit)
    output.talk(f"pdev: note: how to enable it stands at its top; its name is {name}")
    return 0


def user_unit(repository: str, name: str, command: Sequence[str], env: Mapping[str, str]) -> str:
    """The text of a unit.

    Args:
        repository: What it is about, for people.
        name: File name of the unit.
        command: What it runs.
        env: Variables that it gets.
    """
    shown = "".join(each if each.isprintable() else "?" for each in repository)
    return _UNIT.format(
        name=name,
        repository=shown.replace("%", "%%").rstrip("\\"),
        environment="".join(f"Environment={quoted(f'{key}={env[key]}')}\n" for key in env),
        # A dollar sign begins a variable in a command, and in nothing else.
        command=" ".join(quoted(each).replace("$", "$$") for each in command),
    )


def quoted(text: str) -> str:
    """A word as it stands in a unit, whatever is in it."""
    made = []
    for char in text:
        if char in _ESCAPES:
            made.append(_ESCAPES[char])
        elif char.isprintable():
            made.append(char)
        else:
            made += [f"\\x{byte:02x}" for byte in char.encode("utf-8", "surrogateescape")]
    return f'"{"".join(made)}"'


def unit_name(repository: str, common_dir: str) -> str:
    """File name of the unit of a clone; two clones have two.

    Args:
        repository: Its name.
        common_dir: Its git directory.
    """
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", repository).strip("-.")[:60] or "repository"
    told = zlib.crc32(common_dir.encode("utf-8", "surrogateescape"))
    return f"pdev-{plain}-{told:08x}.service"
