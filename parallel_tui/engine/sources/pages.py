"""Read what sessions write of themselves, whenever their files or the list of them changed."""

from __future__ import annotations

from parallel_tui.engine.table import Row, always

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Final

    from parallel_tui.engine.facts import Facts
    from parallel_tui.model.scope import Look
    from parallel_tui.ports.coordination import OwnPages

RECONCILE: Final = 30.0
"""Seconds until pages are looked at unasked: git ignores them, so that no status tells of one."""


class PageReader:
    """Keeps `Facts.pages` up to date; a look at pages that did not change costs a few system calls.

    Args:
        pages: Who is asked.
        facts: Where worktrees come from and answers go.
        changed: Called after an answer that differs is in.
    """

    name: Final = "pages"
    looks: Final[frozenset[Look]] = frozenset()

    def __init__(self, pages: OwnPages, facts: Facts, changed: Callable[[], None]) -> None:
        self._pages = pages
        self._facts = facts
        self._changed = changed

    def row(self) -> Row:
        """Its row among the sources."""
        after = {"topology": always, "statuses": always}
        return Row(source=self, first=None, awaited=False, after=after)

    def read(self) -> float | None:
        """Read them; returns seconds to the next look unasked."""
        trees = [
            tree
            for tree in self._facts.worktrees or ()
            if not (tree.is_main or tree.bare or tree.missing)
        ]
        found = self._pages.read(tree.path for tree in trees)
        # what was written before its last commit is older than that commit's own words
        pages = {
            tree.git_dir: found[tree.path].words
            for tree in trees
            if tree.path in found and found[tree.path].at >= (tree.touched or 0.0)
        }
        if self._facts.put(pages=pages):
            self._changed()
        return RECONCILE if trees else None
