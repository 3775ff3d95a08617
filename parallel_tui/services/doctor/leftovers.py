"""Find leftovers of crashes, each with the command that removes it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.lifecycle.finding import Finding, Severity
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.text.words import plural
from parallel_tui.ports.store import Upkeep
from parallel_tui.ports.sync import SyncHistory
from parallel_tui.ports.trash import Leftovers, RemovedWorktrees

SETTLES: Final = Advice(
    "", Act.PRUNE, after="   (any command that changes a worktree settles it first)"
)
"""What ends whatever was cut off."""

PROBLEM, NOTE = Severity.PROBLEM, Severity.NOTE


def unfinished(
    repository: Repository, trees: Sequence[Worktree], upkeep: Upkeep, records: SyncHistory
) -> Iterator[Finding]:
    """Changes that were interrupted and are not recovered yet."""
    for tree in trees:
        if tree.locked is not None and tree.locked.startswith("being made, "):
            what = "a worktree is still marked as being made: its spawn was killed, or goes on"
            mend = f"git worktree remove -f -f -- {shlex.quote(tree.path)}"
            yield Finding(PROBLEM, "leftovers", what, tree.path, mend)
    for time in records.times():
        try:
            record = records.load(time)
        except CouldNotLookError as error:
            path = str(Path(repository.runtime_dir, "sync", f"{time}.json"))
            mend = f"mv -- {shlex.quote(path)} {shlex.quote(f'{path}.broken')}   ({error.hint})"
            yield Finding(PROBLEM, "leftovers", error.message, path, mend)
            continue
        if record.running is not None:
            entry = record.entries[-1]
            what = f"a sync ended in the middle of {entry.name}, or goes on now"
            yield Finding(PROBLEM, "leftovers", what, entry.branch, SETTLES)
    notes = sorted(Path(repository.runtime_dir, "intents").glob("*.jsonl"))
    if notes:
        what = f"{plural(len(notes), 'change')} of worktrees ended half way, or goes on now"
        yield Finding(NOTE, "leftovers", what, str(notes[0]), SETTLES)
    dead = upkeep.ended_waiters()
    if dead > 0:
        what = f"{plural(dead, 'command')} that waited for locks ended; the next one forgets it"
        yield Finding(NOTE, "leftovers", what)


def files(
    repository: Repository,
    trees: Sequence[Worktree],
    upkeep: Upkeep,
    cache: Path,
    trash: RemovedWorktrees,
    leftovers: Leftovers,
) -> Iterator[Finding]:
    """Files and folders that nothing uses any more."""
    here = [tree.path for tree in trees if not (tree.bare or tree.missing)]
    half = leftovers.half_written(
        repository,
        [tree.git_dir for tree in trees],
        [*here, *(f"{path}/.claude" for path in here), str(cache / "overlap")],
    )
    if half:
        what = f"{plural(len(half), 'file')} that a crash left half written"
        yield Finding(NOTE, "leftovers", what, half[0], f"rm -- {shlex.join(half)}")
    for lost in trash.unreadable():
        what = "what was removed cannot come back by itself: its manifest cannot be read"
        yield Finding(PROBLEM, "leftovers", what, lost, f"ls -la -- {shlex.quote(lost)}")
    dead = leftovers.dead_folders()
    if dead:
        what = f"{plural(len(dead), 'temporary folder')} whose program ended"
        look = Advice("", Act.CHECK, after="   (the next simulation deletes them)")
        yield Finding(NOTE, "leftovers", what, dead[0], look)
    caches = leftovers.old_caches(cache)
    if caches:
        what = f"{plural(len(caches), 'cache')} that nobody wrote for months"
        yield Finding(NOTE, "leftovers", what, caches[0], f"rm -- {shlex.join(caches)}")
    journal = upkeep.journal_path
    bad = upkeep.unreadable_lines()
    if bad:
        what = f"{plural(bad, 'line')} of the history cannot be read and is left out"
        aside = shlex.quote(f"{journal}.broken")
        mend = f"mv -- {shlex.quote(journal)} {aside}   (a new one begins; nothing else is lost)"
        yield Finding(PROBLEM, "shared files", what, journal, mend)
