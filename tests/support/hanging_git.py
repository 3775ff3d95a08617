"""A git that never answers a status, and what is left of it."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

import psutil


class HangingGit:
    """A folder for PATH with a git that hangs in every status.

    Args:
        folder: Where it is made; must not exist.
        path: The PATH on which the real git is.
    """

    def __init__(self, folder: Path, path: str) -> None:
        real = shutil.which("git", path=path)
        self._mark = str(3_000_000 + secrets.randbelow(1_000_000_000))
        folder.mkdir()
        (folder / "git").write_text(
            f'#!/bin/sh\ncase "$*" in *porcelain=v2*) exec sleep {self._mark};; esac\n'
            f'exec "{real}" "$@"\n'
        )
        (folder / "git").chmod(0o755)
        self.path = f"{folder}{os.pathsep}{path}"

    def hanging(self) -> list[psutil.Process]:
        """Those that hang now."""
        return [
            each
            for each in psutil.process_iter(["cmdline"])
            if each.info["cmdline"] == ["sleep", self._mark]
        ]
