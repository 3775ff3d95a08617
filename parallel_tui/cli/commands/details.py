"""`pdev path` and `pdev diff`: print one fact about one session, for scripts and pipes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render.output import one_line
from parallel_tui.cli.render.table import GAP, columns
from parallel_tui.errors import RefusedError
from parallel_tui.model.session.diff import FileDiff, SessionDiff

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Final

    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.session.worktree import Worktree

_NEEDS_ESCAPE: Final = re.compile(r'[\x00-\x1f"\\\x7f]')


def _worktree(core: Core, wanted: str) -> Worktree:
    session = core.sessions.worktree(wanted)
    tree = session.worktree
    if tree is None:
        raise RefusedError(f"{session.name} is a window without a worktree")
    if tree.missing:
        raise RefusedError(
            f"The directory of {session.name} is gone: {tree.path}",
            hint=f"`pdev remove {session.name}` forgets it.",
        )
    return tree


def configure_path(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev path`."""
    parser.add_argument("name", metavar="SESSION", help="the session")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_path)


def run_path(parsed: argparse.Namespace, output: Output) -> int:
    """Print a session's directory: unchanged into a pipe, sanitised on a terminal."""
    path = _worktree(core_for(parsed, output, brief=True), parsed.name).path
    if output.json:
        output.data({"path": path})
    elif output.out.isatty():
        output.line(one_line(path))
    else:
        output.raw(os.fsencode(path) + b"\n")
    return 0


def configure_diff(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev diff`."""
    parser.add_argument("name", metavar="SESSION", help="the session")
    parser.add_argument("--stat", action="store_true", help="only the files and their line counts")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_diff)


def run_diff(parsed: argparse.Namespace, output: Output) -> int:
    """Print a session's changes since it left base, committed or not."""
    core = core_for(parsed, output, brief=True)
    tree = _worktree(core, parsed.name)
    if tree.bare:
        raise RefusedError(f"{parsed.name} is the bare repository itself; it has no files")
    diff = core.inspector.diff(tree)
    if output.json:
        output.data(diff_json(diff))
        return 0
    for line in _stat(diff) if parsed.stat else _patch(diff):
        if output.out.isatty() or parsed.stat:
            output.line(output.paint(one_line(line.replace("\t", "    ")), _colour(line, parsed)))
        else:
            output.raw(os.fsencode(line) + b"\n")
    if not diff.files and not diff.omitted:
        output.talk(f"{parsed.name} has changed nothing since it left base.")
    if diff.omitted:
        output.talk(f"pdev: note: {diff.omitted} more files are left out")
    return 0


def _colour(line: str, parsed: argparse.Namespace) -> str:
    if parsed.stat:
        return ""
    if line.startswith(("+++ ", "--- ", "# ")):
        return "1"
    return {"+": "32", "-": "31", "@": "36"}.get(line[:1], "")


def _stat(diff: SessionDiff) -> Iterator[str]:
    rows = [[file.status, _lines(file), _state(file), _name(file)] for file in diff.files]
    safe_rows = [[one_line(cell) for cell in row] for row in rows]
    for cells in columns(safe_rows):
        yield GAP.join(cells)


def _lines(file: FileDiff) -> str:
    if file.added is None or file.removed is None:
        return "binary"
    return f"+{file.added} -{file.removed}"


def _state(file: FileDiff) -> str:
    if file.committed and file.uncommitted:
        return "both"
    return "committed" if file.committed else "uncommitted"


def _name(file: FileDiff) -> str:
    return f"{file.origin} -> {file.path}" if file.origin else file.path


def _quoted(path: str) -> str:
    """Quote a path as git does in a patch where a line could not contain it."""
    if not _NEEDS_ESCAPE.search(path):
        return f"{path}\t" if " " in path else path  # the tab ends a name that has spaces

    def escape(found: re.Match[str]) -> str:
        character = found[0]
        return f"\\{character}" if character in '"\\' else f"\\{ord(character):03o}"

    return f'"{_NEEDS_ESCAPE.sub(escape, path)}"'


def _patch(diff: SessionDiff) -> Iterator[str]:
    """Unified diffs for `git apply`; files without lines are described between them."""
    for file in diff.files:
        if not file.patch:
            yield f"# {file.status} {_name(file)}: {_lines(file)}".replace("\n", "\\n")
            continue
        old, new = f"a/{file.origin or file.path}", f"b/{file.path}"
        yield "--- /dev/null" if file.status in ("A", "?") else f"--- {_quoted(old)}"
        yield "+++ /dev/null" if file.status == "D" else f"+++ {_quoted(new)}"
        yield from file.patch.removesuffix("\n").split("\n")
        if file.truncated:
            yield f"# {file.path}: the rest is left out".replace("\n", "\\n")


def diff_json(diff: SessionDiff) -> dict[str, object]:
    """A diff as JSON; `added` and `removed` are null for binary files."""
    return {
        "base": diff.base,
        "merge_base": diff.merge_base,
        "files": [
            {
                "path": file.path,
                "status": file.status,
                "added": file.added,
                "removed": file.removed,
                "binary": file.added is None,
                "committed": file.committed,
                "uncommitted": file.uncommitted,
                "origin": file.origin,
                "patch": file.patch,
                "truncated": file.truncated,
            }
            for file in diff.files
        ],
        "omitted": diff.omitted,
    }
