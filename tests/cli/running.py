"""Running the real `pdev` as a person or a script would."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.waiting import PATIENCE

PDEV = str(Path(sys.executable).parent / "pdev")


@dataclass(frozen=True)
class Ran:
    """What one run came to.

    Attributes:
        status: Exit status.
        out: Standard output.
        err: Standard error.
    """

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON object it must be."""
        return json.loads(self.out)


def pdev(*arguments: str, cwd: Path, env: Mapping[str, str], stdin: str = "", **more: str) -> Ran:
    """Run `pdev` without a terminal and wait for its end.

    Args:
        arguments: The command line.
        cwd: Where.
        env: The whole environment.
        stdin: What it reads.
        more: Further variables.
    """
    done = subprocess.run(
        [PDEV, *arguments],
        cwd=cwd,
        env={**env, **more},
        input=stdin.encode(),
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    return Ran(done.returncode, os.fsdecode(done.stdout), os.fsdecode(done.stderr))


def pdev_on_terminal(
    *arguments: str, cwd: Path, env: Mapping[str, str], answer: str = ""
) -> tuple[int, str]:
    """Run `pdev` on a terminal of its own.

    Args:
        arguments: The command line.
        cwd: Where.
        env: The whole environment.
        answer: What is typed at once.

    Returns:
        Exit status, and everything shown.
    """
    ours, theirs = pty.openpty()
    try:
        with subprocess.Popen(
            [PDEV, *arguments],
            cwd=cwd,
            env=dict(env),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        ) as process:
            os.close(theirs)
            os.write(ours, answer.encode())
            shown = b""
            with suppress(OSError):  # Linux answers EIO once nobody holds the other side
                while chunk := os.read(ours, 65536):
                    shown += chunk
            status = process.wait(timeout=PATIENCE)
    finally:
        os.close(ours)
    return status, shown.decode("utf-8", "surrogateescape")
