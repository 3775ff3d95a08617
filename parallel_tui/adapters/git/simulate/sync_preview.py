"""Preview a sync: the remote's state, and every replay simulated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from parallel_tui.adapters.git.read import refs
from parallel_tui.adapters.git.read.upstream import upstream_of
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.merge.attributes import Stage, sets_attributes
from parallel_tui.adapters.git.simulate.merge.changes import changed
from parallel_tui.adapters.git.simulate.merge.history import Own, own_commits, trees_of
from parallel_tui.adapters.git.simulate.merge.merges import Merge, merge_all
from parallel_tui.adapters.git.simulate.merge.replay import Replay, replay_all
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.resolutions import RememberedResolutions, marked_files
from parallel_tui.errors import GitError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.git_version import Needs
from parallel_tui.model.landing.resolution import known_note, resolved_note
from parallel_tui.model.overlap.verdict import Conflict
from parallel_tui.model.session.repository import Base
from parallel_tui.model.session.upstream import Upstream
from parallel_tui.model.sync.prediction import Prediction
from parallel_tui.model.sync.sync import SyncStep
from parallel_tui.record import dataclass, field, replace

FETCH_TIMEOUT: Final = 300.0
"""Seconds for a fetch; a first one over a slow line takes minutes."""


_Merges = Sequence[Merge | Unknown]
_Settle = Callable[[_Merges], _Merges]


@dataclass(slots=True)
class SyncLook:
    """Previews syncs without changing a worktree; only `fetch` moves references.

    Attributes:
        runner: The gateway to git.
        fetch_timeout: Seconds for a fetch.
        resolutions: How conflicts were resolved before; `None` to leave that out.
    """

    runner: Runner
    fetch_timeout: float = field(default=FETCH_TIMEOUT)
    resolutions: RememberedResolutions | None = None

    def upstream(self, base: Base) -> Upstream | None:
        """The remote branch of base: its configured upstream, else the one of its name."""
        return upstream_of(self.runner, base)

    def fetch(self, upstream: Upstream, tell: Callable[[str], None]) -> None:
        """Fetch one branch, passing on git's progress.

        Raises:
            GitError: When the remote could not be asked; nothing moved then.
        """
        refspec = f"+{upstream.source}:{upstream.tracking}"
        args = ["fetch", "--progress", "--no-recurse-submodules", "--no-write-fetch-head"]
        args += ["--", upstream.remote, refspec]
        self.runner.follow(args, tell, timeout=self.fetch_timeout)

    def commit_of(self, ref: str) -> str | None:
        """The commit of a reference; `None` without one."""
        return refs.commit_of(self.runner, ref)

    def predict(
        self, onto: str, heads: Sequence[str], *, merge: bool, resolved: bool = False
    ) -> Mapping[str, Prediction]:
        """See `SyncPreview.predict`."""
        if not heads:
            return {}
        try:
            return self._predict(onto, heads, merge=merge, resolved=resolved)
        except OSError as error:
            raise GitError(f"No simulation was possible: {error.strerror or error}") from error

    def _predict(
        self, onto: str, heads: Sequence[str], *, merge: bool, resolved: bool
    ) -> Mapping[str, Prediction]:
        with self._quarantine() as quarantine:
            settled = self._settling(quarantine, resolved=resolved)
            owns = own_commits(self.runner, quarantine, onto, heads)
            subjects = self._subjects([step.commit for own in owns.values() for step in own.steps])
            why_not = Needs.PREDICTION.why_not(self.runner.version)
            if why_not:
                note = f"conflicts are not predicted: {why_not}"
                return {
                    head: Prediction(_plain(owns[head], subjects), (), (note,)) for head in owns
                }
            stage = Stage(self.runner, quarantine)
            trees = trees_of(self.runner, quarantine, [onto, *owns])
            tree = trees.get(onto, "")
            if merge:
                # A merge goes by the attribute files of what it merges into.
                own = self._changing(
                    quarantine, {head: [(tree, trees[head])] for head in owns if head in trees}
                )
                groups = [(onto, [head for head in owns if head not in own])]
                groups += [(head, [head]) for head in own]
                merges = {
                    head: each
                    for place, some in groups
                    if some
                    for head, each in zip(
                        some,
                        settled(
                            merge_all(
                                self.runner,
                                quarantine,
                                [(head, onto) for head in some],
                                stage=stage.for_base(place),
                            )
                        ),
                        strict=True,
                    )
                }
                return {
                    head: Prediction((), (), (f"not predicted: {each.reason}",))
                    if isinstance(each, Unknown)
                    else self._told(quarantine, each.tree, each.conflicts, each.resolved)
                    for head, each in merges.items()
                }
            changing = self._changing(
                quarantine,
                {
                    head: [(step.parent_tree, step.tree) for step in own.steps if step.parent_tree]
                    for head, own in owns.items()
                },
            )
            replays = {
                head: Replay(
                    tree,
                    own.steps,
                    (onto, head),
                    attributes=onto,
                    sets_attributes=head in changing,
                )
                for head, own in owns.items()
            }
            replay_all(
                self.runner,
                quarantine,
                list(replays.values()),
                stage=stage.for_base,
                resolve=settled,
            )
            return {
                head: _prediction(
                    replay,
                    owns[head],
                    subjects,
                    self._told(
                        quarantine,
                        replay.marked or (replay.trees[-1] if replay.trees else ""),
                        replay.conflicts,
                        tuple(path for some in replay.resolved.values() for path in some),
                    ),
                )
                for head, replay in replays.items()
            }

    def _settling(self, quarantine: Quarantine, *, resolved: bool) -> _Settle:
        """What makes merges of those whose every conflict was resolved before."""
        if not resolved:
            return lambda merges: merges
        from parallel_tui.adapters.git.simulate.resolving import Resolver

        remembered = RememberedResolutions(self.runner)
        return Resolver(self.runner, quarantine, remembered).settled

    def _told(
        self,
        quarantine: Quarantine,
        tree: str,
        conflicts: Sequence[Conflict],
        resolved: tuple[str, ...],
    ) -> Prediction:
        """What conflicts, and whether it was resolved before, which is asked where it could be."""
        paths = tuple(each.path for each in conflicts)
        known: frozenset[str] = frozenset()
        if self.resolutions is not None and paths and self.resolutions.kept():
            known = self.resolutions.known(marked_files(self.runner, quarantine, tree, paths))
        ours = tuple(dict.fromkeys(resolved))
        said = (known_note(known) if known else "", resolved_note(ours))
        return Prediction(
            (),
            paths,
            tuple(filter(None, said)),
            remembered=bool(paths) and known >= set(paths),
            resolved=() if paths else ours,
            tree="" if paths else tree,
        )

    def _changing(
        self, quarantine: Quarantine, frames: Mapping[str, Sequence[tuple[str, str]]]
    ) -> list[str]:
        """Heads with a pair of trees that differ in an attribute file; one process."""
        flat = [pair for pairs in frames.values() for pair in pairs]
        told = dict(zip(flat, changed(self.runner, quarantine, flat), strict=True))
        return [
            head
            for head, pairs in frames.items()
            if any(sets_attributes(each) for pair in pairs for each in told[pair])
        ]

    @contextmanager
    def _quarantine(self) -> Iterator[Quarantine]:
        quarantine = Quarantine(self.runner.repository)
        try:
            yield quarantine
        finally:
            quarantine.close()

    def _subjects(self, commits: Sequence[str]) -> Mapping[str, str]:
        wanted = list(dict.fromkeys(commits))
        if not wanted:
            return {}
        args = ["log", "--no-walk=unsorted", "--stdin", "-z", "--format=%H %s"]
        stdin = "".join(f"{commit}\n" for commit in wanted).encode("ascii")
        rows = self.runner.run(args, stdin=stdin).fields()
        return {row.partition(" ")[0]: row.partition(" ")[2] for row in rows}


def _plain(own: Own, subjects: Mapping[str, str]) -> tuple[SyncStep, ...]:
    return tuple(SyncStep(step.commit, subjects.get(step.commit, "")) for step in own.steps)


def _prediction(
    replay: Replay, own: Own, subjects: Mapping[str, str], told: Prediction
) -> Prediction:
    notes = [*told.notes]
    if replay.unknown is not None:
        notes.append(f"conflicts are not predicted: {replay.unknown.reason}")
    if own.merges:
        notes.append(f"{own.merges} merge commits of its own are flattened, as git rebase does")
    failed = replay.failed.commit if replay.failed else None
    paths = tuple(each.path for each in replay.conflicts)
    steps = tuple(
        SyncStep(
            step.commit,
            subjects.get(step.commit, ""),
            (paths or ("?",)) if step.commit == failed else (),
            replay.resolved.get(step.commit, ()),
        )
        for step in replay.steps
    )
    return replace(told, steps=steps, conflicts=(), notes=tuple(notes))
