"""What holds of every verdict, whatever the boundaries, the locks and the paths."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.model.policy import core
from parallel_tui.model.policy.boundaries import Boundaries, Territory
from parallel_tui.model.policy.change import Where, WrittenPath
from parallel_tui.model.policy.compiling import compiled_policy, levels_of
from parallel_tui.model.policy.evaluate import all_changes, lock_views, touches, uncommitted
from parallel_tui.model.session.git_status import StatusEntry, StatusKind
from parallel_tui.model.session.repository import Base
from parallel_tui.model.sharing.lock import Lock, LockState, lock_name
from parallel_tui.model.text.globs import compile_pattern

if TYPE_CHECKING:
    from parallel_tui.model.policy.formats import CompiledPolicy, LockView

BASE = Base("main", "refs/heads/main", "a" * 40, "main")
LINES = st.sampled_from(["a/**", "a/", "/a", "*.py", "!a/b", "a/*/c.py", "**/d.py", "ab", "[ab]"])
PATHS = st.sampled_from(["a", "a/b", "a/b/c.py", "d.py", "a/d.py", "ab/x", "é/f"])
NAMES = st.sampled_from(["one", "two", "shared", "none"])
TERRITORIES = st.dictionaries(
    NAMES.filter(lambda name: name != "none"),
    st.tuples(st.lists(LINES, max_size=3), st.lists(LINES, max_size=2)),
).map(
    lambda found: tuple(
        Territory(name, tuple(owns), tuple(reads), "note") for name, (owns, reads) in found.items()
    )
)
LOCKS = st.lists(
    st.builds(
        lambda target, owner: Lock(lock_name(target), target, owner, 1.0),
        st.sampled_from(["a", "a/b", "*.py", "a/**", "d.py"]),
        NAMES,
    ),
    max_size=3,
)
CHANGES = st.dictionaries(
    PATHS, st.tuples(st.frozensets(st.sampled_from(Where), min_size=1), st.booleans()), min_size=1
)


def compiled(territories: tuple[Territory, ...], *, fold: bool = False) -> CompiledPolicy:
    """Boundaries, compiled."""
    return compiled_policy(
        BASE, "b" * 40, Boundaries(territories), own_levels={}, fold=fold, now=0.0
    )


def held(locks: list[Lock]) -> list[LockView]:
    return lock_views(locks, lambda _: LockState.HELD)


@given(TERRITORIES, LOCKS, CHANGES, NAMES)
def test_every_path_has_one_verdict_and_every_refusal_a_reason(
    territories: tuple[Territory, ...],
    locks: list[Lock],
    changes: dict[str, tuple[frozenset[Where], bool]],
    who: str,
) -> None:
    policy = compiled(territories)
    found = touches(who, changes, policy, held(locks), 9.0)
    plain = [each for each in found if each.verdict != "locked"]
    assert [each.path for each in plain] == sorted(changes)
    for each in found:
        assert each.where == tuple(one for one in Where if one in changes[each.path][0])
        assert bool(each.sentence) == (each.action != "allow")
        if each.verdict == "locked":
            assert any(
                lock.owner == each.owner != who and lock.target == each.pattern for lock in locks
            )
    if policy["problems"]:
        assert {each.verdict for each in plain} == {"unknown"}
        return
    for each in plain:
        path, folder = each.path, changes[each.path][1]
        if folder:
            continue
        owners = [one.name for one in territories if _owns(one, path)]
        assert (each.verdict == "own") == (who in owners)
        assert (each.verdict == "unowned") == (not owners)
        assert (each.verdict == "shared") == (owners == ["shared"] and who != "shared")
        if each.verdict in ("foreign", "readable"):
            assert each.owner in owners


def _owns(territory: Territory, path: str) -> bool:
    last = [
        line for line in territory.owns if compile_pattern(line.removeprefix("!")).matches(path)
    ]
    return bool(last) and not last[-1].startswith("!")


@given(TERRITORIES, LOCKS, LOCKS, CHANGES, NAMES)
def test_a_further_lock_never_allows_more(
    territories: tuple[Territory, ...],
    locks: list[Lock],
    more: list[Lock],
    changes: dict[str, tuple[frozenset[Where], bool]],
    who: str,
) -> None:
    policy = compiled(territories)
    paths = [(path, "folder" if folder else "edit") for path, (_, folder) in changes.items()]
    few = core.evaluate(paths, who, policy, held(locks), 9.0)
    many = core.evaluate(paths, who, policy, held([*locks, *more]), 9.0)
    assert core.ACTIONS.index(many["action"]) >= core.ACTIONS.index(few["action"])
    assert few["verdicts"] == many["verdicts"]
    # The worst of several paths is the answer about all of them.
    alone = [core.evaluate([one], who, policy, held(locks), 9.0)["action"] for one in paths]
    assert few["action"] == max(alone, key=core.ACTIONS.index)


@given(TERRITORIES, CHANGES, NAMES)
def test_the_order_of_entries_changes_nothing(
    territories: tuple[Territory, ...],
    changes: dict[str, tuple[frozenset[Where], bool]],
    who: str,
) -> None:
    forwards = touches(who, changes, compiled(territories), [], 9.0)
    backwards = touches(who, changes, compiled(territories[::-1]), [], 9.0)
    assert [(e.path, e.verdict, e.action, e.owner) for e in forwards] == [
        (e.path, e.verdict, e.action, e.owner) for e in backwards
    ]


@given(TERRITORIES, PATHS, NAMES)
def test_case_that_does_not_count_changes_no_verdict(
    territories: tuple[Territory, ...], path: str, who: str
) -> None:
    policy = compiled(territories, fold=True)
    low = core.evaluate([(path, "edit")], who, policy, [], 9.0)
    high = core.evaluate([(path.upper(), "edit")], who, policy, [], 9.0)
    assert low["verdicts"][0][1] == high["verdicts"][0][1]


def test_levels_are_joined_and_what_is_shared_is_never_denied() -> None:
    assert levels_of({}, {}) == core.LEVELS
    assert levels_of({"level": "observe"}, {"level": "deny", "locks": "ask"}) == {
        "foreign": "observe", "readable": "observe", "shared": "observe", "unowned": "observe",
        "locks": "ask",
    }  # fmt: skip
    assert levels_of({}, {"level": "ask"})["shared"] == "warn"


def test_changes_are_told_with_all_the_places_they_stand_in() -> None:
    entries = [
        StatusEntry("new", StatusKind.RENAMED, index="R", worktree="M", origin="old"),
        StatusEntry("copy", StatusKind.RENAMED, index="C", origin="kept"),
        StatusEntry("both", StatusKind.UNMERGED, "U", "U"),
        StatusEntry("sub", StatusKind.CHANGED, worktree="M", submodule=True),
        StatusEntry("folder/", StatusKind.UNTRACKED),
    ]

    def at(*where: Where, folder: bool = False) -> tuple[frozenset[Where], bool]:
        return frozenset(where), folder

    staged, edited, untracked = Where.STAGED, Where.EDITED, Where.UNTRACKED
    assert uncommitted(entries) == {
        "new": at(staged, edited), "old": at(staged), "copy": at(staged), "both": at(edited),
        "sub": at(edited, folder=True), "folder": at(untracked, folder=True),
    }  # fmt: skip
    apart = uncommitted(entries, ["folder/x", "folder/repo/"], staged=[WrittenPath("new")])
    assert "folder" not in apart
    assert apart["folder/repo"] == at(untracked, folder=True)
    assert ("copy" in apart, "new" in apart) == (False, True)
    whole = all_changes([WrittenPath("new"), WrittenPath("gone")], uncommitted(entries))
    assert whole["new"] == at(Where.COMMITTED, staged, edited)
    assert whole["gone"] == at(Where.COMMITTED)


@pytest.mark.parametrize(
    ("state", "counts"),
    [(state, state is not LockState.DEAD) for state in LockState],
)
def test_only_a_lock_whose_owner_is_proved_dead_does_not_count(
    state: LockState, counts: bool
) -> None:
    lock = Lock("a", "a", "two", 1.0)
    assert bool(lock_views([lock], lambda _: state)) == counts
    unreadable = replace(lock, owner="two", problem="its file is a folder")
    (view,) = lock_views([unreadable], lambda _: LockState.UNKNOWN)
    assert view["owner"] is None, "nobody proves to be the owner of what cannot be read"
