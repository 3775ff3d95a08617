"""Push the work of this machine's sessions, each as one commit, by compare-and-swap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from parallel_tui.adapters.git.hosts.leaving import Leaving
from parallel_tui.adapters.git.hosts.own_works import OwnWorks
from parallel_tui.adapters.git.hosts.refs import FETCH_TIMEOUT, QUIET, ask, top_of
from parallel_tui.adapters.git.run import failure
from parallel_tui.adapters.git.run.runner import WRITE_TIMEOUT, Runner
from parallel_tui.adapters.git.simulate.quarantine import MAX_BYTES, Quarantine
from parallel_tui.adapters.git.simulate.snapshot.without_index import Quick
from parallel_tui.adapters.git.simulate.snapshot.work import Work
from parallel_tui.adapters.git.simulate.verdict.landing import Landings
from parallel_tui.errors import GitError, RefusedError
from parallel_tui.model.hosts.shared import (
    ROOT,
    FoundRef,
    SharedSession,
    ref_of,
    subject_of,
    understood,
)
from parallel_tui.model.hosts.view import Offered, SharedWork, Sharing
from parallel_tui.record import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.ports.system import Clock

MEASURE_EVERY: Final = 200
"""Pushes between two looks at the size of the temporary objects."""

_COORDINATION: Final = ".claude/"
"""Where messages, locks and settings of this machine stand; what is not committed there stays."""

_PASSING: Final = ("cannot lock ref", "failed to update ref", "unable to migrate objects")
"""Reasons of a remote that are over once the push of somebody else is through."""

_ASKING: Final = 20.0
"""Seconds for the question where the remote stands."""


class Sender:
    """Implements `WorkSender`. Not thread-safe.

    Objects of uncommitted work are made beside the repository and pushed from there: nothing is
    written into it.

    Args:
        runner: The gateway to git.
        never: Patterns of paths that may not leave.
        clock: Time.
    """

    def __init__(self, runner: Runner, never: Sequence[str], clock: Clock) -> None:
        self._runner = runner
        self._clock = clock
        self._quarantine = Quarantine(runner.repository)
        self._landings = Landings(runner, self._quarantine)
        self._quick = Quick(runner, self._quarantine)
        self._works = OwnWorks(runner, self._quarantine, self._landings, self._quick)
        self._leaving = Leaving(runner, self._quarantine, never)
        self._trees: dict[tuple[str, str], str] = {}
        self._there: dict[str, str] | None = None
        self._made: dict[str, SharedSession] = {}
        self._asked: Sharing | None = None
        self._pushes = 0

    def send(self, sharing: Sharing, sessions: Sequence[Offered]) -> SharedWork:
        """See `WorkSender.send`."""
        try:
            return self._send(sharing, sessions)
        except GitError as error:
            if not any(reason in error.message for reason in _PASSING):
                raise
        return self._send(sharing, sessions)

    def _send(self, sharing: Sharing, sessions: Sequence[Offered]) -> SharedWork:
        there = self._remote(sharing)
        self._tidy({each.worktree.git_dir for each in sessions})
        works, held, waiting = self._works.look(sharing.mode, sessions)
        wanted: dict[str, str] = {}
        for name, (offered, work) in works.items():
            if why := self._leaving.why_not(work.head, sharing.remote):
                held[name] = why
                continue
            made = self._commit(sharing, offered, work)
            if offered.at_base and not made.dirty:
                continue  # it has no work of its own
            self._made[name] = made
            wanted[ref_of(sharing.host, name)] = made.commit
        kept = {ref_of(sharing.host, name) for name in waiting}
        gone = [ref for ref in there if ref not in wanted and ref not in kept]
        changes = {ref: oid for ref, oid in wanted.items() if there.get(ref) != oid}
        self._push(sharing, {**changes, **dict.fromkeys(gone, "")})
        known = {*works, *waiting}
        self._made = {name: each for name, each in self._made.items() if name in known}
        shown = [name for name in (*works, *waiting) if ref_of(sharing.host, name) in there]
        return SharedWork(
            tuple(sorted(shown)), tuple(sorted(held.items())), pushed=len(changes) + len(gone)
        )

    def take_back(self, sharing: Sharing) -> int:
        """See `WorkSender.take_back`."""
        there = self._remote(sharing)
        gone = dict.fromkeys(there, "")
        self._push(sharing, gone)
        return len(gone)

    def close(self) -> None:
        """See `WorkSender.close`."""
        self._quarantine.close()

    def _commit(self, sharing: Sharing, offered: Offered, work: Work) -> SharedSession:
        """The commit to push: the one that was pushed while nothing is different."""
        tree = self._tree(offered, work) if work.dirty else work.head_tree
        made = SharedSession(
            sharing.host,
            offered.name,
            "",
            tree,
            work.head,
            self._merged(work),
            offered.worktree.own_branch,
            sharing.mode,
            dirty=tree != work.head_tree or work.merging,
            limited=work.limited,
            clone=sharing.clone,
            pushed=int(self._clock()),
        )
        before = self._made.get(offered.name)
        if before is not None and before.content == made.content:
            return before
        parents = (made.head, *made.merges)
        commit = self._quarantine.commit(
            tree, parents, message=f"{subject_of(made)}\n", when=made.pushed
        )
        return replace(made, commit=commit)

    def _tree(self, offered: Offered, work: Work) -> str:
        key = (work.head_tree, work.tree)
        if key not in self._trees:
            # Whoever hides an edit from git does not mean to commit it, much less to show it.
            marked = self._quick.hidden.marked(offered.worktree)
            hidden = {entry.path for entry in marked}

            def stays(path: str, new: bool) -> bool:
                ours = new and path.startswith(_COORDINATION)
                return ours or path in hidden or self._leaving.never(path)

            self._trees[key] = self._leaving.without(*key, stays)
            while len(self._trees) > MEASURE_EVERY:
                self._trees.pop(next(iter(self._trees)))
        return self._trees[key]

    def _merged(self, work: Work) -> tuple[str, ...]:
        if not work.merging:
            return ()
        args = ["rev-list", "--parents", "--no-walk", work.commit]
        told = self._runner.run(args, env=self._quarantine.env).text.split()
        return tuple(told[2:])

    def _remote(self, sharing: Sharing) -> dict[str, str]:
        """Where the remote stands, asked once and whenever it was not as expected."""
        if self._there is not None and self._asked == sharing:
            return self._there
        below = f"{ROOT}{sharing.host}/"
        args = ["ls-remote", "--", sharing.remote, f"{below}*"]
        told = ask(self._runner, sharing.remote, args, _ASKING)
        rows = [line.partition("\t") for line in told.text.splitlines()]
        there = {ref: oid for oid, _, ref in rows if ref.startswith(below)}
        if there:
            self._know(sharing, there)
        self._there, self._asked = there, sharing
        return there

    def _know(self, sharing: Sharing, there: Mapping[str, str]) -> None:
        """Learn what was shared before, and by whom.

        Raises:
            RefusedError: When it was another clone.
        """
        args = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"]
        args += ["--refmap=", "--", sharing.remote, *there.values()]
        with suppress(GitError):  # a remote that gives no commits by their ids has given them us
            top = top_of(self._runner)
            self._runner.run([*top, *QUIET, *args], timeout=FETCH_TIMEOUT, write=True)
        form = "--format=%H%x00%T%x00%P%x00%ct%x00%s"
        args = ["log", "--no-walk=unsorted", "--ignore-missing", form, *there.values(), "--"]
        rows = [line.split("\0", 4) for line in self._runner.run(args).text.splitlines()]
        by_oid = {row[0]: row for row in rows if len(row) == 5}
        for ref, oid in there.items():
            if oid not in by_oid:
                continue
            _, tree, parents, when, subject = by_oid[oid]
            found = understood(
                FoundRef(ref, "commit", oid, tree, tuple(parents.split()), when, subject)
            )
            if isinstance(found, str):
                continue  # somebody else wrote it; it is ours to put right
            if found.clone != sharing.clone:
                raise RefusedError(
                    f"Another clone shares its work under the name {sharing.host} already",
                    hint="Give this one a name of its own:"
                    f" pdev host share {sharing.mode.value} --as {sharing.host}-2",
                )
            self._made[found.name] = found

    def _push(self, sharing: Sharing, changes: Mapping[str, str]) -> None:
        """Change refs of the remote, all of them by one call, where they are as expected."""
        if not changes:
            return
        there = self._there if self._there is not None else {}
        args = ["push", "--porcelain", "--no-follow-tags"]
        args += ["--recurse-submodules=no", "--no-signed"]
        args += [f"--force-with-lease={ref}:{there.get(ref, '')}" for ref in changes]
        args += ["--", sharing.remote, *(f"{oid}:{ref}" for ref, oid in changes.items())]
        room = ("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")
        env = {name: self._quarantine.env[name] for name in room}
        done = self._runner.run(
            [*top_of(self._runner), *QUIET, *args],
            ok=range(256),
            timeout=WRITE_TIMEOUT,
            env=env,
            write=True,
        )
        self._pushes += 1
        rows = [line.split("\t") for line in done.text.splitlines()]
        failed: list[str] = []
        for flag, names, *said in (row for row in rows if len(row) > 2):
            ref = names.rpartition(":")[2]
            if flag == "!":
                failed.append(f"{ref} {said[-1]}")
            elif changes.get(ref):
                there[ref] = changes[ref]
            else:
                there.pop(ref, None)
        if not done.status:
            return
        # Whatever stands there now: it is asked for before the next attempt.
        self._there = None
        if failed:
            raise GitError(
                f"{sharing.remote} did not take what is shared: {failed[0]}", stderr=done.stderr
            )
        raise failure.refused("What is shared was not pushed", done)

    def _tidy(self, keys: set[str]) -> None:
        self._works.retain(keys)
        if self._pushes >= MEASURE_EVERY:
            self._pushes = 0
            if self._quarantine.size() > MAX_BYTES:
                # What was pushed is known by its content; it is not pushed again.
                self._quarantine.empty()
                self._landings.forget()
                self._quick.forget()
                self._works.retain(())
                self._trees.clear()
