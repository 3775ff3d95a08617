"""What shares the work of sessions with other machines."""

from __future__ import annotations

from parallel_tui.model.lazy import Lazy, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from parallel_tui.adapters.git.hosts.alone import Alone
    from parallel_tui.adapters.git.hosts.choice import ShareFile
    from parallel_tui.adapters.git.hosts.note import ShareNoteFile
    from parallel_tui.adapters.git.hosts.refs import WorkRefs
    from parallel_tui.bootstrap.core import Core
    from parallel_tui.engine.engine import Engine
    from parallel_tui.engine.facts import Facts
    from parallel_tui.engine.sources.hosts.exchange import HostsReader
    from parallel_tui.engine.table import Row
    from parallel_tui.model.hosts.machines import KnownMachine
    from parallel_tui.model.hosts.shared import SharedSession
    from parallel_tui.model.hosts.view import HostsView
    from parallel_tui.model.settings.config import Config
    from parallel_tui.model.settings.reached import HostSettings
    from parallel_tui.ports.hosts.work import WorkNews, WorkSender
    from parallel_tui.ports.store.server import HostSeen
    from parallel_tui.services.hosts.elsewhere import OtherMachines
    from parallel_tui.services.hosts.sharing import WorkSharing


class HostParts(Lazy):
    """The parts that share work, each made when somebody asks for it."""

    def __init__(self, core: Core, config: Config) -> None:
        super().__init__()
        self._core = core
        self._never, self._base = config.share_never, config.base
        self._reached = config.hosts
        self._reader: HostsReader | None = None

    @lazy
    def choice(self) -> ShareFile:
        """What this clone shares."""
        from parallel_tui.adapters.git.hosts.choice import ShareFile

        return ShareFile(self._core.repository.runtime_dir)

    @lazy
    def others(self) -> OtherMachines:
        """Has other machines do something."""
        from parallel_tui.adapters.ssh.known import KnownFile
        from parallel_tui.adapters.ssh.shell import OpenSsh
        from parallel_tui.services.hosts.elsewhere import OtherMachines

        core = self._core
        return OtherMachines(
            configured=self._reached,
            known=KnownFile(core.repository.runtime_dir),
            shared=self.shared,
            published=self.published,
            shell=OpenSsh(core.env),
            first=self._first_commit,
            fetch=self._fetch,
        )

    def shared(self) -> tuple[SharedSession, ...]:
        """Sessions of other machines as known last."""
        sharing = self.choice.read()
        return self.refs.read(sharing)[0] if sharing.on else ()

    def published(self) -> Mapping[str, HostSettings]:
        """What the store says of how machines are reached; nothing without one that is shared."""
        from parallel_tui.model.settings.reached import HostSettings
        from parallel_tui.model.text.words import shown_host

        return {
            name: HostSettings(each.ssh or shown_host(each.name), path=each.path)
            for name, each in self._in_store()
        }

    def listed(self, view: HostsView | None) -> tuple[HostsView | None, tuple[KnownMachine, ...]]:
        """What is shared, with times by our clock, and all machines that something is known of.

        Args:
            view: What is shared through git.

        Raises:
            CouldNotLookError: When what is kept here cannot be read.
        """
        from parallel_tui.model.hosts.presence import placed_in_time
        from parallel_tui.model.machine.lease import Lease

        found, now = self._in_store(), self._core.clock()
        if view is not None:
            leases = (
                Lease(name, each.present, now - each.ago, each.behind) for name, each in found
            )
            view = placed_in_time(view, leases)
        return view, self._joined(view, found)

    def machines(self, view: HostsView | None) -> tuple[KnownMachine, ...]:
        """All machines that something is known of; asks the store's server where there is one.

        Args:
            view: What is shared through git.

        Raises:
            CouldNotLookError: When what is kept here cannot be read.
        """
        return self.listed(view)[1]

    def _joined(
        self, view: HostsView | None, found: tuple[tuple[str, HostSeen], ...]
    ) -> tuple[KnownMachine, ...]:
        from parallel_tui.bootstrap import answering
        from parallel_tui.model.hosts.machines import KnownMachine, joined

        seen = (
            KnownMachine(
                name,
                heard=each.ago,
                present=each.present,
                skew=each.skew,
                pdev=each.program,
                git=each.git,
                windows=each.windows,
                python=each.python,
                tables=each.tables,
                here=each.here,
            )
            for name, each in found
        )
        own = answering.about(self._core.env)
        return tuple(
            each.told(own, own.now, each.skew or 0.0) if each.here else each
            for each in joined(view, seen, self._ssh_names())
        )

    def _ssh_names(self) -> Mapping[str, str]:
        """Names of machines for ssh; none where they cannot be read, which is told."""
        from parallel_tui.errors import CouldNotLookError

        try:
            return self.others.ssh_names()
        except CouldNotLookError as error:
            for tell in self._core.notices:
                tell(f"{error}. {error.hint}")
            return {}

    def _in_store(self) -> tuple[tuple[str, HostSeen], ...]:
        """Machines that use the store, each with what to call it."""
        if not self._core.served:
            return ()
        from parallel_tui.bootstrap.store import serving
        from parallel_tui.errors import ParallelError

        try:
            seen = serving.server(self._core).status().hosts
        except ParallelError:
            return ()
        from parallel_tui.model.hosts.machines import called

        names = called((each.name, each.shares_as) for each in seen)
        return tuple(zip(names, seen, strict=True))

    def _fetch(self) -> None:
        from contextlib import suppress

        from parallel_tui.errors import ParallelError

        sharing = self.choice.read()
        if sharing.on:
            with suppress(ParallelError):
                self.refs.fetch(sharing)

    def _first_commit(self) -> str:
        from parallel_tui.bootstrap.store import serving
        from parallel_tui.errors import ParallelError

        try:
            return serving.repository_key(self._core).partition("/")[0]
        except ParallelError:
            return ""

    @lazy
    def refs(self) -> WorkRefs:
        """Gets what others share."""
        from parallel_tui.adapters.git.hosts.refs import WorkRefs

        return WorkRefs(self._core.runner)

    def alone(self) -> Alone:
        """The part of the one process of this clone that pushes."""
        from parallel_tui.adapters.git.hosts.alone import Alone

        return Alone(self._core.repository.runtime_dir)

    def running(self) -> Alone:
        """The part of the one process that works for this clone without a dashboard."""
        from parallel_tui.adapters.git.hosts.alone import RUNNING, Alone

        return Alone(self._core.repository.runtime_dir, RUNNING)

    def engine(self) -> Engine:
        """What keeps this clone in step with others, without windows and predictions."""
        from parallel_tui.bootstrap.live.engine import new_host_engine

        return new_host_engine(self._core)

    def sender(self) -> WorkSender:
        """Shares work; whoever asks closes it."""
        from parallel_tui.adapters.git.hosts.sending import Sender

        return Sender(self._core.runner, self._never, self._core.clock)

    @lazy
    def service(self) -> WorkSharing:
        """Answers for `pdev host`."""
        from parallel_tui.adapters.process import liveness
        from parallel_tui.services.hosts.sharing import WorkSharing

        core = self._core
        return WorkSharing(
            choice=self.choice,
            sender=self.sender,
            receiver=self.refs,
            news=self.news,
            alone=self.alone,
            note=self._sharing_note(),
            git=core.git,
            sessions=core.sessions,
            configured_base=self._base,
            system_name=liveness.host,
            noted=self._note,
            known_as=self._known_as,
        )

    def _sharing_note(self) -> ShareNoteFile:
        from parallel_tui.adapters.git.hosts.note import ShareNoteFile

        return ShareNoteFile(self._core.repository.runtime_dir)

    def _known_as(self) -> tuple[str, ...]:
        from parallel_tui.bootstrap.answering import own_clones

        return own_clones(self._core.env).of(self._core.repository.main_path)

    def _note(self, clone: str) -> None:
        from parallel_tui.bootstrap.answering import own_clones

        own_clones(self._core.env).note(clone, self._core.repository.main_path)

    def news(self) -> WorkNews | None:
        """Tells of pushes by the store's server, where there is one."""
        if not self._core.served:
            return None
        from parallel_tui.adapters.store.postgres.work_news import ServerNews
        from parallel_tui.bootstrap.store import serving

        address, key = serving.place(self._core)
        return ServerNews(address, key, self.choice.read().clone)

    def row(
        self,
        facts: Facts,
        changed: Callable[[], None],
        look: Callable[[], None],
    ) -> Row:
        """The row of the live view that shares work, and shows that of others.

        Args:
            facts: Where answers go.
            changed: Called after an answer that differs.
            look: Makes it look again.
        """
        from parallel_tui.engine.sources.hosts.exchange import HostsReader

        note = self._sharing_note()
        reader = HostsReader(
            self.choice, self.sender, self.refs, self.news, self.alone(), note, facts, changed
        )
        self._reader = reader
        return reader.row(look)

    def ask_now(self) -> None:
        """Have the live view ask for news of other machines."""
        if self._reader is not None:
            self._reader.ask_now()
