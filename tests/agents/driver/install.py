"""Gets the real Claude Code from npm: `python -m tests.agents.driver.install`.

The version is pinned by `pinned/package-lock.json`, with checksums: on an older Node plain
`npm install` takes an older version, although the program brings its own runtime. Nothing is
installed globally, and no script of the package is run.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[3]
PINNED = Path(__file__).parent / "pinned"
FOLDER = ROOT / ".venv" / "agents"
"""Ignored by git, and deleted by `make clean`."""


def version() -> str:
    """The pinned version."""
    wanted = json.loads((PINNED / "package.json").read_text())["dependencies"]
    return str(wanted["@anthropic-ai/claude-code"])


def program(folder: Path = FOLDER) -> Path | None:
    """The installed program, when it is the pinned version; otherwise `None`."""
    for manifest in sorted(
        _here(folder).glob("node_modules/@anthropic-ai/claude-code-*/package.json")
    ):
        found = manifest.parent / "claude"
        if json.loads(manifest.read_text())["version"] == version() and found.is_file():
            return found
    return None


def _here(folder: Path) -> Path:
    return folder / f"claude-{version()}"


def install(
    folder: Path = FOLDER,
    *,
    env: Mapping[str, str] | None = None,
    tell: Callable[[str], object] = lambda _: None,
) -> Path:
    """Install the pinned version, unless it is there already, and return the program.

    Args:
        folder: Where to.
        env: Environment of npm; `None` for this process's own, with its registry and proxy.
        tell: Told what is done.

    Raises:
        RuntimeError: When npm is missing or fails; its message says what to do.
    """
    found = program(folder)
    if found:
        return found
    if not shutil.which("npm"):
        raise RuntimeError("npm is missing. Install Node.js (https://nodejs.org), then try again.")
    here = _here(folder)
    here.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(PINNED / name, here / name)
    tell(f"Installing Claude Code {version()} into {here} …")
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=here,
        env=dict(env) if env is not None else None,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    found = program(folder)
    if found is None:
        why = done.stderr.strip() or "npm has no build of it for this system"
        raise RuntimeError(f"Claude Code {version()} could not be installed: {why}")
    return found


def main() -> int:
    """Install, and print where the program is."""
    try:
        print(install(tell=lambda text: print(text, file=sys.stderr)))  # noqa: T201
    except RuntimeError as fault:
        print(fault, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
