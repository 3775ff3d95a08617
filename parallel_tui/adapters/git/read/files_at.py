"""Read files from a commit, to show what would run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from parallel_tui.adapters.git.run.environment import raw, text
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.model.settings.consent_question import LARGEST, NamedFile

_ODD: Final = frozenset({b"dangling", b"loop", b"notdir", b"symlink"})
"""How git begins to tell of a link that leads to no file of the commit."""


def files_at(runner: Runner, commit: str, paths: Sequence[str]) -> tuple[NamedFile, ...]:
    """The files of a commit among some paths, links followed; at most two processes.

    Args:
        runner: The gateway to git.
        commit: Object id.
        paths: Relative to the top; what is no file there is passed over.

    Raises:
        GitError: When git gave no answer.
    """
    if not paths:
        return ()
    asked = b"".join(raw(f"{commit}:{path}\n") for path in paths)
    look = ["cat-file", "--batch-check", "--follow-symlinks"]
    answers = _answers(runner.run(look, stdin=asked).stdout)
    found = [
        (path, *answer) for path, answer in zip(paths, answers, strict=True) if answer is not None
    ]
    small = [oid for _, oid, size in found if size <= LARGEST]
    contents: dict[str, bytes] = {}
    if small:
        out = runner.run(["cat-file", "--batch"], stdin="\n".join([*small, ""]).encode()).stdout
        for oid in small:
            head, _, rest = out.partition(b"\n")
            size = int(head.rsplit(b" ", 1)[1])
            contents[oid], out = rest[:size], rest[size + 1 :]
    return tuple(NamedFile(path, _shown(contents.get(oid)), size, oid) for path, oid, size in found)


def _answers(out: bytes) -> Iterator[tuple[str, int] | None]:
    """Object id and size of each requested path; `None` for anything but a file."""
    while out:
        line, _, out = out.partition(b"\n")
        words = line.split(b" ")
        if words[0] in _ODD and len(words) == 2:
            out = out[int(words[1]) + 1 :]
            yield None
        elif len(words) == 3 and words[1] == b"blob":
            yield text(words[0]), int(words[2])
        else:
            yield None


def _shown(content: bytes | None) -> str | None:
    if content is None or b"\0" in content:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None
