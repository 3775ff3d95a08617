"""Screen with the tree of files coloured by owner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content

from parallel_tui.model.fact import Unknown, known
from parallel_tui.model.policy.tree import OwnerTree, owner_tree
from parallel_tui.model.policy.view import BoundaryView
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import plural
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui import reporting
from parallel_tui.ui.cockpit import Cockpit
from parallel_tui.ui.present.boundaries import TREE_COLUMNS, owned_row, tones_of
from parallel_tui.ui.screens.listing import ListScreen
from parallel_tui.ui.tasks import ask
from parallel_tui.ui.widgets.columns import Column
from parallel_tui.ui.widgets.keyed_table import KeyedTable

BEGINNING: Final = (
    "No boundaries are set. They say which session owns which paths: a change of another's path",
    "is then shown here, told the agent that makes it, and refused at the commit if you want that.",
    "To begin, write .claude/parallel-config.yml and commit it to base:",
    "  sessions: {frontend: {owns: [src/ui/**]}, backend: {owns: [src/api/**]}}",
)

DRAFTED: Final = (
    "Boundaries are written down in .claude/parallel-config.yml, and are not in force yet:",
    "only what base has counts, so that no session widens its own rights. Commit the file there.",
)


class BoundariesScreen(ListScreen[None]):
    """Shows whose is what, and who touches what is not theirs.

    Args:
        cockpit: Whose snapshot is shown, as it changes.
        paths: Reads the tracked paths; called in a thread.
    """

    HEADING = "Boundaries"
    COLUMNS: ClassVar[tuple[Column, ...]] = TREE_COLUMNS
    MAIN = "turn"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "turn", "Open or close", key_display="Enter"),
        Binding("b", "leave", "Close", show=False),
    ]

    def __init__(self, cockpit: Cockpit, paths: Callable[[], Sequence[str]]) -> None:
        super().__init__()
        self._cockpit = cockpit
        self._paths = paths
        self._view: BoundaryView | None = None
        self._tree: OwnerTree | None = None
        self._opened: set[str] | None = None
        self._by: dict[str, list[str]] = {}

    def on_mount(self) -> None:
        """Subscribe to the dashboard's snapshots."""
        self.say("Reading the boundaries …")
        self._cockpit.follow(self, self._show)

    def _show(self, snapshot: Snapshot | None) -> None:
        fact = snapshot.boundaries if snapshot else None
        if isinstance(fact, Unknown):
            self.say(f"Could not look: {fact.reason}")
        view = known(fact) if fact is not None else None
        if view is None or view == self._view:
            return
        self._view = view
        if view.problems:
            self.say(
                "The boundaries on base cannot be used, so it is not known who owns which paths:",
                *view.problems[:3],
            )
        elif not view.bounded:
            self.say(*(DRAFTED if view.drafted else BEGINNING))
        else:
            self.run_worker(
                self._read(view), group="boundaries", exclusive=True, exit_on_error=False
            )

    async def _read(self, view: BoundaryView) -> None:
        by: dict[str, list[str]] = {}
        for touch in view.touches:
            if touch.action != "observe" and touch.session not in by.get(touch.path, ()):
                by.setdefault(touch.path, []).append(touch.session)
        # An untracked folder is judged by what lies below it, which its own name does not tell.
        judged = {each.path: each.owner for each in view.touches if each.verdict != "locked"}

        def owner(path: str) -> str | None:
            return judged[path] if path in judged else view.owner(path)

        def build() -> OwnerTree:
            return owner_tree(self._paths(), owner, frozenset(by))

        try:
            tree = await ask(build)
        except Exception as error:
            self.say("The files could not be listed.")
            reporting.report(self.app, error)
            return
        self._tree, self._by = tree, by
        if self._opened is None:
            self._opened = set(tree.opened_at_first())
        base = view.policy["base"]
        nobody = tree.folders[""].get(None, 0)
        free = f"; {plural(nobody, 'file')} without an owner" if nobody else ""
        self.say(f"Who owns what, by {base['name']} at {base['commit'][:7]}{free}. "
                 "Enter opens or closes a folder.")  # fmt: skip
        self._draw()

    def _draw(self) -> None:
        if self._tree is None or self._view is None or self._opened is None:
            return
        tones = tones_of([each["name"] for each in self._view.policy["sessions"]])
        self.show_rows(
            owned_row(node, tones, opened=node.path in self._opened, by=self._by.get(node.path, ()))
            for node in self._tree.shown(self._opened)
        )

    def about(self, key: str) -> Content:
        """What is said about a path: whose it is, and who touches it."""
        if self._view is None or self._tree is None:
            return Content("")
        told = [
            f"{touch.session}: {touch.sentence}."
            for touch in self._view.touches
            if touch.path == key or touch.path.startswith(f"{key}/")
        ]
        owner = self._view.owner(key)
        entry = next((e for e in self._view.policy["sessions"] if e["name"] == owner), None)
        if entry is not None and entry["note"]:
            told.insert(0, f"{owner}: {entry['note']}")
        more = [f"and {len(told) - 5} more"] if len(told) > 5 else []
        return Content("\n".join(safe(each, 400) for each in [*told[:5], *more]))

    def action_turn(self) -> None:
        """Open or close the selected folder."""
        key = self.table.cursor
        if key is None or self._tree is None or self._opened is None:
            return
        if self._tree.at(key).folder:
            self._opened ^= {key}
            self._draw()

    @on(KeyedTable.Clicked)
    def _clicked(self, event: KeyedTable.Clicked) -> None:
        event.stop()
        self.action_turn()
