"""One undo for removals, cleanups and syncs, and what is kept for it that goes with time."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Core
from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.lifecycle.trash import DAY, SyncBackup, expired_syncs
from parallel_tui.model.sync.sync import Result
from parallel_tui.services.sync.expiry import SyncExpiry
from tests.services.test_sync import OpenCore, run, tip
from tests.support.world import World


def synced(world: World, core: Core, *names: str) -> str:
    """Sessions that a sync rewrote; the name of the run."""
    for name in names:
        world.commit(f"{name}.txt", "1\n", cwd=world.worktree(name))
    world.commit(f"base-{names[0]}.txt", "base\n")
    found = run(core, core.syncer.planner.plan(list(names)))
    assert {each.result for each in found.values()} == {Result.SYNCED}
    return core.syncer.records.times()[0]


def aged(core: Core, run_name: str, days: float) -> str:
    """Let a run have been so many days ago; its new name."""
    then = time.strftime("%Y%m%d-%H%M%S", time.gmtime(time.time() - days * DAY))
    record = core.syncer.records.load(run_name)
    core.syncer.records.save(replace(record, time=then))
    core.syncer.records.forget(run_name)
    for ref in core.syncer.expiry.backups.all()[run_name]:
        oid = core.git.resolve(ref)
        core.syncer.acts.backup(ref.replace(run_name, then), oid)
        core.syncer.acts.drop(ref, oid)
    core.syncer.acts.close()
    return then


def test_the_newest_thing_is_undone_whatever_it_was(world: World, core_of: OpenCore) -> None:
    core = core_of()
    first = synced(world, core, "one", "two")
    moved = tip(world, "one")
    world.worktree("three")
    core.remover.remove(core.remover.plan("three"), {"all"})
    [removal, sync] = core.undoer.all()
    assert (removal.what, sync.what) == ("removal of three", "sync of one, two")
    assert (removal.id, sync.id) == (core.restorer.items()[0].id, first)

    core.undoer.undo(core.undoer.find())
    assert (world.root / "myapp-three").is_dir()
    with pytest.raises(RefusedError, match="was undone already"):
        core.undoer.find(removal.id)
    with pytest.raises(UsageError, match="--as names one"):
        core.undoer.undo(core.undoer.find(), name="other")
    _, outcomes = core.undoer.undo(core.undoer.find())
    assert {each.name for each in outcomes} == {"one", "two"}
    assert tip(world, "one") != moved
    with pytest.raises(RefusedError, match="was undone already"):
        core.undoer.find(first)
    with pytest.raises(RefusedError, match="was undone already"):
        core.syncer.undo(first)
    with pytest.raises(RefusedError, match="nothing to undo"):
        core.undoer.find()
    with pytest.raises(UsageError, match="named 'never'"):
        core.undoer.find("never")


def test_a_cleanup_of_several_is_undone_as_one(world: World, core_of: OpenCore) -> None:
    for name in ("one", "two", "alone"):
        world.commit(f"{name}.txt", "1\n", cwd=world.worktree(name))
        world.git("merge", "-q", "--no-ff", "-m", "m", f"feature/{name}")
    core = core_of()
    cleaner = core.cleaner
    cleaner.clean(cleaner.choose(cleaner.candidates(), ["one", "two"]), delete_branch=True)
    cleaner.clean(cleaner.choose(cleaner.candidates(), ["alone"]), delete_branch=True)
    alone, both = core.undoer.all()
    assert alone.what == "cleanup of alone"
    assert both.id.startswith("cleanup-")
    assert set(both.names) == {"one", "two"}
    (world.root / "myapp-one").mkdir()
    with pytest.raises(RefusedError, match=r"myapp-one is taken\..*; back: two"):
        core.undoer.undo(both)
    assert (world.root / "myapp-two").is_dir(), "one in the way keeps nobody back"
    (world.root / "myapp-one").rmdir()
    core.undoer.undo(core.undoer.find("one"))
    assert [each.what for each in core.undoer.all()] == ["cleanup of alone"]
    # With its reflog the branch is known to be merged, as before.
    assert {c.name for c in cleaner.candidates() if c.ready} == {"one", "two"}


def test_backups_of_syncs_expire_by_age(world: World, core_of: OpenCore) -> None:
    core = core_of()
    old = aged(core, synced(world, core, "one"), 15)
    recent = synced(world, core, "two")  # whose end forgets the old one
    assert core.syncer.records.times() == (recent,)
    refs = world.git("for-each-ref", "--format=%(refname)", "refs/pdev").splitlines()
    assert refs == [f"refs/pdev/backup/sync/{recent}/feature/two"]
    lines = [e for e in core.shared.store.journal(5) if e.what == "expire sync"]
    assert [(e.about["id"], e.about["why"]) for e in lines] == [(old, "older than 14 days")]
    with pytest.raises(RefusedError, match="deleted for good"):
        core.undoer.find(old)
    tight = replace(core.syncer.expiry, config=replace(core.loaded.config, trash_syncs=1))
    assert isinstance(tight, SyncExpiry)
    assert tight.run() == (), "nothing younger than a day goes"
    assert core.syncer.expiry.empty(core.syncer.expiry.all()).syncs == 1
    assert world.git("for-each-ref", "refs/pdev") == ""


def test_what_a_run_under_way_keeps_is_no_old_backup(world: World, core_of: OpenCore) -> None:
    core = core_of()
    name = synced(world, core, "one")
    record = core.syncer.records.load(name)
    tree = next(t for t in core.git.worktrees() if t.own_branch == "feature/one")
    core.syncer.records.save(replace(record, running=core.syncer.acts.standing(tree)))
    assert core.syncer.expiry.all() == ()
    folder = Path(core.repository.runtime_dir, "sync")
    Path(folder, f"{name}.json").write_text("torn")
    assert core.syncer.expiry.all() == (), "what cannot be read is kept"
    assert os.listdir(folder) == [f"{name}.json"]  # noqa: PTH208


def test_the_rule_of_expiry() -> None:
    kept = [SyncBackup(str(n), -n * DAY, (), ()) for n in (0.5, 2.0, 3.0, 20.0)]
    rule = expired_syncs
    assert [b.time for b, _ in rule(kept, 0.0, days=14, count=9)] == ["20.0"]
    assert [b.time for b, _ in rule(kept, 0.0, days=99, count=2)] == ["20.0", "3.0"]
    assert [b.time for b, _ in rule(kept, 0.0, days=99, count=1)] == ["20.0", "3.0", "2.0"]
    assert [b.time for b, _ in rule(kept[:1], 0.0, days=0, count=0)] == []
