"""Which window belongs to which worktree, and what sessions are called."""

from __future__ import annotations

from dataclasses import replace

from parallel_tui.model.session.join import inside, join, names_of
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.session.worktree import Worktree
from parallel_tui.model.window.window import Pane, Window

REPO = Repository("app", "/w/app/.git", "/w/app", False, "/w/app/.claude")
MAIN = Worktree("/w/app", "/w/app/.git", "a" * 40, "main", is_main=True)


def tree(name: str, path: str | None = None, **facts: str) -> Worktree:
    made = Worktree(path or f"/w/app-{name}", f"/w/app/.git/worktrees/{name}", "a" * 40, name)
    return replace(made, assigned_name=facts.get("assigned"))


def window(number: int, *paths: str, owner: str | None = None, ours: bool = False) -> Window:
    panes = tuple(
        Pane(f"%{number}{place}", 1, "sh", path, active=place == 0)
        for place, path in enumerate(paths)
    )
    return Window(f"@{number}", "$1", "s", number, f"w{number}", panes, owner=owner, ours=ours)


def test_a_neighbour_with_a_longer_name_is_not_inside() -> None:
    assert inside("/w/app", "/w/app")
    assert inside("/w/app/src", "/w/app")
    assert not inside("/w/app-auth", "/w/app")
    assert inside("/anything", "/")


def test_windows_go_where_their_panes_stand_and_nested_worktrees_win() -> None:
    nested = tree("nested", "/w/app/.worktrees/nested")
    rows = join(REPO, [MAIN, nested], [window(1, "/w/app/.worktrees/nested/src"), window(2, "/w")])
    assert [[w.id for w in row.windows] for row in rows] == [[], ["@1"]]


def test_most_panes_decide_and_the_active_one_counts_double() -> None:
    a, b = tree("a"), tree("b")
    split = window(1, "/w/app-a", "/w/app-b")
    crowd = window(2, "/w/app-a", "/w/app-b", "/w/app-b", "/w/app-b")
    rows = {row.name: [w.id for w in row.windows] for row in join(REPO, [a, b], [split, crowd])}
    assert rows == {"a": ["@1"], "b": ["@2"]}


def test_a_window_made_for_a_session_stays_its_own_wherever_it_stands() -> None:
    a, b = tree("a"), tree("b")
    strayed = window(1, "/w/app-b", owner="a", ours=True)
    foreign = window(2, "/w/app-b", owner="a", ours=False)
    rows = {row.name: [w.id for w in row.windows] for row in join(REPO, [a, b], [foreign, strayed])}
    assert rows == {"a": ["@1"], "b": ["@2"]}


def test_windows_of_ours_without_a_worktree_are_rows_and_others_are_nobodys() -> None:
    rows = join(REPO, [MAIN], [window(10, "/else", ours=True), window(9, "/else"), window(2, "")])
    assert [(row.key, row.name) for row in rows[1:]] == [("window:@10", "w10")]


def test_names_are_unique_and_assigned_ones_win() -> None:
    trees = [
        MAIN,
        tree("x", "/w/app-auth"),
        tree("y", "/elsewhere/app-auth"),
        tree("z", "/w/q", assigned="auth"),
    ]
    names = names_of(REPO, trees)
    assert names[MAIN.git_dir] == "main"
    assert names[trees[3].git_dir] == "auth"
    assert len(set(names.values())) == 4
