"""Check that git works inside a worktree, as for a user who types a command there.

Our own commands name the git directory and the work tree, and so go on working where the user's do
not: what is wrong has to be asked for.
"""

from __future__ import annotations

import os
import shlex
from typing import NamedTuple

from parallel_tui.adapters.git.run import plain
from parallel_tui.adapters.git.run.diagnosis import diagnose
from parallel_tui.adapters.git.run.environment import text
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.session.worktree import Worktree

_MARK = "--pdev-mark"


class Trouble(NamedTuple):
    """A problem of git inside a worktree.

    Attributes:
        what: One sentence, without its end.
        remedy: The command that mends it; empty when none is known.
    """

    what: str
    remedy: str


def trouble(repository: Repository, tree: Worktree) -> Trouble | None:
    """Ask git in a worktree which worktree it sees; one process.

    Args:
        repository: To which the worktree belongs.
        tree: Which; its directory is there.

    Raises:
        GitError: When git could not be asked.
    """
    common = repository.common_dir
    if repository.main_unknown and tree.is_main:
        return Trouble(
            "nothing in the git directory tells where the main worktree is",
            "Run any pdev command in it once: it is remembered then.",
        )
    if tree.bare:
        return _in_bare(common)
    args = ["rev-parse", "--path-format=absolute", "--git-dir", _MARK]
    args += ["--is-inside-work-tree", _MARK, "--show-toplevel"]
    status, output, stderr = plain.ask(args, directory=tree.path)
    git_dir, *rest = text(output).split(f"\n{_MARK}\n")
    if len(rest) != 2:
        return _refused(repository, tree, stderr)
    if os.path.realpath(git_dir) != os.path.realpath(tree.git_dir):
        what = f"git takes it for a worktree of {git_dir}, not of {tree.git_dir}"
        return Trouble(what, _repair(repository, tree))
    at = f"--git-dir={shlex.quote(common)}"
    if tree.is_main and _is_true(common, "core.bare"):
        return Trouble(
            "core.bare is true although it has a checkout: git status, add and commit fail in it",
            f"git {at} config core.bare false",
        )
    toplevel = rest[1].removesuffix("\n") if status == 0 else ""
    if toplevel and os.path.realpath(toplevel) != os.path.realpath(tree.path):
        what = f"core.worktree makes git look for its files in {toplevel}"
        where = at if tree.is_main else f"-C {shlex.quote(tree.path)}"
        scope = "" if tree.is_main else " --worktree"
        return Trouble(what, f"git {where} config{scope} --unset core.worktree")
    if rest[0].strip() != "true" or not toplevel:
        what = "git says that it is no work tree: git status, add and commit fail in it"
        why = diagnose(stderr, status).why if stderr.strip() else ""
        return Trouble(
            f"{what} ({why})" if why else what,
            f"git -C {shlex.quote(tree.path)} config --worktree core.bare false",
        )
    return None


def _in_bare(common: str) -> Trouble | None:
    if _is_true(common, "core.bare"):
        return None
    return Trouble(
        "core.bare is false although it has no checkout: git takes all files for deleted",
        f"git --git-dir={shlex.quote(common)} config core.bare true",
    )


def _is_true(common: str, setting: str) -> bool:
    args = [f"--git-dir={common}", "config", "--type=bool", "--get", setting]
    status, output, _ = plain.ask(args, directory=common)
    return status == 0 and output.strip() == b"true"


def _refused(repository: Repository, tree: Worktree, stderr: str) -> Trouble:
    found = diagnose(stderr, None)
    if "dubious" in stderr:
        remedy = f"git config --global --add safe.directory {shlex.quote(tree.path)}"
    elif "not a git repository" in stderr and not tree.is_main:
        remedy = _repair(repository, tree)
    else:
        remedy = found.hint
    return Trouble(f"git does not work in it: {found.why}", remedy)


def _repair(repository: Repository, tree: Worktree) -> str:
    if tree.is_main:
        return ""
    # Run there and without a path: a path is asked for the repository that it does not know.
    return f"git -C {shlex.quote(repository.main_path)} worktree repair"
