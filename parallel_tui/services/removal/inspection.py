"""Inspect what removing a session would lose. Changes nothing.

Whatever cannot be looked at raises: what could not be seen is not removed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from parallel_tui.advice import Advice
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.lifecycle import losses as losses_in
from parallel_tui.model.lifecycle.removal import Loss, LossKind, RemovalPlan, branch_stays
from parallel_tui.model.session.git_status import StatusEntry
from parallel_tui.model.session.join import Joined, inside
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.text.words import plural, size
from parallel_tui.model.window.process import Process
from parallel_tui.ports.disk import CarriedFiles, CarryOver, Disk
from parallel_tui.ports.git import GitReader
from parallel_tui.ports.mux import Mux
from parallel_tui.ports.store import Store
from parallel_tui.ports.system import Clock, Processes
from parallel_tui.record import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """Inspects what removing a session would lose.

    Attributes:
        git: Questions to git.
        mux: Knows its own servers.
        processes: Who works in a directory.
        disk: How files look now.
        carrying: Knows what came with a session.
        store: What sessions share.
        clock: Epoch seconds.
        told: Whether anybody reads what is only told; not on a look that confirms another one.
    """

    git: GitReader
    mux: Mux
    processes: Processes
    disk: Disk
    carrying: CarryOver
    store: Store
    clock: Clock
    told: bool = True

    def plan(
        self, session: Joined, all_sessions: Sequence[Joined], *, elsewhere: str | None = None
    ) -> RemovalPlan:
        """Inspect one session.

        Args:
            session: Which.
            all_sessions: Every session, to see what else lies in its directory.
            elsewhere: Why it stays, where a window of it is out of our reach.

        Raises:
            CouldNotLookError: When any inspection failed.
        """
        tree = session.worktree
        if tree is None:
            losses = list(losses_in.windows(session.windows))
            return self._plan(session, None, losses, [], None, [])
        refusal = self._refusal(tree, all_sessions) or elsewhere
        if refusal is not None:
            return self._plan(session, tree, [], [], refusal, [])
        trees = [each.worktree for each in all_sessions if each.worktree is not None]
        losses, notes, seen = (
            self._missing(tree, trees) if tree.missing else self._present(session, tree, trees)
        )
        if tree.locked is not None:
            reason = f": {tree.locked}" if tree.locked else " without a reason"
            losses.append(Loss(LossKind.LOCKED, f"locked by `git worktree lock`{reason}"))
            seen.append(f"locked {tree.locked}")
        losses += losses_in.windows(session.windows)
        shared, told = self._shared(session.name)
        losses += shared
        busy = losses_in.busy(session.windows, self.clock())
        every = [*notes, *told, *busy, *self._stays(tree)]
        return self._plan(session, tree, losses, every, None, seen)

    def _shared(self, name: str) -> tuple[list[Loss], list[str | Advice]]:
        """Locks, handoffs and tasks that the session holds.

        Raises:
            CouldNotLookError: When locks or handoffs cannot be read.
        """
        now = self.store.read(events=0)
        lost = {now.why_lost(part) for part in ("locks", "sessions", "handoffs")}
        for problem in now.problems:
            if problem.reason in lost:
                raise CouldNotLookError(
                    f"It cannot be seen what {name} shares: {problem.reason}", hint=problem.remedy
                )
        return list(losses_in.shared(name, now)), [*losses_in.open_tasks(name, now)]

    def _refusal(self, tree: Worktree, all_sessions: Iterable[Joined]) -> str | None:
        if tree.is_main or tree.bare:
            return "the main worktree is never removed"
        path = os.path.realpath(tree.path)
        for other in all_sessions:
            if (
                other.worktree
                and other.worktree.git_dir != tree.git_dir
                and inside(os.path.realpath(other.worktree.path), path)
            ):
                return f"the worktree of {other.name} lies inside it; remove that one first"
        with suppress(OSError):  # a working directory that is gone is inside nothing
            if inside(os.path.realpath(os.getcwd()), path):  # noqa: PTH109
                return "this program itself stands in it; run it from another directory"
        return None

    def _missing(
        self, tree: Worktree, trees: Sequence[Worktree]
    ) -> tuple[list[Loss], list[str], list[str]]:
        losses = [*losses_in.operation(tree), *self._commits(tree, trees)]
        notes = [
            "its directory is gone; only git's entry is removed",
            "the entry's index (what was staged), reflog and anything half done go with it",
        ]
        return losses, notes, ["missing"]

    def _present(
        self, session: Joined, tree: Worktree, trees: Sequence[Worktree]
    ) -> tuple[list[Loss], list[str], list[str]]:
        untouched = self.carrying.untouched(Path(tree.path), Path(tree.git_dir))
        entries = self.git.careful_status(tree)
        # Asked again: a directory that vanished meanwhile reads as if all was clean.
        if not Path(tree.path).is_dir():
            raise CouldNotLookError(f"{tree.path} disappeared during the inspection.")
        losses = list(losses_in.uncommitted(entries, lambda path: bool(untouched.files(path))))
        seen = [self._seen(tree, entry) for entry in entries]
        notes: list[str] = []
        ignored, brought = self._ignored(tree, untouched)
        if ignored:
            losses.append(ignored)
            seen.append(f"ignored {ignored.count} {ignored.size}")
        if brought:
            files = plural(brought, "file")
            notes.append(f"{files} that came with the session, unchanged since, will go with it")
        losses += [*losses_in.operation(tree), *self._commits(tree, trees)]
        unlisted = self.git.unlisted(tree)
        losses += losses_in.unlisted(unlisted.hidden, unlisted.submodules, unlisted.repositories)
        seen += [
            f"hidden {path} {self.disk.mark(Path(tree.path, path))}" for path in unlisted.hidden
        ]
        seen += unlisted.repositories
        if Path(tree.git_dir, "config.worktree").exists():
            notes.append("git settings of this worktree alone (config.worktree) go with it")
        losses += self._processes(session, tree)
        return losses, notes, seen

    def _ignored(self, tree: Worktree, untouched: CarriedFiles) -> tuple[Loss | None, int]:
        found = self.git.ignored(tree)
        known: set[str] = set()
        names: list[str] = []
        for name in found.names:
            same = untouched.files(name)
            known.update(same)
            if not same:
                names.append(name)
        count, total = found.count, found.size
        for path in known:
            with suppress(OSError):
                total -= (Path(tree.path) / path).lstat().st_size
                count -= 1
        if not names and found.complete:
            return None, len(known)
        more = "" if found.complete else "at least "
        first = f", {names[0]} among them" if names else ""
        summary = f"{more}{plural(count, 'ignored file')}, {size(max(total, 0))}{first}"
        loss = Loss(
            LossKind.IGNORED, summary, tuple(names[: losses_in.SHOWN]), count, max(total, 0)
        )
        return loss, len(known)

    def _commits(self, tree: Worktree, trees: Sequence[Worktree]) -> Iterable[Loss]:
        lines = self.git.unreachable_commits(tree, trees)
        if lines:
            yield Loss(
                LossKind.COMMITS,
                f"{plural(len(lines), 'commit')} that no branch or tag keeps",
                lines[: losses_in.SHOWN],
                len(lines),
            )

    def _processes(self, session: Joined, tree: Worktree) -> Iterable[Loss]:
        idle = {
            pane.pid
            for window in session.windows
            if not losses_in.needs_consent(window)
            for pane in window.panes
        }
        here = at_work(self.mux, self.processes.standing_in(tree.path))
        found = [process for process in here if process.pid not in idle]
        if found:
            items = tuple(f"{p.name} ({p.pid}) in {p.cwd}" for p in found)
            yield Loss(
                LossKind.PROCESSES,
                f"{plural(len(found), 'process', 'processes')} at work in it: "
                + ", ".join(sorted({p.name for p in found})[:5]),
                items[: losses_in.SHOWN],
                len(found),
            )

    def _stays(self, tree: Worktree) -> Iterable[str]:
        branch = tree.own_branch
        if branch is None or tree.head is None or not self.told:
            return
        unpushed = self.git.unpushed(branch)
        pushed = f", {plural(unpushed, 'commit')} of it not pushed" if unpushed else ""
        yield f"{branch_stays(branch)}{pushed}"
        stashes = self.git.stashes(branch)
        if stashes:
            yield f"{plural(len(stashes), 'stash', 'stashes')} made on {branch} stay"

    def _plan(
        self,
        session: Joined,
        tree: Worktree | None,
        losses: Sequence[Loss],
        notes: Sequence[str | Advice],
        refusal: str | None,
        seen: Sequence[str],
    ) -> RemovalPlan:
        windows = tuple(window.id for window in session.windows)
        facts = [
            session.key,
            tree.path if tree else "",
            str(tree.own_branch if tree else ""),
            str(tree.head if tree else ""),
            str(refusal),
            *sorted(f"{window.id} {losses_in.needs_consent(window)}" for window in session.windows),
            *(
                f"{loss.kind} {loss.count} {loss.summary}"
                for loss in losses
                if loss.kind is not LossKind.PROCESSES
            ),
            *seen,
        ]
        digest = hashlib.sha256("\0".join(facts).encode("utf-8", "surrogateescape"))
        return RemovalPlan(
            key=session.key,
            name=session.name,
            path=tree.path if tree else None,
            branch=tree.own_branch if tree else None,
            head=tree.head if tree else None,
            losses=tuple(losses),
            notes=tuple(notes),
            refusal=refusal,
            windows=windows,
            fingerprint=digest.hexdigest(),
        )

    def _seen(self, tree: Worktree, entry: StatusEntry) -> str:
        """A status entry with the state of its file, so that a second edit is noticed as well."""
        looks = self.disk.mark(Path(tree.path) / entry.path) or "gone"
        return f"{entry.path} {entry.kind} {entry.index}{entry.worktree} {entry.origin} {looks}"


def at_work(mux: Mux, processes: Iterable[Process]) -> tuple[Process, ...]:
    """Processes that work in a directory; a window server merely started there does not count."""
    return tuple(each for each in processes if not mux.is_server(each.name))
