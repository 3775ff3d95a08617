"""Find problems, each with the command that fixes it. Changes nothing."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import MuxError, ParallelError, UsageError
from parallel_tui.model.git_version import Needs, shown
from parallel_tui.model.lifecycle.finding import Finding, Severity, remedy_in
from parallel_tui.model.lifecycle.runtime_files import EXCLUDED
from parallel_tui.model.session import naming
from parallel_tui.model.session.join import Joined, inside, join
from parallel_tui.model.session.watch_share import allowance, limit_for, to_watch, too_many
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.settings import user_dirs
from parallel_tui.model.settings.config import Config, EditWatch, Kind
from parallel_tui.model.sharing.lock import LockState
from parallel_tui.model.text.words import plural
from parallel_tui.ports.disk import AgentSettings
from parallel_tui.ports.git import GitReader, PullRequests
from parallel_tui.ports.machine.local import GrantLedger
from parallel_tui.ports.mux import Mux
from parallel_tui.ports.store import Store, Upkeep
from parallel_tui.ports.sync import SyncHistory
from parallel_tui.ports.system import Clock, Holders
from parallel_tui.ports.trash import Leftovers, RemovedWorktrees
from parallel_tui.record import dataclass
from parallel_tui.services.doctor import git_inside, leftovers, requests
from parallel_tui.services.doctor.agents import AgentLook
from parallel_tui.services.doctor.given import taken_twice
from parallel_tui.services.doctor.hooks import HookLook

_WATCHES: Final = Path("/proc/sys/fs/inotify/max_user_watches")

PROBLEM, NOTE, UNKNOWN, GOOD = Severity.PROBLEM, Severity.NOTE, Severity.UNKNOWN, Severity.GOOD


@dataclass(frozen=True, slots=True)
class Examined:
    """Everything that the doctor examines besides git, windows and shared files.

    Attributes:
        syncs: Records of syncs.
        trash: Removed worktrees.
        leftovers: Files that crashes left.
        settings: The agents' own settings.
        holders: When a program began.
        upkeep: Keeps what sessions share in order.
        agents: Compares what is known of agents.
        hosts: Asks the service that hosts the repository.
        ledger: What was given to sessions of this machine.
    """

    syncs: SyncHistory
    trash: RemovedWorktrees
    leftovers: Leftovers
    settings: AgentSettings
    holders: Holders
    upkeep: Upkeep
    agents: AgentLook
    hosts: PullRequests
    ledger: GrantLedger


@dataclass(frozen=True, slots=True)
class Doctor:
    """Examines one repository.

    Attributes:
        git: Questions to git.
        mux: The multiplexer.
        store: What sessions share.
        config: Effective settings.
        warnings: What reading them found.
        clock: Epoch seconds.
        env: Where the user keeps settings and caches.
        neighbours: What else is looked into.
    """

    git: GitReader
    mux: Mux
    store: Store
    config: Config
    warnings: Sequence[str]
    clock: Clock
    env: Mapping[str, str]
    neighbours: Examined

    def examine(self) -> tuple[Finding, ...]:
        """Every finding, and what could not be examined; never raises for either."""
        trees: tuple[Worktree, ...] = ()
        repository, near = self.git.repository, self.neighbours
        kept = user_dirs.cache_dir(self.env), near.trash, near.leftovers
        found: list[Finding] = list(self._programs())
        try:
            trees = self.git.worktrees()
        except ParallelError as error:
            found.append(Finding(UNKNOWN, "worktrees", error.message, remedy=remedy_in(error)))
        looks: list[tuple[str, Callable[[], Iterable[Finding]]]] = [
            ("git", lambda: git_inside.worktrees(self.git, trees)),
            ("windows", lambda: self._windows(trees)),
            (self.mux.name, lambda: self._servers(trees)),
            ("watching", lambda: self._watching(trees)),
            ("shared files", lambda: self._shared(trees)),
            ("locks", self._locks),
            ("worktrees", lambda: self._worktrees(trees)),
            ("shared files", lambda: self._excluded(trees)),
            ("hooks", lambda: self._hooks(trees)),
            ("ports", lambda: taken_twice(near.ledger)),
            ("requests", lambda: requests.findings(near.hosts, wanted=self.config.requests)),
            ("agents", lambda: near.agents.findings(self.mux, self.clock())),
            ("leftovers", lambda: leftovers.unfinished(repository, trees, near.upkeep, near.syncs)),
            ("leftovers", lambda: leftovers.files(repository, trees, near.upkeep, *kept)),
        ]
        for topic, look in looks:
            try:
                found += look()
            except ParallelError as error:
                found.append(Finding(UNKNOWN, topic, error.message, remedy=remedy_in(error)))
            except OSError as error:
                found.append(Finding(UNKNOWN, topic, str(error)))
        found += [Finding(PROBLEM, "configuration", warning) for warning in self.warnings]
        return tuple(found)

    def _programs(self) -> Iterator[Finding]:
        try:
            version = self.git.version
            named = f"git {shown(version)}"
            if not Needs.PREDICTION.met_by(version):
                limit = f"{named}: conflicts between sessions are told by name only"
                yield Finding(NOTE, "git", limit, remedy=f"{Needs.PREDICTION.install}.")
            else:
                yield Finding(GOOD, "git", named)
        except ParallelError as error:
            yield Finding(UNKNOWN, "git", error.message, remedy=remedy_in(error))
        try:
            self.mux.check()
            yield Finding(GOOD, self.mux.name, f"{self.mux.name} can be used")
        except MuxError as error:
            yield Finding(PROBLEM, self.mux.name, error.message, remedy=remedy_in(error))

    def _windows(self, trees: Sequence[Worktree]) -> Iterator[Finding]:
        try:
            windows = self.mux.listing().windows
        except MuxError:
            try:
                self.mux.check()
            except MuxError:
                return  # said already; without it there are no windows
            raise
        for session in join(self.git.repository, trees, windows):
            if session.worktree is None:
                yield Finding(
                    PROBLEM,
                    "windows",
                    f"the window of {session.name} is left, and its worktree is gone",
                    ", ".join(f"{each.session_name}:{each.index}" for each in session.windows),
                    Advice("", Act.CLOSE, (session.name,)),
                )

    def _servers(self, trees: Sequence[Worktree]) -> Iterator[Finding]:
        try:
            self.mux.check()
        except MuxError:
            return  # said already
        for what, remedy in self.mux.oddities():
            yield Finding(PROBLEM, self.mux.name, what, remedy=remedy)
        for socket, windows in self.mux.elsewhere().items():
            joined = join(self.git.repository, trees, windows)
            names = [each.name for each in joined if each.windows]
            if names:
                where = f"on another {self.mux.name} server"
                what = f"windows of {', '.join(names)} are {where}, and not seen"
                mend = Advice("", Act.LIST, after=f" {self.mux.option(socket)}")
                yield Finding(NOTE, self.mux.name, what, socket, mend)

    def _hooks(self, trees: Sequence[Worktree]) -> Iterator[Finding]:
        try:
            windows = self.mux.listing().windows
        except MuxError:
            return  # told with the windows
        sessions = join(self.git.repository, trees, windows)
        near, repository = self.neighbours, self.git.repository
        look = HookLook(self.store, self.env, near.settings, near.holders, repository)
        yield from look.findings(sessions, self.clock())

    def _watching(self, trees: Sequence[Worktree]) -> Iterator[Finding]:
        if self.config.edit_watch is not EditWatch.AUTO:
            word = self.config.edit_watch.value
            yield Finding(GOOD, "watching", f"edits are noticed as configured: {word}")
            return
        try:
            limit = int(_WATCHES.read_text())
        except (OSError, ValueError):
            yield Finding(NOTE, "watching", "no inotify here: edits are noticed by activity")
            return
        present = [tree for tree in trees if not (tree.bare or tree.missing)]
        count = sum(len(to_watch(self.git.tracked_directories(tree))) for tree in present)
        allowed = allowance(limit)
        what = (
            f"{plural(count, 'directory', 'directories')} to watch; "
            f"fewer than {allowed} of {limit} watches are taken"
        )
        if not too_many(count, allowed):
            yield Finding(GOOD, "watching", what)
            return
        more = f"sudo sysctl fs.inotify.max_user_watches={limit_for(count)}"
        yield Finding(NOTE, "watching", f"{what}: edits are noticed by activity", remedy=more)

    def _shared(self, trees: Sequence[Worktree]) -> Iterator[Finding]:
        for problem in self.neighbours.upkeep.strays(trees):
            path = next(t.path for t in trees if inside(problem.path, f"{t.path}/.claude"))
            remedy = Advice("", Act.REPAIR_SPLIT, (path,))
            yield Finding(PROBLEM, "shared files", problem.reason, problem.path, remedy)
        yield from git_inside.unheard(self.git.repository)
        for problem in self.store.read(events=None).problems:
            mend = problem.remedy or Advice("", Act.REPAIR_FILE, (problem.path,))
            yield Finding(PROBLEM, "shared files", problem.reason, problem.path, mend)

    def _locks(self) -> Iterator[Finding]:
        seen = self.store.read()
        for lock in seen.locks:
            state = seen.lock_state(lock, self.clock())
            if state is LockState.DEAD:
                what = f"{lock.owner} holds {lock.target} and has ended; the next to ask gets it"
                free = Advice("", Act.UNLOCK, (lock.target,))
                yield Finding(PROBLEM, "locks", what, lock.target, free)
            elif state is LockState.TAKEABLE:
                take = Advice("", Act.TAKE, (lock.target,))
                what = f"the time of {lock.owner} for {lock.target} is over"
                yield Finding(NOTE, "locks", what, lock.target, take)

    def _worktrees(self, trees: Sequence[Worktree]) -> Iterator[Finding]:
        repository = self.git.repository
        for session in join(repository, trees, ()):
            tree = session.worktree
            if tree is None or tree.is_main or tree.bare:
                continue
            homes = self._homes(session)
            mend = f"git worktree move -- {shlex.quote(tree.path)} {shlex.quote(homes[0])}"
            if tree.missing:
                what = f"the directory of {session.name} is gone"
                either = Advice("git worktree repair, or ", Act.REMOVE, (session.name,))
                yield Finding(PROBLEM, "worktrees", what, tree.path, either)
            elif inside(tree.path, repository.main_path) and not repository.bare:
                what = f"{session.name} lies inside the main worktree, where tools find it twice"
                yield Finding(NOTE, "worktrees", what, tree.path, mend)
            elif tree.path not in homes:
                what = f"{session.name} does not lie where the setting `directory` puts sessions"
                yield Finding(NOTE, "worktrees", what, tree.path, mend)

    def _homes(self, session: Joined) -> list[str]:
        repository = self.git.repository
        try:
            return [
                naming.directory_for(
                    self.config.directory,
                    main_path=repository.main_path,
                    repo=repository.name,
                    slug=session.name,
                    kind=kind,
                )
                for kind in Kind
            ]
        except UsageError:  # told with the configuration
            return [session.worktree.path if session.worktree else ""]

    def _excluded(self, trees: Sequence[Worktree]) -> Iterator[Finding]:
        runtime = tuple(pattern.strip("/") for pattern in EXCLUDED if "*" not in pattern)
        for tree in trees:
            if tree.bare or tree.missing:
                continue
            shown = self.git.untracked_at(tree, runtime)
            if shown:
                what = "files that only running sessions need show as untracked"
                note = "   (whatever writes there lists them in info/exclude)"
                mend = Advice("", Act.EMIT, after=note)
                yield Finding(PROBLEM, "shared files", what, f"{tree.path}/{shown[0]}", mend)
        if not self.git.repository.bare:
            for name in sorted(self.git.tracked_in_claude()):
                if any(inside(f"/{name}", f"/{each}") for each in runtime):
                    untrack = f"git rm --cached -- {shlex.quote(name)}"
                    what = f"{name} is committed, and changes whenever sessions talk"
                    yield Finding(PROBLEM, "shared files", what, name, untrack)
