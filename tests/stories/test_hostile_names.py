"""Names that look like markup, formats, options and commands are shown, and nothing else."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from parallel_tui.model.session.naming import slugify
from tests.stories.user import User
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = [pytest.mark.story, pytest.mark.tmux]

TYPED = (
    "two words",
    "[red]",
    "[/x]",
    "#{pid}",
    "#(touch hacked)",
    "$(date>hacked)",
    "`id>hacked`; touch hacked",
    "🎉 émoji",
    "-rf",
    "long" * 49 + "tail",
)

DIRECTORIES = (
    "w [red]",
    "w [/x]",
    "w #{pid}",
    "w #(touch hacked)",
    "w $(touch hacked)",
    "-w; touch hacked",
    "w 🎉",
    "w\nline",
    "w" * 200,
)

BRANCHES = (
    "x/#(touch${IFS}hacked)",
    "x/$(touch${IFS}hacked)",
    "x/#{pid}",
    "x/🎉",
    "x/;touch${IFS}hacked",
    "x/\N{RIGHT-TO-LEFT OVERRIDE}abc",
)


def _nothing_was_executed(world: World) -> None:
    places = (world.root, Path(world.env["HOME"]), Path.cwd())
    found = [path for place in places for path in place.rglob("hacked*")]
    assert found == []


def _is_gone(place: Path) -> bool:
    return not place.exists()


def test_names_typed_into_the_form(user: User, world: World) -> None:
    """Whatever is typed becomes a plain name, which is told before it is made."""
    user.opens_dashboard()
    for text in TYPED:
        name = slugify(text).value
        user.presses("n").sees("New session").types(text)
        # To its last letter: a part of it may give the same name.
        user.sees(f"window   {name}", f"{text[-5:]}' →")
        user.presses("Enter").sees_no_more("New session")
        # The cursor goes there when all of it is done. Long names are cut in the list.
        user.sees_cursor(name[:12])
        assert (world.root / f"myapp-{name}").is_dir()
    windows = world.tmux("list-windows", "-a", "-F", "#{window_name}").splitlines()
    assert windows == [slugify(text).value for text in TYPED]

    # Nothing can be made of this one, and the form says so.
    user.presses("n").sees("New session").types("🎉🎉").sees("No session name can be made of")
    user.presses("Enter").sees("New session").presses("Escape").sees_no_more("New session")

    # And they can be removed, the plain, the odd and the long.
    for text in (TYPED[1], TYPED[5], TYPED[-1]):
        name = slugify(text).value
        user.selects(name[:12]).presses("d").sees("Nothing would be lost.").presses("Enter")
        user.sees_no_more("Nothing would be lost.").sees_no_row(f" {name[:12]}")
        place = world.root / f"myapp-{name}"
        eventually(partial(_is_gone, place), what="its folder is gone")
    _nothing_was_executed(world)
    user.quits()


def test_names_given_by_git_and_tmux_elsewhere(user: User, world: World) -> None:
    """Directories, branches and windows that others named are shown, entered and removed."""
    for number, directory in enumerate(DIRECTORIES):
        path = str(world.root / directory)
        world.git("worktree", "add", "-q", "-b", f"d{number}/b", "--", path)
    for number, branch in enumerate(BRANCHES):
        world.git("worktree", "add", "-q", "-b", branch, str(world.root / f"b{number}"))
    for name in ("[red]", "[/x]", "##{pid}", "##(touch hacked)", "$(touch hacked)", "🎉"):
        world.window(name, world.repo)

    user.resizes(120, 60)  # as high as all windows need
    user.opens_dashboard().sees(f"{len(DIRECTORIES) + len(BRANCHES)} sessions")
    for number in range(len(DIRECTORIES)):
        user.sees_row(f"d{number}/b", "clean")
    shown = [branch[:14] for branch in BRANCHES[:-1]]
    for branch in shown:
        user.sees_row(branch, "clean")
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in user.screen()
    user.sees("work:0 [red]", "work:1 [/x]", "work:2 #{pid}", "work:3 #(touch h", "work:5 🎉")

    # Entered: each window opens in just that directory.
    for branch in ("d3/b", "d5/b", "d8/b", shown[0]):
        user.selects(branch).presses("i").sees("Made by")
        user.presses("Enter").sees("[myapp]").sees_no_more("Sessions").detaches().sees("Sessions")
        user.sees_row(branch, "idle")
    opened = world.tmux("list-panes", "-s", "-t", "=myapp", "-F", "#{pane_current_path}")
    wanted = [str(world.root / name) for name in (DIRECTORIES[3], DIRECTORIES[5], DIRECTORIES[8])]
    assert opened.splitlines() == [*wanted, str(world.root / "b0")]

    # Removed: from the screen, from git and from the disk.
    for branch in ("d1/b", "d2/b", "d4/b", "d7/b", *shown[1:3]):
        user.selects(branch).presses("d").sees("Nothing would be lost.").presses("Enter")
        user.sees_no_more("Nothing would be lost.").sees_no_row(branch)
    listed = world.git("worktree", "list", "--porcelain", "-z").split("\0")
    for name in (*(DIRECTORIES[number] for number in (1, 2, 4, 7)), "b1", "b2"):
        assert not (world.root / name).exists()
        assert f"worktree {world.root / name}" not in listed
    _nothing_was_executed(world)
    user.quits()
