"""One `git update-ref` for many transactions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.ref_session import RefSession
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.errors import RefusedError
from tests.support.world import World


@pytest.fixture
def runner(world: World) -> Runner:
    return Runner(discover(str(world.repo)))


@pytest.fixture
def session(runner: Runner) -> Iterator[RefSession]:
    made = RefSession(runner)
    yield made
    made.close()


def test_each_change_is_on_disk_at_once_and_all_take_one_process(
    world: World, runner: Runner, session: RefSession
) -> None:
    head = world.git("rev-parse", "HEAD").strip()
    for number in range(5):
        ref = f"refs/pdev/x/ünï-{number}"
        session.create(ref, head)
        assert world.git("rev-parse", ref).strip() == head
    session.delete("refs/pdev/x/ünï-0", head)
    assert len(world.git("for-each-ref", "refs/pdev").splitlines()) == 4
    assert runner.started == 1


def test_a_refusal_changes_nothing_and_the_next_change_works(
    world: World, runner: Runner, session: RefSession
) -> None:
    head = world.git("rev-parse", "HEAD").strip()
    session.create("refs/pdev/a", head)
    with pytest.raises(RefusedError, match="already exists"):
        session.create("refs/pdev/a", head)
    with pytest.raises(RefusedError, match="git update-ref failed"):
        session.create("refs/pdev/a/below", head)
    with pytest.raises(RefusedError, match="git update-ref failed"):
        session.delete("refs/pdev/a", "1" * 40)
    session.create("refs/pdev/b", head)
    assert world.git("for-each-ref", "--format=%(refname)", "refs/pdev").split() == [
        "refs/pdev/a",
        "refs/pdev/b",
    ]


def test_a_hook_that_refuses_is_a_refusal(world: World, session: RefSession) -> None:
    hook = world.write(".git/hooks/reference-transaction", '#!/bin/sh\n[ "$1" != prepared ]\n')
    hook.chmod(0o755)
    with pytest.raises(RefusedError, match="the reference-transaction hook refused"):
        session.create("refs/pdev/a", world.git("rev-parse", "HEAD").strip())
    assert world.git("for-each-ref", "refs/pdev") == ""
