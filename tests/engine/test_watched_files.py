"""Watching git's metadata through `watchfiles`: what it cannot do is made good, and told."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import watchfiles

from parallel_tui.engine.watching import inotify, watched_files
from parallel_tui.engine.watching.directories import Directories
from parallel_tui.engine.watching.inotify import Event
from parallel_tui.engine.watching.shared.one_subscription import OneSubscription
from parallel_tui.engine.watching.watched_files import WatchedDirectories
from parallel_tui.engine.watching.ways import through_watchfiles
from parallel_tui.model.view.snapshot import Level, Snapshot, Source
from tests.engine.live import live
from tests.support.world import World


@pytest.fixture(params=["alone", "shared"])
def watched(
    request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Directories]:
    """One that watches alone, and one that shares its subscription: they promise the same."""
    made: list[Directories] = []
    if request.param == "alone":
        made.append(WatchedDirectories(str(tmp_path)))
    else:
        shared, other = OneSubscription(through_watchfiles), tmp_path_factory.mktemp("other")
        made += [shared.watcher(str(tmp_path)), shared.watcher(str(other))]
        made[1].watch([str(other)], [])
    made[0].watch([str(tmp_path)], [])
    yield made[0]
    for each in made:
        each.close()


def _paths(events: list[Event]) -> set[str]:
    return {event.path for event in events}


def test_everything_before_a_drain_is_in_it(watched: Directories, tmp_path: Path) -> None:
    made = {str(tmp_path / f"file-{number}") for number in range(50)}
    for path in made:
        Path(path).touch()
    assert _paths(watched.drain()) >= made
    assert not list(tmp_path.glob(".seen*")), "the marker is gone"


def test_a_further_directory_loses_nothing_of_the_others(
    watched: Directories, tmp_path: Path
) -> None:
    further = tmp_path / "further"
    further.mkdir()
    (tmp_path / "before").touch()
    assert watched.watch([str(tmp_path), str(further)], [])
    (further / "after").touch()
    assert _paths(watched.drain()) >= {str(tmp_path / "before"), str(further / "after")}
    assert not watched.watch([str(tmp_path), str(further)], [])


def test_what_came_while_a_subscription_was_renewed_waits_for_nothing_further(
    watched: Directories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched_files, "_RETURN", 10**7)  # nothing but news ends a look
    for number in range(2):
        further = tmp_path / str(number)
        further.mkdir()
        watched.watch([str(tmp_path), str(further)], [])
        told = watched.wait() if number else watched.drain(since=0.0)
        assert str(further) in _paths(told)


def test_a_directory_deleted_and_made_again_is_watched_again(
    watched: Directories, tmp_path: Path
) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    both = [str(tmp_path), str(inner)]
    watched.watch(both, [])
    shutil.rmtree(inner)
    inner.mkdir()
    watched.drain()
    assert watched.watch(both, []), "what was in it meanwhile is looked at"
    (inner / "file").touch()
    assert str(inner / "file") in _paths(watched.drain())


def test_the_end_of_a_root_is_told_and_nothing_in_it(
    watched: Directories, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("root")
    watched.watch([str(tmp_path)], [str(root)])
    (root / "file").touch()
    assert not any(path.startswith(str(root)) for path in _paths(watched.drain()))
    shutil.rmtree(root)
    assert Event(str(root), "", inotify.DELETE_SELF) in watched.drain()
    assert Event(str(root), "", inotify.DELETE_SELF) not in watched.drain()


def test_a_batch_too_long_for_the_queue_is_taken_for_a_loss(
    watched: Directories, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watched_files, "MANY", 3)
    for number in range(20):
        (tmp_path / str(number)).touch()
    assert any(event.mask & inotify.OVERFLOW for event in watched.drain())
    assert watched.watch([str(tmp_path)], []), "and it is subscribed to anew"


def test_a_directory_that_went_before_it_was_watched_is_passed_over(
    watched: Directories, tmp_path: Path
) -> None:
    watched.watch([str(tmp_path), str(tmp_path / "gone")], [])
    (tmp_path / "file").touch()
    assert str(tmp_path / "file") in _paths(watched.drain())


def test_a_name_that_is_not_utf_8_ends_it(watched: Directories, tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff")).touch()
    with pytest.raises(RuntimeError, match="decode"):
        watched.drain()


def _watching(snapshot: Snapshot) -> list[str]:
    return [h.message for h in snapshot.health if h.source is Source.WATCH]


def test_a_name_that_is_not_utf_8_has_inotify_take_over_and_misses_nothing(world: World) -> None:
    auth = world.worktree("auth")
    with live(world.repo) as view:
        assert _watching(view.snapshot) == []
        bad = Path(os.fsdecode(os.fsencode(world.repo) + b"/.git/bad\xff"))
        bad.touch()
        view.until(_watching)
        (note,) = [h for h in view.snapshot.health if h.source is Source.WATCH]
        assert note.level is Level.NOTE
        assert "by inotify for now, as watchfiles cannot" in note.message
        world.commit("new.py", "x = 1\n", cwd=auth)
        view.until(lambda s: view.session("auth").divergence != view.session("main").divergence)
        # It is tried again after a while, and is well as long as nobody touches that name.
        view.until(lambda s: not _watching(s))
        world.commit("newer.py", "x = 1\n", cwd=auth)
        view.seen()
        assert "ahead=2" in repr(view.session("auth").divergence)


def test_watchfiles_is_used_through_its_public_names_only() -> None:
    package = Path(__file__).parents[2] / "parallel_tui"
    private = [
        str(path)
        for path in package.rglob("*.py")
        if "_rust_notify" in path.read_text(encoding="utf-8")
    ]
    assert private == []
    assert {"watch", "Change"} <= set(watchfiles.__all__)
