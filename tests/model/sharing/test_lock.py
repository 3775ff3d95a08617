"""The rules of locks, hammered by a state machine."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from parallel_tui.errors import UsageError
from parallel_tui.model.sharing.granting import decide
from parallel_tui.model.sharing.lock import (
    Liveness,
    Lock,
    LockState,
    check_target,
    compile_target,
    lock_name,
)
from parallel_tui.model.text.automaton import meet

TARGETS = ["a/b_c", "a_b/c", "src/api", "src/api/x.py", "src/**", "src/*.py", "*.md", "README.md"]
OWNERS = ["auth", "api", "docs"]


class LockRules(RuleBasedStateMachine):
    """Sessions lock, release, die and take over; no path ever has two owners."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[str, Lock] = {}
        self.dead: set[str] = set()
        self.expired: set[str] = set()
        self.generations: dict[str, int] = {}

    def judge(self, lock: Lock) -> LockState:
        dead = lock.owner in self.dead
        now = 10.0 if lock.name in self.expired else 0.0
        return lock.state(now, Liveness.DEAD if dead else Liveness.UNKNOWN)

    @rule(
        owner=st.sampled_from(OWNERS),
        wishes=st.lists(st.sampled_from(TARGETS), min_size=1, max_size=3),
        take=st.booleans(),
    )
    def ask(self, owner: str, wishes: list[str], take: bool) -> None:
        before = dict(self.held)
        states = {lock: self.judge(lock) for lock in before.values()}
        decision = decide(wishes, owner, self.held.values(), judge=self.judge, take=take)
        assert bool(decision.blockers) != bool(decision.grants)
        for blocker in decision.blockers:
            assert blocker.lock.owner is not None
            if not blocker.name_shared and meet(
                compile_target(blocker.target), blocker.lock.pattern
            ):
                assert compile_target(blocker.target).matches(blocker.witness)
        for grant in decision.grants:
            old = before.get(grant.name)
            assert old is None or old.owner == owner or old in grant.breaks
            for broken in grant.breaks:
                assert states[broken] in (LockState.DEAD, LockState.TAKEABLE)
                self.held.pop(broken.name, None)
            generation = self.generations.get(grant.name, 0) + (not grant.renews)
            self.generations[grant.name] = generation
            self.expired.discard(grant.name)
            self.held[grant.name] = Lock(
                grant.name, grant.target, owner, since=0.0, ttl=5.0, generation=generation
            )
        self.dead.discard(owner)

    @rule(owner=st.sampled_from(OWNERS))
    def asking_again_changes_nothing(self, owner: str) -> None:
        mine = [lock.target for lock in self.held.values() if lock.owner == owner]
        if mine and owner not in self.dead:
            decision = decide(mine, owner, self.held.values(), judge=self.judge)
            assert all(grant.renews for grant in decision.grants)

    @rule(owner=st.sampled_from(OWNERS))
    def release(self, owner: str) -> None:
        self.held = {name: lock for name, lock in self.held.items() if lock.owner != owner}

    @rule(owner=st.sampled_from(OWNERS))
    def die(self, owner: str) -> None:
        self.dead.add(owner)

    @rule(wish=st.sampled_from(TARGETS))
    def expire(self, wish: str) -> None:
        self.expired.add(lock_name(wish))

    @invariant()
    def no_path_has_two_living_owners(self) -> None:
        firm = [lock for lock in self.held.values() if self.judge(lock) is LockState.HELD]
        for number, one in enumerate(firm):
            for other in firm[number + 1 :]:
                if one.owner != other.owner:
                    assert meet(one.pattern, other.pattern) is None


LockRules.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLockRules = LockRules.TestCase


def held(lock: Lock) -> LockState:
    return lock.state(0.0, Liveness.UNKNOWN)


def test_two_paths_with_one_name_are_told_apart() -> None:
    lock = Lock(lock_name("a/b_c"), "a/b_c", "auth")
    (blocker,) = decide(["a_b/c"], "api", [lock], judge=held).blockers
    assert blocker.name_shared
    assert blocker.lock.target == "a/b_c"
    assert decide(["a_b/c"], "auth", [lock], judge=held).blockers, "not even for its owner"


def test_a_foreign_or_unreadable_lock_is_never_broken() -> None:
    foreign = Lock("README.md", "README.md", "12345", foreign=True)
    broken = Lock("x", "x", None, problem="empty", foreign=True)
    for lock in (foreign, broken):
        decision = decide([lock.target], "api", [lock], judge=held, take=True)
        assert [each.lock for each in decision.blockers] == [lock]


@pytest.mark.parametrize(
    "bad", ["", "/etc/passwd", "../x", "a/../../x", ".git/config", "a\nb", "x" * 300, "a/[b"]
)
def test_hostile_targets_are_refused(bad: str) -> None:
    with pytest.raises(UsageError):
        check_target(bad)


def test_targets_are_normalised() -> None:
    assert check_target("./src//api/") == "src/api"
    assert check_target("src/**/") == "src/**/"
