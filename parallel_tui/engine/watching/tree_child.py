"""Child process that watches working trees, so that many changes never stall the screen.

Started without site packages; standard library only. It watches the directories it is told to,
not whole trees, plus folders made while it runs: a file in a folder just made would be missed
otherwise. It speaks JSON, one message a line, in ASCII, and ends with its parent. An answer says
whose question it was (`of`), if that did.
"""

from __future__ import annotations

import json
import os
import select
import sys
from typing import Any, Final

from parallel_tui.engine.watching import inotify
from parallel_tui.engine.watching.inotify import Event, Inotify

GATHER: Final = 0.02
"""Seconds waited after a first event: a checkout is one message."""

MOST_YOUNG: Final = 200
"""Folders made while running that are watched at once in one tree: a package manager makes
thousands, and what git ignores is no news."""

MOST_NOISE: Final = 200
"""Hints after which a new folder is left alone until git tracks something in it."""

_CONTENT: Final = inotify.CONTENT


class Trees:
    """The watched directories of all trees, and their changes.

    Attributes:
        inotify: All watches.
    """

    def __init__(self) -> None:
        self.inotify = Inotify()
        self._roots: dict[str, frozenset[str]] = {}
        self._root_of: dict[str, str] = {}
        self._young: dict[str, dict[str, str]] = {}
        self._noise: dict[str, int] = {}

    def watch(self, root: str, directories: list[str]) -> None:
        """Watch these directories of a tree, relative to it, and drop its others.

        Raises:
            OSError: When the system allows no further watch.
        """
        wanted = frozenset(f"{root}/{each}" if each else root for each in directories)
        young = self._young.setdefault(root, {})
        for gone in self._roots.get(root, frozenset()) - wanted - young.keys():
            self._drop(gone)
        self._roots[root] = wanted
        for path in sorted(wanted):
            for grown in self._young.values():
                # A worktree made inside another one was a new folder of that one at first.
                if grown.pop(path, None) is not None:
                    self._root_of[path] = root
            if path not in self.inotify and self.inotify.add(path, _CONTENT):
                self._root_of[path] = root

    def forget(self, root: str) -> None:
        """Stop watching a tree."""
        for path in (*self._roots.pop(root, ()), *self._young.pop(root, {})):
            self._drop(path)

    def _drop(self, path: str) -> None:
        self.inotify.discard(path)
        self._root_of.pop(path, None)
        self._noise.pop(path, None)

    def read(self) -> tuple[dict[str, set[str]], set[str], bool]:
        """All changes since the last call.

        Returns:
            Relative paths to look at by tree, the trees whose directory is gone, and whether
            events were lost.
        """
        hints: dict[str, set[str]] = {}
        gone: set[str] = set()
        lost = False
        for event in self.inotify.drain():
            if event.mask & inotify.OVERFLOW:
                lost = True
                continue
            root = self._root_of.get(event.directory)
            if root is None:
                continue
            if event.directory == root and self._is_end(event):
                gone.add(root)
                if not event.name:
                    # What may stand there next is another directory: it is watched anew when it
                    # is asked for, and nothing of this one follows it to where it went.
                    self.forget(root)
                continue
            if event.name == ".git":
                continue
            hint = self._hint(root, event)
            if hint is not None:
                hints.setdefault(root, set()).add(hint)
        return hints, gone, lost

    @staticmethod
    def _is_end(event: Event) -> bool:
        if not event.name:
            return bool(event.mask & inotify.LOSS)
        return event.name == ".git" and bool(event.mask & (inotify.DELETE | inotify.MOVED_FROM))

    def _hint(self, root: str, event: Event) -> str | None:
        young = self._young[root]
        top = young.get(event.directory)
        made = event.mask & (inotify.CREATE | inotify.MOVED_TO)
        if event.mask & inotify.IS_DIR:
            if made:
                self._grow(root, event.path, top or event.path)
            elif event.mask & (inotify.DELETE | inotify.MOVED_FROM):
                self._shrink(root, event.path)
            elif event.mask & inotify.ATTRIB and event.name and self._lacks(root, event.path):
                self._grow(root, event.path, top or event.path)  # it may be read again
        if not event.name:
            # The parent directory tells the same of an entry it lost.
            return None
        if top is None:
            return event.path[len(root) + 1 :]
        if not made and not event.mask & (inotify.DELETE | inotify.MOVED_FROM):
            # git lists the folder, not the file: only what is in it can be news.
            return None
        self._noise[top] = self._noise.get(top, 0) + 1
        if self._noise[top] > MOST_NOISE:
            for path in [path for path, above in young.items() if above == top]:
                del young[path]
                self.inotify.discard(path)
                self._root_of.pop(path, None)
            return None
        return top[len(root) + 1 :]

    def _lacks(self, root: str, path: str) -> bool:
        return path in self._roots[root] and path not in self.inotify

    def _grow(self, root: str, path: str, top: str) -> None:
        """Watch a new folder, and folders made in it meanwhile."""
        young = self._young[root]
        if self._noise.get(top, 0) > MOST_NOISE:
            return
        for directory, names, files in os.walk(path):
            if ".git" in names or ".git" in files:
                # Another repository or worktree: to this one a single entry.
                names.clear()
                continue
            if directory in self.inotify:
                continue
            # A checkout takes tracked folders away and brings them back.
            tracked = directory in self._roots[root]
            if not tracked and len(young) >= MOST_YOUNG:
                return
            if self.inotify.add(directory, _CONTENT):
                self._root_of[directory] = root
                if not tracked:
                    young[directory] = top

    def _shrink(self, root: str, path: str) -> None:
        """Drop watches at and below a removed folder, which may have moved elsewhere."""
        self._noise.pop(path, None)
        watched = (*self._young[root], *self._roots[root])
        for each in watched:
            if each == path or each.startswith(path + "/"):
                self._young[root].pop(each, None)
                self.inotify.discard(each)
                self._root_of.pop(each, None)


def _send(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def _report(trees: Trees) -> None:
    hints, gone, lost = trees.read()
    if hints or gone or lost:
        _send(
            {
                "hints": {root: sorted(paths) for root, paths in hints.items()},
                "gone": sorted(gone),
                "lost": lost,
            }
        )


def _obey(trees: Trees, message: dict[str, Any]) -> None:
    of = {"of": message["of"]} if "of" in message else {}
    if "watch" in message:
        root = message["watch"]
        try:
            trees.watch(root, message["directories"])
        except OSError as error:
            _send({"failed": root, "error": inotify.reason(error), **of})
        else:
            answer = "ready" if root in trees.inotify else "absent"
            _send({answer: root, "mark": message["mark"], **of})
    elif "forget" in message:
        trees.forget(message["forget"])
    elif "sync" in message:
        _report(trees)
        _send({"synced": message["sync"], **of})


def main() -> None:
    """Serve until standard input ends, or watching turns out to be impossible."""
    try:
        trees = Trees()
    except OSError as error:
        _send({"failed": "", "error": inotify.reason(error)})
        return
    events = trees.inotify.fileno()
    pending = b""
    while True:
        ready, _, _ = select.select((0, events), (), ())
        if 0 in ready:
            data = os.read(0, 1 << 16)
            if not data:
                return
            *lines, pending = (pending + data).split(b"\n")
            for line in lines:
                _obey(trees, json.loads(line))
        elif events in ready:
            select.select((0,), (), (), GATHER)
            _report(trees)


if __name__ == "__main__":
    main()
