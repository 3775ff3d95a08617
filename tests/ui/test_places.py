"""Which repositories the words of a command line stand for."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from parallel_tui.errors import UsageError
from parallel_tui.first_list import repositories_in
from parallel_tui.places import MOST, RepositoryPlace, labels, places
from parallel_tui.ui.several.coming import FolderChanged
from parallel_tui.ui.several.rows import Listing, heading
from parallel_tui.ui.start import launch, several
from parallel_tui.ui.start.several import splash
from tests.support.world import World


def test_a_folder_stands_for_the_main_worktrees_in_it(world: World) -> None:
    """Bare ones and those with a git directory elsewhere count; further worktrees do not."""
    world.worktree("api")
    root = world.root
    world.git("init", "-q", "--bare", str(root / "Library.git"), cwd=root)
    world.git("init", "-q", f"--separate-git-dir={root}/elsewhere.d", str(root / "apart"), cwd=root)
    world.git("init", "-q", str(root / "-od\nd [b]"), cwd=root)
    world.git("init", "-q", str(root / "deep/inner"), cwd=root)
    (root / "notes").mkdir()
    found = places([str(root)])
    names = ["-od\nd [b]", "apart", "myapp", "Library"]
    assert [place.name for place in found if place.located] == names
    assert "  api" in splash(found, 80, 24)
    assert "\n" not in splash(found, 80, 24).replace("\r\n", "")
    assert len(splash(found, 80, 5).splitlines()) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "To show the repositories in it together: pdev-tui"),
        (["--demo", "."], "--demo shows a repository of its own"),
        ([""], "No directory is named"),
        (["nothing", "."], None),
    ],
)
def test_words_that_show_nothing_say_what_does(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str | None,
) -> None:
    """In a folder that holds repositories and is none."""
    shown: list[int] = []
    monkeypatch.chdir(world.root)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)

    def show(found: Sequence[RepositoryPlace], *_: object) -> int:
        shown.append(len(found))
        return 0

    monkeypatch.setattr(launch, "_shown_together", show)
    status = launch.main(words)
    if said is None:
        assert (status, shown) == (0, [2])
    else:
        assert status
        assert said in capsys.readouterr().err


def test_each_repository_is_shown_once_and_a_wrong_name_has_a_reason(world: World) -> None:
    """Named by a worktree, a subfolder and itself it is one; what is nothing says so."""
    api = world.worktree("api")
    nothing = world.root / "nothing"
    found = places([str(api), str(world.repo / "src"), str(world.repo), str(nothing)])
    assert [place.name for place in found] == ["myapp", "nothing"]
    assert found[1].problem is not None
    assert "is not a directory" in found[1].problem.message
    (nothing / "empty").mkdir(parents=True)
    with pytest.raises(UsageError, match="is not inside a git repository"):
        places([str(nothing), str(nothing / "empty")])


def test_more_than_can_be_shown_are_refused(world: World) -> None:
    """Each has threads and processes: a folder of hundreds is a mistake."""
    for number in range(MOST + 1):
        (world.root / f"{number}/.git/HEAD").mkdir(parents=True)
    with pytest.raises(UsageError, match=f"more than {MOST}"):
        places([str(world.root)])


def test_one_too_many_in_a_folder_is_told_of_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shown when there is room for it."""
    monkeypatch.setattr(several, "MOST", 2)
    root, told = str(world.root), list[FolderChanged]()
    made = several.Several(places([root]), {})
    made._app = cast("Any", SimpleNamespace(post_message=told.append))
    for name in ("new", "one more"):
        world.git("init", "-q", str(world.root / name), cwd=world.root)
    for _ in range(2):
        assert not made._look(root, repositories_in(root))
    assert [(len(each.came), each.said) for each in told] == [
        (1, "one more is not shown: 2 repositories are shown at most.")
    ]
    shutil.rmtree(world.root / "new")
    made._look(root, repositories_in(root))
    assert (len(told[1].came), told[1].gone, told[1].said) == (1, [f"{root}/new"], "")
    made.stop()


def test_equal_names_are_told_apart_by_their_directories() -> None:
    """The others keep their short names."""
    named = [("app", "/a/app"), ("lib", "/a/lib"), ("app", "/b/app")]
    assert labels(named) == ("app (/a/app)", "lib", "app (/b/app)")


def test_a_heading_takes_no_text_for_markup() -> None:
    """Nor control characters."""
    row = heading(Listing("0", "[b]\x1b[31mx", problem="no\nsuch [thing]", busy="removing"))
    assert "".join(text for text, _ in row.whole).isprintable()
