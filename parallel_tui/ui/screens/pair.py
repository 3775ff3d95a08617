"""Screen with one pair of sessions: the paths, both sides of each, and git's merge result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import ContentSwitcher, Static

from parallel_tui.errors import CouldNotLookError, ParallelError
from parallel_tui.model.fact import Unknown, known
from parallel_tui.model.landing.resolution import known_note
from parallel_tui.model.overlap.pairs import Overlap, Pair, PathDetail
from parallel_tui.model.overlap.verdict import PathOverlap, Verdict
from parallel_tui.model.overlap.words import names_of, pair_words, remarks, word
from parallel_tui.model.text.safe import safe
from parallel_tui.model.text.words import lasting, plural
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.ui.advice import hint_of, keys_of
from parallel_tui.ui.cockpit import Cockpit
from parallel_tui.ui.present.merge import merged_lines, side_notes, side_patch
from parallel_tui.ui.present.overlaps import PATH_COLUMNS, path_row
from parallel_tui.ui.tasks import ask
from parallel_tui.ui.widgets.key_footer import KeyFooter
from parallel_tui.ui.widgets.keyed_table import KeyedTable
from parallel_tui.ui.widgets.notice_line import NoticeLine
from parallel_tui.ui.widgets.patch_view import PatchView
from parallel_tui.ui.widgets.words import link

if TYPE_CHECKING:
    from parallel_tui.engine.engine import Engine

_STACKED = 100
"""Columns below which the two sides stand one above the other."""

_TRIES = 5
_PAUSE = 0.3
"""Seconds before what was read amid a change is read again; each further time that much later."""


class PairScreen(Screen[None]):
    """Paths above, the selected one below; details are read when shown.

    Args:
        cockpit: Whose snapshot is shown, as it changes.
        engine: Answers about a path.
        pair: Keys of the two; `None` in the second place is base.
    """

    DEFAULT_CSS = """
    PairScreen { background: $background; }
    PairScreen #pair-paths { height: 4; min-height: 4; max-height: 34%; }
    PairScreen #pair-remarks { height: auto; max-height: 3; padding: 0 1; color: $text-muted; }
    PairScreen #pair-tabs { height: 1; padding: 0 1; }
    PairScreen #pair-words { height: auto; max-height: 3; padding: 0 1; color: $text-muted; }
    PairScreen ContentSwitcher { height: 1fr; }
    PairScreen #sides { layout: horizontal; height: 1fr; }
    PairScreen #sides > .pane { width: 1fr; height: 1fr; }
    PairScreen.-stacked #sides { layout: vertical; }
    """
    MAIN = "turn"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Back", key_display="Esc"),
        Binding("question_mark", "app.screen_keys", "Help", show=False),
        Binding("m", "turn", "Sides or merged"),
        Binding("tab", "app.focus_next", "Next pane"),
    ]

    def __init__(self, cockpit: Cockpit, engine: Engine, pair: Pair) -> None:
        super().__init__()
        self._cockpit = cockpit
        self._engine = engine
        self._pair = pair
        self._overlap: Overlap | None = None
        self._asked: object = None
        self._tries = 0
        self._gone = False

    def compose(self) -> ComposeResult:
        """Paths, remarks, and the two views of one path."""
        with Vertical(id="pair-paths", classes="pane"):
            yield KeyedTable(PATH_COLUMNS, id="path-table")
        yield Static(id="pair-remarks")
        yield Static(id="pair-tabs")
        yield Static(id="pair-words")
        with ContentSwitcher(initial="sides"):
            with Container(id="sides"):
                for name in ("ours", "theirs"):
                    with Vertical(id=f"{name}-pane", classes="pane"):
                        yield PatchView(id=name)
            with Vertical(id="merged-pane", classes="pane"):
                yield PatchView(id="merged")
        yield NoticeLine()
        yield KeyFooter()

    def on_mount(self) -> None:
        """Subscribe to the dashboard's snapshots."""
        self.query_one("#merged-pane").border_title = "As git would leave it"
        self.query_one("#pair-words").display = False
        self._tabs()
        self._cockpit.follow(self, self._show)
        self.query_one(KeyedTable).focus()

    def on_resize(self, event: events.Resize) -> None:
        """Show the sides beside each other only where both are readable."""
        self.set_class(event.size.width < _STACKED, "-stacked")

    # What is shown

    def _show(self, snapshot: Snapshot | None) -> None:
        if snapshot is None:
            return
        found = known(snapshot.overlaps) or ()
        overlap = next((each for each in found if each.pair == self._pair), None)
        names = names_of(snapshot.sessions)
        if overlap is None:
            self._gone = True
            self._remark("This pair is gone: one of the two sessions has ended.")
            return
        # A session is merged into base, so base is the side that is there already.
        keys = overlap.pair if overlap.b is not None else (None, overlap.a)
        for name, key in zip(("ours", "theirs"), keys, strict=True):
            title = names.get(key, key) if key else f"base {_base(snapshot)}"
            self.query_one(f"#{name}-pane").border_title = Content(safe(title, 80))
        if overlap == self._overlap:
            return
        self._overlap = overlap
        pane = self.query_one("#pair-paths")
        title = f"{safe(pair_words(overlap, names), 160)} · {word(overlap)}"
        if overlap.since is not None:
            title += f" · {lasting(overlap.since, self._cockpit.now)}"
        pane.border_title = Content(title)
        verdict = overlap.verdict
        paths = verdict.paths if isinstance(verdict, Verdict) else ()
        pane.border_subtitle = Content(plural(len(paths), "path") if paths else "")
        table = self.query_one(KeyedTable)
        table.sync(path_row(path) for path in paths)
        pane.styles.height = len(table.rows) + 3
        if table.rows:
            table.unsettled = False
        self._remark(_state(overlap, names))
        self._read()

    def _remark(self, words: str) -> None:
        box = self.query_one("#pair-remarks", Static)
        box.display = bool(words)
        box.update(Content(words))

    def _chosen(self) -> PathOverlap | None:
        verdict = self._overlap.verdict if self._overlap else None
        key = self.query_one(KeyedTable).cursor
        paths = verdict.paths if isinstance(verdict, Verdict) else ()
        return next((path for path in paths if path.path == key), None)

    @on(KeyedTable.Moved)
    def _moved(self, event: KeyedTable.Moved) -> None:
        event.stop()
        self._read()

    # One path

    def _read(self) -> None:
        path = self._chosen()
        verdict = self._overlap.verdict if self._overlap else None
        asked = (path, verdict)
        if asked == self._asked:
            return
        self._asked, self._tries = asked, 0
        self._look(path, verdict)

    def _look(self, path: PathOverlap | None, verdict: object) -> None:
        asked = self._asked
        if path is None:
            self._say("Nothing to compare." if self._overlap else "")
            self._clear()
            return
        self._say("Reading …")

        async def work() -> None:
            try:
                detail = await ask(self._engine.overlap_detail, *self._pair, path.path)
            except ParallelError as error:
                self._fail(asked, error)
            except Exception as error:
                self._fail(asked, CouldNotLookError(f"{type(error).__name__}: {error}"))
            else:
                if asked != self._asked:
                    return
                self._fill(path, detail)
                if isinstance(verdict, Verdict) and not detail.is_of(verdict):
                    self._again(asked, path, verdict)

        self.run_worker(work(), group="detail", exclusive=True, exit_on_error=False)

    def _again(self, asked: object, path: PathOverlap, verdict: Verdict) -> None:
        """Read it once more: work changed on the way, and may be again what the verdict is about.

        No news would tell of that, for then the verdict is the same as before.
        """
        self._tries += 1
        if self._tries <= _TRIES:
            look = lambda: self._look(path, verdict) if asked == self._asked else None  # noqa: E731
            self.set_timer(_PAUSE * self._tries, look)

    def _fail(self, asked: object, error: ParallelError) -> None:
        if asked == self._asked:
            self._asked = None  # asked again with the next news
            self._clear()
            hint = f" {safe(words)}" if (words := hint_of(error, keys_of(self.app))) else ""
            self._say(f"{error.title}: {safe(error.message)}{hint}")

    def _clear(self) -> None:
        for view in self.query(PatchView):
            view.show("", "")

    def _fill(self, path: PathOverlap, detail: PathDetail) -> None:
        told = [path.text] if path.text else []
        told += [f"{known_note([path.path])}. {self._offer()}"] if detail.resolved else []
        told += [f"Merged by {detail.driver}, which git attributes name."] if detail.driver else []
        self._say("\n".join(safe(each, 400) for each in told))
        now = self._cockpit.now
        for name, side in (("ours", detail.ours), ("theirs", detail.theirs)):
            self.query_one(f"#{name}", PatchView).show(
                path.path, side_patch(side), side_notes(side, now)
            )
        lines, first = merged_lines(detail)
        self.query_one("#merged", PatchView).show_lines(path.path, lines, at=max(0, first - 2))

    def _offer(self) -> str:
        """Where what git remembers is put in place."""
        key_of = self._cockpit.key_of
        sync, plan = key_of("sync"), key_of("merge-plan")
        where = [f"{sync} syncs the session"] if sync and self._pair[1] is None else []
        where += [f"{plan} plans landings"] if plan else []
        return f"On the dashboard {' and '.join(where)}: e there resolves it so." if where else ""

    def _say(self, words: str) -> None:
        box = self.query_one("#pair-words", Static)
        box.display = bool(words)
        box.update(Content(words))

    # Tabs

    def action_turn(self) -> None:
        """Switch between both sides and git's merge result."""
        shown = self.query_one(ContentSwitcher).current
        self.action_look("merged-pane" if shown == "sides" else "sides")

    def action_look(self, name: str) -> None:
        """Show one of the two views."""
        self.query_one(ContentSwitcher).current = name
        self._tabs()

    def _tabs(self) -> None:
        shown = self.query_one(ContentSwitcher).current
        parts = []
        for name, title in (("sides", "Both sides"), ("merged-pane", "As git would leave it")):
            style = "bold reverse" if name == shown else "dim"
            parts += [link(f" {title} ", f"screen.look('{name}')", style), Content(" ")]
        self.query_one("#pair-tabs", Static).update(Content("").join(parts))


def _base(snapshot: Snapshot) -> str:
    base = known(snapshot.base)
    return base.name if base else ""


def _state(overlap: Overlap, names: Mapping[str, str]) -> str:
    """The state of the verdict, in words."""
    verdict = overlap.verdict
    if isinstance(verdict, Unknown):
        return f"Could not look: {safe(verdict.reason)}"
    if not isinstance(verdict, Verdict):
        return "Being worked out …"
    told = [*map(safe, remarks(overlap, names))]
    if overlap.breaks and overlap.proof is not None and overlap.proof.log:
        told.append(f"Output of the check: {safe(overlap.proof.log, 300)}")
    if overlap.stale:
        told.append("Being worked out again; this is the result from before.")
    if not verdict.paths:
        told.append("No file in common." if not verdict.level else "")
    return "\n".join(each for each in told if each)
