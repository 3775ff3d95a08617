"""Consents, differences between two looks, and what counts as a loss."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.model.lifecycle import losses
from parallel_tui.model.lifecycle.removal import ALL, Loss, LossKind, RemovalPlan, differences
from parallel_tui.model.session.git_status import StatusEntry, StatusKind
from parallel_tui.model.session.session import SessionState
from parallel_tui.model.session.state import SHELLS, evidence_of_window
from parallel_tui.model.window.window import Pane, Window

PLAN = RemovalPlan("key", "auth", "/x/auth", "feature/auth", "a" * 40)
KINDS = st.sets(st.sampled_from(LossKind))


@given(KINDS, st.sets(st.sampled_from([*(kind.value for kind in LossKind), ALL, "yes", ""])))
def test_a_loss_is_covered_by_its_own_word_or_by_all(kinds: set[LossKind], words: set[str]) -> None:
    plan = replace(PLAN, losses=tuple(Loss(kind, kind.value) for kind in kinds))
    left = {loss.kind.value for loss in plan.unconsented(words)}
    assert left == (set() if ALL in words else {kind.value for kind in kinds} - words)


@given(KINDS, KINDS)
def test_differences_name_every_loss_that_came_or_went(
    before: set[LossKind], after: set[LossKind]
) -> None:
    def plan(kinds: set[LossKind]) -> RemovalPlan:
        return replace(PLAN, losses=tuple(Loss(kind, f"<{kind.value}>") for kind in kinds))

    text = "; ".join(differences(plan(before), plan(after)))
    assert text
    for kind in LossKind:
        assert (f"<{kind.value}>" in text) == (kind in before ^ after)


def test_differences_in_place() -> None:
    assert differences(PLAN, replace(PLAN, branch=None)) == ("it is on no branch now",)
    assert differences(PLAN, replace(PLAN, head="b" * 40)) == ("it has other commits",)
    assert differences(PLAN, replace(PLAN, windows=("@1",))) == ("its windows are others",)
    assert differences(PLAN, PLAN) == ("files in it were edited",)


def test_uncommitted_work_by_kind() -> None:
    entries = [
        StatusEntry("both", StatusKind.CHANGED, "M", "M"),
        StatusEntry("fight", StatusKind.UNMERGED, "U", "U"),
        StatusEntry("mine", StatusKind.UNTRACKED),
        StatusEntry("brought/", StatusKind.UNTRACKED),
    ]
    found = {loss.kind: loss.items for loss in losses.uncommitted(entries, "brought/".__eq__)}
    assert found == {
        LossKind.CONFLICTED: ("fight",),
        LossKind.STAGED: ("both",),
        LossKind.MODIFIED: ("both",),
        LossKind.UNTRACKED: ("mine",),
    }


def _window(*commands: str, ours: bool = True, dead: bool = False) -> Window:
    panes = tuple(Pane(f"%{n}", n, word, "/x", dead=dead) for n, word in enumerate(commands))
    return Window("@1", "$1", "s", 0, "w", panes, ours=ours)


def test_only_a_shell_at_rest_in_our_own_session_is_closed_unasked() -> None:
    assert not losses.needs_consent(_window("zsh", "-bash"))
    assert not losses.needs_consent(_window("vim", dead=True))
    assert losses.needs_consent(_window("zsh", "vim"))
    assert losses.needs_consent(_window("zsh", ours=False))


@pytest.mark.parametrize("shell", sorted(SHELLS))
def test_a_shell_at_rest_is_idle_on_screen_and_needs_no_consent(shell: str) -> None:
    shown = evidence_of_window(_window(shell), now=0.0)
    assert shown.state is SessionState.IDLE
    assert not losses.needs_consent(_window(shell))


def test_notes_say_what_becomes_of_the_branch_and_lose_nothing() -> None:
    plan = RemovalPlan("k", "auth", "/p", "feature/auth", "0" * 40)
    stays = "the branch feature/auth stays, 2 commits of it not pushed"
    plan = replace(plan, notes=("1 stash stays", stays))
    assert plan.told(delete_branch=False) == plan.notes
    goes = "the branch feature/auth is deleted too, 2 commits of it not pushed"
    assert plan.told(delete_branch=True) == ("1 stash stays", goes)
    assert replace(plan, branch=None).told(delete_branch=True) == plan.notes
