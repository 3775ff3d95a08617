"""Acts on files: nothing half written, nothing overwritten, no link followed out of a worktree."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from parallel_tui.adapters.disk import carry, files, git_exclude
from parallel_tui.adapters.process import shell
from parallel_tui.errors import RefusedError
from parallel_tui.model.settings.consent import ours


def test_an_atomic_write_keeps_mode_and_link_and_leaves_no_rest(tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    real = place / "real"
    real.write_text("old")
    real.chmod(0o640)
    link = place / "link"
    link.symlink_to(real)
    files.write_atomically(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert real.stat().st_mode & 0o777 == 0o640
    (place / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        files.write_atomically(place / "folder", b"x")
    assert sorted(path.name for path in place.iterdir()) == ["folder", "link", "real"]


def test_a_folder_goes_with_all_in_it_and_nothing_besides(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("x")
    gone = tmp_path / "gone"
    (gone / "deep" / "er").mkdir(parents=True)
    (gone / "deep" / "er" / "new\nline").write_text("x")
    (gone / "deep" / "link").symlink_to(outside)
    (gone / "file").write_text("x")
    files.remove_folder(gone)
    files.remove_folder(gone)
    assert not gone.exists()
    assert (outside / "kept").read_text() == "x"


def test_a_guard_lets_one_in_at_a_time(tmp_path: Path) -> None:
    inside, seen = 0, []

    def work() -> None:
        nonlocal inside
        with files.guard(tmp_path / "new/guard"):
            inside += 1
            seen.append(inside)
            inside -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 8


def test_copies_never_overwrite_and_never_leave_the_worktree(tmp_path: Path) -> None:
    main, new, outside = tmp_path / "main", tmp_path / "new", tmp_path / "outside"
    for folder in (main / "a/b", main / "evil", new, outside):
        folder.mkdir(parents=True)
    (new / "evil").symlink_to(outside)
    (new / "link").symlink_to(outside / "made")
    (new / "kept").write_text("mine")
    for name in ("a/b/tool", "evil/f", "link", "kept", "bytes\udcff"):
        (main / name).write_text("theirs")
    (main / "a/b/tool").chmod(0o711)
    (main / "a/way").symlink_to("../../outside")
    os.mkfifo(main / "a/pipe")
    done = carry.carry(
        main, new, copies=["a/", "evil/f", "link", "kept", "bytes\udcff", "gone"], links=[]
    )
    assert (new / "a/b/tool").stat().st_mode & 0o777 == 0o711
    assert (new / "a/b/tool").stat().st_mtime_ns == (main / "a/b/tool").stat().st_mtime_ns
    assert (new / "a/way").readlink() == Path("../../outside")
    assert (new / "kept").read_text() == "mine"
    assert (new / "bytes\udcff").exists()
    assert not (new / "a/pipe").exists()
    assert list(outside.iterdir()) == []
    assert done.warnings == ["evil/f was not copied: a link stands in its way"]
    assert set(done.marks) == {"a/b/tool", "a/way", "bytes\udcff"}


def test_a_link_wins_over_a_copy(tmp_path: Path) -> None:
    main, new = tmp_path / "main", tmp_path / "new"
    (main / "mods/x").mkdir(parents=True)
    (main / "mods/x/f").write_text("1")
    new.mkdir()
    carry.carry(main, new, copies=["mods/x/f"], links=["mods"])
    assert (new / "mods").readlink() == main / "mods"


def test_untouched_files_are_told_from_work(tmp_path: Path) -> None:
    main, new, git_dir = tmp_path / "main", tmp_path / "new", tmp_path / "git"
    for folder in (main / "d", new, git_dir):
        folder.mkdir(parents=True)
    for name in ("one", "d/two", "d/three"):
        (main / name).write_text("x")
    marks = carry.carry(main, new, copies=["one", "d/"], links=[]).marks
    carry.record(git_dir, marks)
    untouched = carry.Untouched.of(new, git_dir)
    assert untouched.files("one") == ("one",)
    assert set(untouched.files("d/")) == {"d/two", "d/three"}
    (new / "d/more").write_text("work")
    assert untouched.files("d/") == ()
    (new / "one").write_text("y")
    assert untouched.files("one") == ()
    assert untouched.files("d/none") == ()
    (git_dir / carry.RECORD).write_text("[1]")
    assert carry.Untouched.of(new, git_dir).files("d/two") == ()


@pytest.mark.parametrize("before", [None, b"", b"mine\n", b"no newline", b"\xff\r\n"])
def test_the_exclude_block_goes_as_it_came(tmp_path: Path, before: bytes | None) -> None:
    path = tmp_path / "info/exclude"
    if before is not None:
        path.parent.mkdir()
        path.write_bytes(before)
    assert git_exclude.add(tmp_path)
    assert not git_exclude.add(tmp_path)
    assert path.read_bytes().startswith(before or b"")
    git_exclude.remove(tmp_path, before)
    assert git_exclude.contents(tmp_path) == before


def test_other_lines_survive_an_old_or_broken_block(tmp_path: Path) -> None:
    path = tmp_path / "info/exclude"
    path.parent.mkdir()
    path.write_bytes(b"a\n" + git_exclude.BEGIN + b"/old\n" + git_exclude.END + b"b\n")
    git_exclude.add(tmp_path)
    text = path.read_bytes()
    assert b"/old" not in text
    assert text.startswith(b"a\n" + git_exclude.BEGIN)
    assert text.endswith(git_exclude.END + b"b\n")
    path.write_bytes(b"a\n" + git_exclude.BEGIN + b"/somebody's\n")
    git_exclude.add(tmp_path)
    assert path.read_bytes().startswith(b"a\n" + git_exclude.BEGIN + b"/somebody's\n")
    assert not git_exclude.add(tmp_path)
    git_exclude.remove(tmp_path, b"other")
    assert b"/somebody's" in path.read_bytes()


def test_a_setup_command_gets_no_input_and_shows_its_end(tmp_path: Path) -> None:
    env = {**os.environ, "NAME": "$(touch no)"}
    shell.run_line(ours('cat; printf %s "$NAME" >out'), directory=str(tmp_path), env=env)
    assert (tmp_path / "out").read_text() == "$(touch no)"
    with pytest.raises(RefusedError, match="status 7") as failure:
        shell.run_line(ours("seq 100; exit 7"), directory=str(tmp_path), env=env)
    assert failure.value.hint.splitlines()[-1] == "100"
    assert len(failure.value.hint.splitlines()) == 12
    # What it leaves running holds nobody up.
    shell.run_line(ours("sleep 60 & echo $! >pid"), directory=str(tmp_path), env=env)
    os.kill(int((tmp_path / "pid").read_text()), 9)
