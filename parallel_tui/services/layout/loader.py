"""Open the windows of a layout that are missing; whatever is there stays as it is."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.layout.opening import (
    beside,
    by_window,
    for_one,
    layout_named,
    only,
    placed,
)
from parallel_tui.model.layout.plan import (
    Fate,
    FileTrustNeededError,
    NamedLayout,
    PlannedWindow,
    planned,
)
from parallel_tui.model.layout.windows import NewWindow
from parallel_tui.model.scope import MUX
from parallel_tui.model.session.join import Joined
from parallel_tui.model.settings import agent_command
from parallel_tui.model.settings.config import Config, Layout
from parallel_tui.model.settings.consent import Ready, TrustNeededError
from parallel_tui.model.settings.consent_question import Question
from parallel_tui.model.text.words import plural
from parallel_tui.ports.disk import Shell
from parallel_tui.ports.mux import Arranging, Mux
from parallel_tui.record import dataclass, replace
from parallel_tui.services.consent import Gate
from parallel_tui.services.layout.receipts import Loaded
from parallel_tui.services.machine.ports import SessionPorts
from parallel_tui.services.session.lookup import Sessions
from parallel_tui.services.spawn.binding import AgentBinder
from parallel_tui.services.trash.toolbox import Tools


@dataclass(frozen=True, slots=True)
class Loader:
    """Opens layouts.

    Attributes:
        mux: The multiplexer.
        arranging: Whole layouts on it.
        sessions: Look-up of what exists.
        config: Effective settings.
        gate: What every command passes before it runs.
        binder: Makes agents report and ask.
        shell: Runs what a layout runs before it opens.
        tools: For the guard: of two loads at once the second finds what the first has opened.
        ports: What each session has for itself.
    """

    mux: Mux
    arranging: Arranging
    sessions: Sessions
    config: Config
    gate: Gate
    binder: AgentBinder
    shell: Shell
    tools: Tools
    ports: SessionPorts

    def named(self, name: str) -> NamedLayout:
        """A configured layout, or one that everybody has.

        Raises:
            UsageError: When there is none of that name.
        """
        layout = layout_named(name, self.config.layouts, "; a file is named by its path")
        return NamedLayout(name, layout, self.gate.layout(name, asked=True))

    def plan(self, named: NamedLayout, session: str = "") -> tuple[PlannedWindow, ...]:
        """What `load` would do with each window. Changes nothing.

        Raises:
            UsageError: When there is no such session, or the layout is not for one.
            RefusedError: When a window is to start in a directory that is not there.
            MuxError: When the multiplexer cannot be used.
        """
        self.mux.check()
        existing = self.sessions.all(windows_matter=True)
        return self._plan(named, session, existing)

    def _plan(
        self, named: NamedLayout, session: str, existing: Sequence[Joined]
    ) -> tuple[PlannedWindow, ...]:
        if session:
            if all(each.name != session for each in existing):
                self.sessions.find(session)  # which says what there is
            if not for_one(named.layout):
                raise UsageError(
                    f"The layout {named.name} has windows of several sessions: it is the "
                    "repository's, and cannot be opened for one of them."
                )
        found = planned(named.layout, existing, self.arranging.standing(), session)
        for window, each in zip(named.layout.windows, found, strict=True):
            if each.fate is not Fate.OPEN:
                continue
            for place in (each.directory, *(_start(each, pane.directory) for pane in window.panes)):
                if not Path(place).is_dir():
                    raise RefusedError(
                        f"The window {each.name} of the layout {named.name} is to start in "
                        f"{place}, which is no directory.",
                        hint="Nothing was opened. Make it, or change the layout.",
                    )
        return found

    def load(self, named: NamedLayout, session: str = "") -> Loaded:
        """Open what of a layout is missing, for the repository or for one session.

        Args:
            named: The layout.
            session: Name of the session that all its windows are for: they start in its worktree,
                and the first is its own. Empty for the repository.

        Raises:
            TrustNeededError: Before anything is opened, when untrusted commands would run.
            UsageError: As for `plan`.
            RefusedError: As for `plan`, or when what is to run before has failed.
            MuxError: When they could not be opened; none is left then.
        """
        self.mux.check()
        if named.layout.before and any(
            each.fate is Fate.OPEN for each in self.plan(named, session)
        ):
            self._before(named, session)
        with self.tools.guarded():
            existing = self.sessions.all(windows_matter=True)
            plan = self._plan(named, session, existing)
            at = [at for at, each in enumerate(plan) if each.fate is Fate.OPEN]
            if not at:
                return _receipt(named, plan, (), (), None)
            part = only(named.layout, at)
            windows, told = self._windows(
                part, [plan[each] for each in at], self._ready(named, part, session, existing)
            )
            ids, unset = self.arranging.open(windows, part.options)
        front = next((i for i, w in zip(ids, windows, strict=True) if w.focus), ids[0])
        return _receipt(named, plan, ids, (*self._lacking(part), *told, *unset), front)

    def any_window(self) -> str:
        """Id of the repository's window that is shown, else of its first.

        Raises:
            RefusedError: When it has none.
        """
        windows = self.arranging.standing().windows
        for each in (*(window for window in windows if window.active), *windows):
            return each.id
        raise RefusedError("No window of this repository is open.")

    def allow(self, question: Question) -> None:
        """Record that the user was shown these commands and said yes; see `Gate.allow`."""
        self.gate.allow(question)

    def _before(self, named: NamedLayout, session: str) -> None:
        existing = self.sessions.all()
        ready = self._ready(named, named.layout, session, existing)
        home = _home(existing, session)
        start = home.worktree.path if home and home.worktree else "."
        for line in ready.setup:
            self.shell.run_line(line, directory=beside(start, named.layout.directory), env={})

    def _ready(
        self, named: NamedLayout, layout: Layout, session: str, existing: Sequence[Joined]
    ) -> Ready:
        agent = self.gate.agent("claude" if shutil.which("claude") else "")
        home = _home(existing, session)
        head = home.worktree.head if home and home.worktree else None
        wanted = self.gate.opened(named.name, layout, named.origin, agent, setup=False)
        try:
            return self.gate.ready(wanted, head or "HEAD")
        except TrustNeededError as error:
            if named.name in self.config.layouts:
                raise
            raise FileTrustNeededError(named.name, error.question) from None

    def _windows(
        self, layout: Layout, plan: Sequence[PlannedWindow], ready: Ready
    ) -> tuple[list[NewWindow], tuple[str, ...]]:
        made: list[NewWindow] = []
        told: list[str] = []
        panes = by_window(layout.windows, ready.panes)
        for window, each, own in zip(layout.windows, plan, panes, strict=True):
            bound, conversation, unbound = self.binder.bind(replace(ready, panes=own), each.session)
            told += [*unbound, *self.binder.remember(each.session, conversation)]
            ours = agent_command.environment(each.session) if each.session else {}
            ours |= self.ports.named(each.session)
            made.append(
                NewWindow(
                    name=each.name,
                    session=each.session,
                    directory=each.directory,
                    panes=tuple(placed(each.directory, pane) for pane in bound.window("")),
                    env={**ours, **dict(layout.env), **dict(window.env)},
                    arrangement=window.arrangement,
                    options=window.options,
                    focus=window.focus,
                )
            )
        return made, tuple(told)

    def _lacking(self, layout: Layout) -> tuple[str, ...]:
        needs = {
            "options": bool(layout.options or any(each.options for each in layout.windows)),
            "arrangements": any(each.arrangement for each in layout.windows),
            "typed lines": any(pane.typed for pane in layout.panes),
        }
        lacking = [what for what in self.arranging.lacks if needs.get(what)]
        return (f"{self.mux.name} has no {' and no '.join(lacking)}",) if lacking else ()


def _home(existing: Sequence[Joined], session: str) -> Joined | None:
    return next(
        (
            each
            for each in existing
            if (each.name == session if session else each.worktree and each.worktree.is_main)
        ),
        None,
    )


def _start(window: PlannedWindow, directory: str) -> str:
    return beside(window.directory, directory) if directory else window.directory


def _receipt(
    named: NamedLayout,
    plan: Sequence[PlannedWindow],
    ids: tuple[str, ...],
    told: Sequence[str],
    front: str | None,
) -> Loaded:
    by_fate = {fate: tuple(each for each in plan if each.fate is fate) for fate in Fate}
    opened = tuple(each.name for each in by_fate[Fate.OPEN])
    there = tuple(each.name for each in by_fate[Fate.THERE])
    left = tuple((each.name, each.why) for each in by_fate[Fate.LEFT_OUT])
    what = f"Opened {', '.join(opened)}" if opened else "Opened nothing"
    if there:
        what += f"; {plural(len(there), 'window')} of {named.name} there already"
    return Loaded(
        message=what,
        scopes=(MUX,),
        warnings=(
            *named.notes,
            *(f"{name} is left out: {why}" for name, why in left),
            *told,
        ),
        layout=named.name,
        opened=opened,
        windows=ids,
        there=there,
        left_out=left,
        front=front,
    )
