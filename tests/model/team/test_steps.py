"""What starting a team would do: only what is missing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parallel_tui.model.policy.boundaries import Territory
from parallel_tui.model.team.presets import PRESETS, preset
from parallel_tui.model.team.reading import team_of
from parallel_tui.model.team.steps import (
    Existing,
    StandingSession,
    StepKind,
    TeamPlan,
    ends,
    plan,
    windows_plan,
)
from parallel_tui.model.team.team import Team
from tests.model.team.test_reading import tops


def carried_out(plan_: TeamPlan, found: Existing, team: Team | None = None) -> Existing:
    """What exists once a plan was carried out; `plan` of that has no step."""
    by_name = {each.name: each for each in found.sessions}
    branches = set(found.branches)
    territories = list(found.territories)
    tasks, after = dict(found.tasks), dict(found.after)
    for step in plan_.steps:
        match step.kind:
            case StepKind.START:
                member = next(m for m in (team.members if team else ()) if m.slug == step.session)
                by_name[step.session] = StandingSession(
                    step.session, member.branch, 1 if member.window else 0
                )
                branches.add(member.branch)
            case StepKind.WINDOW:
                old = by_name[step.session]
                by_name[step.session] = StandingSession(old.name, old.branch, 1, old.worktree)
            case StepKind.TASKS:
                tasks[step.session] = (*tasks.get(step.session, ()), *step.detail)
            case StepKind.AFTER:
                after[step.session] = step.detail
            case StepKind.BOUNDARIES:
                if team is not None:
                    territories += [t for t in team.territories if t.name in step.detail]
    return Existing(tuple(by_name.values()), frozenset(branches), tuple(territories), tasks, after)


TEAM = team_of(
    {
        "sessions": {
            "api": {"owns": ["/api/**"], "tasks": ["one", "two"]},
            "web": {"owns": ["/web/**"], "after": ["api"]},
        }
    },
    name="t",
)


def kinds(made: object) -> list[str]:
    return [f"{step.kind.value} {step.session}".strip() for step in made.steps]  # type: ignore[attr-defined]


def test_tasks_come_before_their_agents_and_boundaries_after_all_sessions() -> None:
    assert kinds(plan(TEAM, Existing())) == [
        "tasks api",
        "start api",
        "start web",
        "after web",
        "boundaries",
    ]


def test_what_is_there_is_left_as_it_is() -> None:
    found = Existing(
        (StandingSession("api", "feature/api", 1), StandingSession("main", "main")),
        frozenset({"feature/api", "feature/web"}),
        (Territory("api", ("/api/x/**",)),),
        {"api": ("two", "mine")},
    )
    made = plan(TEAM, found)
    assert kinds(made) == ["tasks api", "start web", "after web", "boundaries"]
    assert made.of(StepKind.TASKS)[0].detail == ("one",)
    assert made.of(StepKind.BOUNDARIES)[0].detail == ("web",)
    assert "from the branch that exists" in made.of(StepKind.START)[0].words
    assert made.notes == ("the boundaries of api stay as the repository's file has them",)


def test_a_session_on_the_branch_of_another_name_is_it() -> None:
    found = Existing((StandingSession("old", "feature/api"),))
    made = plan(TEAM, found)
    assert "window old" in kinds(made)
    assert "start api" not in kinds(made)
    assert made.there == {"api": "old"}
    assert made.of(StepKind.AFTER)[0].detail == ("old",)
    assert "api is there as old, on feature/api" in made.notes


def test_what_is_in_the_way_is_told_and_nothing_else_is_hidden_by_it() -> None:
    team = team_of({"sessions": {"a": {"after": ["gone"]}, "b": {}, "c": {}}}, name="t")
    found = Existing(
        (StandingSession("b", gone=True, worktree=False), StandingSession("c", worktree=False))
    )
    problems = plan(team, found).problems
    assert len(problems) == 3
    assert "its directory is gone" in problems[0]
    assert "a window has this name" in problems[1]
    assert "no such session" in problems[2]


def test_boundaries_that_would_meet_others_are_left_out_and_told() -> None:
    made = plan(TEAM, Existing(territories=(Territory("x", ("/api/v1/**",)),)))
    assert made.of(StepKind.BOUNDARIES)[0].detail == ("web",)
    assert any("api gets no boundaries" in note for note in made.notes)


def test_a_circle_with_what_was_said_before_is_in_the_way() -> None:
    found = Existing((StandingSession("api", "feature/api", 1),), after={"api": ("web",)})
    assert "circle" in plan(TEAM, found).problems[0]


def test_windows_alone_are_opened_where_there_is_none() -> None:
    found = Existing(
        (
            StandingSession("main", "main"),
            StandingSession("a", "a", 2),
            StandingSession("gone", "g", worktree=False, gone=True),
        )
    )
    assert kinds(windows_plan(found)) == ["window main"]
    assert windows_plan(carried_out(windows_plan(found), found)).steps == ()


def test_sessions_that_land_last_end_first() -> None:
    found = Existing(tuple(StandingSession(name, f"b/{name}") for name in ("web", "api", "other")))
    assert ends(TEAM, found) == ("web", "api")


def presets() -> st.SearchStrategy[Team]:
    return st.one_of(
        st.sampled_from(sorted(PRESETS)).map(preset),
        tops().map(lambda top: team_of(top, name="t")),
    )


@given(presets(), st.data())
def test_a_second_run_has_nothing_to_do_whatever_was_there(team: Team, data: st.DataObject) -> None:
    """Also after a run that was cut off after any step."""
    some = data.draw(st.sets(st.sampled_from(team.names)))
    found = Existing(
        tuple(
            StandingSession(m.slug, m.branch, data.draw(st.integers(0, 1)))
            for m in team.members
            if m.slug in some
        ),
        frozenset(m.branch for m in team.members if data.draw(st.booleans())),
    )
    made = plan(team, found)
    assert not made.problems
    cut = data.draw(st.integers(0, len(made.steps)))
    from parallel_tui.record import replace

    halfway = carried_out(replace(made, steps=made.steps[:cut]), found, team)
    rest = plan(team, halfway)
    assert [each.kind for each in rest.steps] == [each.kind for each in made.steps[cut:]]
    assert plan(team, carried_out(rest, halfway, team)).steps == ()
