"""The numbers that a dashboard keeps for status lines, and when they count."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.adapters.disk import segment
from parallel_tui.adapters.git.repo.nearby import common_dir_near
from parallel_tui.model.session.session import SessionState
from parallel_tui.model.view.segment import FRESH, counted, parsed, written
from parallel_tui.model.view.segment import segment as line
from tests.support.world import World
from tests.ui import samples


@pytest.fixture
def common(tmp_path: Path) -> str:
    """A common git directory."""
    return str(tmp_path)


def test_numbers_are_read_as_they_were_kept(common: str) -> None:
    keeper = segment.SegmentFile(common)
    assert segment.read(common) is None
    keeper.show("waiting 2\nworking 3\n")
    assert segment.read(common) == {"waiting": 2, "working": 3}
    keeper.show("")
    assert segment.read(common) == {}
    keeper.end()
    keeper.end()
    assert segment.read(common) is None
    assert not [*Path(segment.path_in(common)).parent.iterdir()]


def test_saying_the_same_again_confirms_it(common: str) -> None:
    keeper = segment.SegmentFile(common)
    keeper.show("done 1\n")
    path = Path(segment.path_in(common))
    long_ago = time.time() - FRESH - 1
    os.utime(path, (long_ago, long_ago))
    assert segment.read(common) is None, "a dashboard that hangs is not believed"
    before = path.stat().st_ino
    keeper.show("done 1\n")
    assert segment.read(common) == {"done": 1}
    assert path.stat().st_ino == before
    future = time.time() + FRESH + 60
    os.utime(path, (future, future))
    assert segment.read(common) is None, "nor is a clock that was set back"


def test_what_a_dashboard_left_that_is_gone_does_not_count(common: str) -> None:
    keep = (
        "from parallel_tui.adapters.disk.segment import SegmentFile\n"
        f"SegmentFile({common!r}).show('failed 1\\n')"
    )
    subprocess.run([sys.executable, "-c", keep], check=True)
    assert Path(segment.path_in(common)).exists()
    assert segment.read(common) is None
    segment.SegmentFile(common).end()
    assert Path(segment.path_in(common)).exists(), "it is not ours to take away"
    segment.SegmentFile(common).show("failed 2\n")
    assert segment.read(common) == {"failed": 2}


def test_two_dashboards_do_not_take_away_each_others_numbers(common: str) -> None:
    other = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys\n"
            "from parallel_tui.adapters.disk.segment import SegmentFile\n"
            f"SegmentFile({common!r}).show('done 7\\n')\n"
            "print(flush=True)\n"
            "sys.stdin.read()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with other:
        ours = segment.SegmentFile(common)
        ours.show("done 1\n")
        assert other.stdout is not None
        other.stdout.readline()
        assert segment.read(common) == {"done": 7}
        ours.end()
        assert segment.read(common) == {"done": 7}
        ours.show("done 1\n")
        ours.show("done 1\n")
        assert segment.read(common) == {"done": 1}


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"1",
        b"1 \nwaiting 1\n",
        b"2 1 1\nwaiting 1\n",
        b"1 99999999999999999999 1\nwaiting 1\n",
        b"1 -1 1\nwaiting 1\n",
        b"\xff\x00\n",
        b"1 1 0\nwaiting 1\n",
    ],
)
def test_what_is_odd_does_not_count(common: str, odd: bytes) -> None:
    path = Path(segment.path_in(common))
    path.parent.mkdir(parents=True)
    path.write_bytes(odd)
    assert segment.read(common) is None


def test_a_pipe_or_a_folder_in_its_place_is_not_waited_for(common: str) -> None:
    path = Path(segment.path_in(common))
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    assert segment.read(common) is None
    path.unlink()
    path.mkdir()
    assert segment.read(common) is None
    with pytest.raises(OSError, match="segment"):
        segment.SegmentFile(common).show("done 1\n")
    assert [each.name for each in path.parent.iterdir()] == ["segment"]


COUNTS = st.dictionaries(
    st.sampled_from(["waiting", "failed", "limited", "done", "working"]), st.integers(0, 999_999)
)


@given(COUNTS)
def test_numbers_survive_being_written(counts: dict[str, int]) -> None:
    assert parsed(written(counts)) == counts


@given(st.text())
def test_nothing_but_numbers_is_ever_printed(text: str) -> None:
    shown = line(parsed(text))
    left = shown
    for style in ("fg=yellow,bold", "fg=red,bold", "fg=yellow", "fg=green", "fg=cyan", "default"):
        left = left.replace(f"#[{style}]", "")
    assert set(left) <= set("◐✖◷✔● 0123456789")


def test_the_most_urgent_is_first_and_nothing_is_nothing() -> None:
    states = [
        *(SessionState.WORKING, SessionState.STARTING, SessionState.WAITING),
        *(SessionState.CRASHED, SessionState.FAILED, SessionState.DONE, SessionState.LIMITED),
        *(SessionState.IDLE, SessionState.QUIET, SessionState.NO_WINDOW, SessionState.UNKNOWN),
    ]
    sessions = [samples.session(samples.tree(s, s), s, s) for s in states]
    assert line(counted(sessions)) == (
        "#[fg=yellow,bold]◐1#[default] #[fg=red,bold]✖2#[default] #[fg=yellow]◷1#[default] "
        "#[fg=green]✔1#[default] #[fg=cyan]●2#[default]"
    )
    assert line(counted([s for s in sessions if s.state is SessionState.IDLE])) == ""


def test_a_repository_is_found_without_git_where_that_is_sure(world: World, tmp_path: Path) -> None:
    tree = world.worktree("auth")
    inside = tree / "a b"
    inside.mkdir()
    env = dict(os.environ)
    expected = os.path.realpath(world.repo / ".git")
    for where in (world.repo, tree, inside, world.repo / ".git" / "refs"):
        found = common_dir_near(str(where), env)
        if ".git" not in where.parts:
            assert found == expected, where
    assert common_dir_near(str(world.repo), {**env, "GIT_DIR": "/elsewhere"}) is None
    (tree / ".git").unlink()
    (tree / ".git").write_text("nonsense", encoding="utf-8")
    assert common_dir_near(str(tree), env) is None


def test_a_repository_that_was_moved_away_is_not_made_again(tmp_path: Path) -> None:
    """Moved back, it would land inside what was made in its place."""
    common = tmp_path / "repo/.git"
    common.mkdir(parents=True)
    keeper = segment.SegmentFile(str(common))
    keeper.show("done 1\n")
    (tmp_path / "repo").rename(tmp_path / "elsewhere")
    for text in ("done 1\n", "done 2\n"):
        with pytest.raises(FileNotFoundError):
            keeper.show(text)
    assert not (tmp_path / "repo").exists()
