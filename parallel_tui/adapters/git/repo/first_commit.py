"""The first commit of a repository's history, by which its clones know each other."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from parallel_tui.adapters import small_file
from parallel_tui.adapters.disk.files import write_atomically
from parallel_tui.errors import CouldNotLookError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from parallel_tui.adapters.git.run.runner import Runner

NAME: Final = "first-commit"
"""File in our own folder that keeps the answer, for history has to be walked for it."""

_OID: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


def first_commit(runner: Runner, base: Callable[[], str]) -> str:
    """The commit that a branch began with, along first parents.

    What was merged into it later, with a history of its own, changes nothing about it.

    Args:
        runner: Runs git in the repository.
        base: Finds the full name of the branch, where it is not known yet.

    Raises:
        CouldNotLookError: When the clone is shallow.
        GitError: When git cannot tell.
    """
    kept = Path(runner.repository.runtime_dir, NAME)
    with suppress(OSError):
        known = small_file.read(str(kept)).decode("ascii", "replace").strip()
        if _OID.fullmatch(known):
            return known
    if runner.run(["rev-parse", "--is-shallow-repository"]).text.strip() == "true":
        raise CouldNotLookError(
            "This clone is shallow, so that its first commit is not known",
            hint="Fetch the rest of its history: git fetch --unshallow",
        )
    found = runner.run(
        ["rev-list", "--first-parent", "--max-parents=0", "--end-of-options", base(), "--"]
    )
    oid = found.text.strip()
    with suppress(OSError):
        write_atomically(kept, f"{oid}\n".encode())
    return oid
