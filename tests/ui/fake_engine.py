"""A live view and a core that are fed by hand, to test the screen alone."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from parallel_tui.adapters.agents.asks import PermissionAsks
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.lifecycle.recovery import Settled
from parallel_tui.model.overlap.pairs import PathDetail
from parallel_tui.model.overlap.telling import PathPatch
from parallel_tui.model.scope import Scope
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.settings.config import Config
from parallel_tui.model.settings.loaded import LoadedConfig
from parallel_tui.model.view.habits import Habits
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.model.window.attachment import Attachment
from parallel_tui.model.window.window import Screen
from parallel_tui.ports.git import GitReader
from parallel_tui.ports.telling import Desktop, KeptHabits, SeenEvents, Segment
from parallel_tui.services.landing.aftermath import AfterLanding
from parallel_tui.services.overlap.briefs import Briefs
from parallel_tui.services.overlap.report import OverlapReport
from parallel_tui.services.reaching.post import Post
from parallel_tui.services.reaching.resting_sync import RestingSync
from parallel_tui.services.reaching.resume import Resumer
from parallel_tui.services.receipt import Receipt
from parallel_tui.services.removal.cleanup import Cleaner
from parallel_tui.services.removal.remover import Remover
from parallel_tui.services.session.inspect import Inspector
from parallel_tui.services.session.windows import Attacher
from parallel_tui.services.sharing.events import Events
from parallel_tui.services.sharing.handoffs import Handoffs
from parallel_tui.services.sharing.locks import Locks
from parallel_tui.services.sharing.tasks import Tasks
from parallel_tui.services.spawn.spawner import SpawnChoices, Spawner
from parallel_tui.services.sync.syncer import Syncer
from parallel_tui.services.undo import Undoer
from tests.ui.samples import NOW


@dataclass
class FakeEngine:
    """Publishes what a test hands it and remembers what it was told."""

    snapshot: Snapshot
    publisher: Callable[[Snapshot], None] | None = None
    screens: Callable[[Screen], None] | None = None
    pokes: list[Scope] = field(default_factory=list)
    pauses: int = 0
    focused: bool = True
    looking: str | None = None
    stopped: bool = False
    looked: list[str] = field(default_factory=list)
    details: dict[str, PathDetail] = field(default_factory=dict)
    asked: list[tuple[str, str | None, str]] = field(default_factory=list)

    def start(
        self,
        publish: Callable[[Snapshot], None],
        publish_screen: Callable[[Screen], None] | None = None,
    ) -> None:
        """Begin with the snapshot there is."""
        self.publisher, self.screens = publish, publish_screen
        publish(self.snapshot)

    def publish(self, snapshot: Snapshot) -> None:
        """Publish another snapshot."""
        assert self.publisher is not None
        self.snapshot = snapshot
        self.publisher(snapshot)

    def stop(self) -> None:
        """End."""
        self.stopped = True

    def poke(self, *scopes: Scope) -> None:
        """Remember what to look at."""
        self.pokes.extend(scopes)

    def hurry(self) -> None:
        """Nothing to hurry here."""

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Count."""
        self.pauses += 1
        yield

    def look_at(self, pane: str | None) -> None:
        """Remember the pane."""
        self.looking = pane

    def looked_at(self, key: str) -> None:
        """Remember the session."""
        self.looked.append(key)

    def overlap_detail(self, a: str, b: str | None, path: str) -> PathDetail:
        """What a test gave for the path, or why there is nothing."""
        self.asked.append((a, b, path))
        found = self.details.get(path)
        if found is None:
            raise CouldNotLookError(f"git gave no answer about {path}")
        return found

    def overlap_patches(self, key: str, paths: Collection[str]) -> Mapping[str, PathPatch]:
        """Nothing: what sessions change is up to real ones."""
        return {}

    def set_pace(self, pace: float) -> None:
        """Record how often is looked unasked."""
        self.pace = pace

    def set_focused(self, focused: bool) -> None:
        """Remember the focus."""
        self.focused = focused


class Recorder:
    """A service that remembers its calls and answers what it was given.

    Once it stands for a real class (`like`), it has the methods of that class and no others, with
    the same parameters: a renamed one fails the test that still asks for the old name.

    Args:
        answers: By method name: a value, an exception to raise, or a function to call.
    """

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.real: type | None = None

    def like(self, real: type) -> Recorder:
        """Stand for a real class from now on."""
        unknown = [name for name in self.answers if not callable(getattr(real, name, None))]
        assert not unknown, f"{real.__name__} has no {', '.join(unknown)}"
        self.real = real
        return self

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)
        assert self.real is not None, f"nobody said what class the fake with {name} stands for"
        method = getattr(self.real, name)
        assert callable(method), f"{self.real.__name__}.{name} is no method"
        signature = inspect.signature(method)

        def call(*args: Any, **kwargs: Any) -> Any:
            signature.bind(self, *args, **kwargs)
            self.calls.append((name, (*args, *kwargs.values())))
            answer = self.answers.get(name, Receipt(f"{name} done"))
            if isinstance(answer, Exception):
                raise answer
            return answer(*args, **kwargs) if callable(answer) else answer

        return call


class Standing:
    """Fields that hold recorders, each of which stands for the class of the real field."""

    REAL: ClassVar[Mapping[str, type]] = {}

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Recorder):
            value.like(self.REAL[name])
        super().__setattr__(name, value)


@dataclass
class FakeShared(Standing):
    """The verbs on what sessions share."""

    REAL: ClassVar = {"locks": Locks, "handoffs": Handoffs, "events": Events, "tasks": Tasks}

    locks: Recorder = field(default_factory=Recorder)
    handoffs: Recorder = field(default_factory=Recorder)
    events: Recorder = field(default_factory=Recorder)
    tasks: Recorder = field(default_factory=Recorder)


@dataclass
class FakeOutside(Standing):
    """What tells the user something outside the dashboard."""

    REAL: ClassVar = {
        "desktop": Desktop,
        "segment": Segment,
        "seen": SeenEvents,
        "habits": KeptHabits,
    }

    desktop: Any = field(default_factory=lambda: Recorder(tell=True, in_terminal=""))
    segment: Any = field(default_factory=lambda: Recorder(show=None, end=None))
    seen: Any = field(default_factory=lambda: Recorder(read=frozenset(), keep=None))
    habits: Any = field(default_factory=lambda: Recorder(read=Habits(), keep=None))


@dataclass
class FakeReaching(Standing):
    """What reaches agents."""

    REAL: ClassVar = {
        "post": Post,
        "resumer": Resumer,
        "asks": PermissionAsks,
        "resting_sync": RestingSync,
        "after_landing": AfterLanding,
    }

    post: Any = field(default_factory=Recorder)
    resumer: Any = field(default_factory=lambda: Recorder(known=None))
    asks: Any = field(default_factory=lambda: Recorder(pending=()))
    resting_sync: Any = field(default_factory=Recorder)
    after_landing: Any = field(default_factory=Recorder)


@dataclass
class FakeTools:
    """The way in for changes, with what crashes left."""

    listeners: list[Callable[[Settled], None]] = field(default_factory=list)
    left: tuple[str, ...] = ()

    def unfinished(self) -> tuple[str, ...]:
        """What crashes left."""
        return self.left


@dataclass
class FakeMux:
    """A multiplexer by name, in no window of which we run."""

    name: str = "tmux"
    shown: Attachment | None = None

    def beside(self, name: str, argv: Sequence[str], env: Mapping[str, str]) -> Attachment | None:
        """What a test says."""
        return self.shown


@dataclass
class FakeCore(Standing):
    """Everything that the dashboard uses of the core."""

    REAL: ClassVar = {
        "attacher": Attacher,
        "spawner": Spawner,
        "remover": Remover,
        "undoer": Undoer,
        "cleaner": Cleaner,
        "syncer": Syncer,
        "inspector": Inspector,
        "git": GitReader,
        "report": OverlapReport,
        "briefs": Briefs,
    }

    live: FakeEngine
    passed: float = 0.0
    config: Config = field(default_factory=Config)
    warnings: tuple[str, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    attacher: Recorder = field(default_factory=Recorder)
    spawner: Recorder = field(
        default_factory=lambda: Recorder(
            choices_at_once=SpawnChoices((), (), ("single",), "claude", frozenset()),
            example="/work/myapp-NAME",
        )
    )
    mux: FakeMux = field(default_factory=lambda: FakeMux())
    remover: Recorder = field(default_factory=Recorder)
    undoer: Any = field(default_factory=lambda: Recorder(all=()))
    cleaner: Any = field(default_factory=Recorder)
    syncer: Any = field(default_factory=Recorder)
    inspector: Recorder = field(default_factory=Recorder)
    git: Recorder = field(default_factory=lambda: Recorder(tracked_files=()))
    report: Recorder = field(default_factory=lambda: Recorder(report=False))
    reaching: FakeReaching = field(default_factory=lambda: FakeReaching())
    briefs: Recorder = field(default_factory=lambda: Recorder(keep=True))
    outside: FakeOutside = field(default_factory=lambda: FakeOutside())
    shared: FakeShared = field(default_factory=lambda: FakeShared())
    tools: FakeTools = field(default_factory=lambda: FakeTools())
    hosts: Any = None

    @property
    def repository(self) -> Repository:
        """Which it is."""
        return self.live.snapshot.repository

    @property
    def loaded(self) -> LoadedConfig:
        """The settings."""
        return LoadedConfig(self.config, self.sources, warnings=self.warnings)

    def clock(self) -> float:
        """A moment that passes only as far as a test says."""
        return NOW + self.passed

    def engine(self, *, predict: bool = False) -> FakeEngine:
        """The live view."""
        return self.live
