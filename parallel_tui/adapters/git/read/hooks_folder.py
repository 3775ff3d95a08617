"""The folder in which git looks for hooks."""

from __future__ import annotations

import os

from parallel_tui.adapters.git.run import plain
from parallel_tui.adapters.git.run.environment import text


def hooks_folder(common: str, top: str) -> str:
    """Absolute path of the folder, by `core.hooksPath` where that is set; one process.

    Args:
        common: The common git directory.
        top: The main worktree, from which a relative setting is seen.

    Raises:
        GitError: When git gave no answer.
    """
    args = ["config", "-z", "--show-scope", "--type=path", "--get-all", "core.hooksPath"]
    status, output, _ = plain.ask([f"--git-dir={common}", *args], directory=common)
    words = text(output).split("\0") if status == 0 else []
    # Our own reads name another one on their command line: they run no hooks.
    told = [
        path for scope, path in zip(words[::2], words[1::2], strict=False) if scope != "command"
    ]
    return os.path.normpath(f"{top}/{told[-1]}" if told and not told[-1].startswith("/")
                            else told[-1] if told else f"{common}/hooks")  # fmt: skip
