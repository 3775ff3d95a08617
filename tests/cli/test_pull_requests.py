"""Pull requests: asked of a program that is really run, and fetched from a real remote."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from parallel_tui.adapters.disk import seen_requests
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.hosting.programs_of_hosts import HostPrograms
from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.errors import CouldNotLookError
from parallel_tui.model.pull_request import (
    PullRequest,
    RequestChecks,
    RequestState,
    by_branch,
    label,
    of_github,
)
from parallel_tui.ui.app import ParallelApp
from tests.cli.running import Ran, pdev
from tests.support.world import World
from tests.ui.harness import on_screen, settle, until

RUN = {"__typename": "CheckRun", "status": "COMPLETED", "conclusion": "SUCCESS", "name": "test"}
STATUS = {"__typename": "StatusContext", "state": "SUCCESS", "context": "ci"}


def gh_row(number: int, branch: str, **more: Any) -> dict[str, Any]:
    """A request as `gh pr list --json` documents it."""
    row = {
        "number": number,
        "headRefName": branch,
        "state": "OPEN",
        "isDraft": False,
        "title": f"Do [b]{branch}[/b]",
        "url": f"https://host.example/pull/{number}",
        "statusCheckRollup": [RUN, STATUS],
    }
    return {**row, **more}


def stand_in(world: World, name: str, answer: object, *, status: int = 0) -> dict[str, str]:
    """Put a program on the path that answers so, and counts how often it is asked."""
    folder = world.root / "bin"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(answer))
    program = folder / name
    program.write_text(
        f'#!/bin/sh\npwd >> "{folder}/{name}.asked"\nprintf "%s\\n" "$@" > "{folder}/{name}.args"\n'
        + (f'cat "{folder}/{name}.json"\n' if not status else 'echo "not signed in" >&2\n')
        + f"exit {status}\n"
    )
    program.chmod(0o755)
    return {**world.env, "PATH": f"{folder}{os.pathsep}{world.env['PATH']}"}


def asked(world: World, name: str = "gh") -> int:
    told = world.root / "bin" / f"{name}.asked"
    return len(told.read_text().splitlines()) if told.exists() else 0


def hosts(world: World, env: Mapping[str, str]) -> HostPrograms:
    core = open_core(Overrides(str(world.repo), {}), dict(world.env))
    return HostPrograms(Runner(core.repository), env, lambda: 5.0)


@pytest.fixture
def hosted(world: World) -> World:
    """A repository with a bare remote, which keeps two requests as services do."""
    bare = world.root / "origin.git"
    world.git("clone", "-q", "--bare", str(world.repo), str(bare), cwd=world.root)
    world.git("remote", "add", "origin", str(bare))
    world.git("fetch", "-q", "origin")
    theirs = world.root / "theirs"
    world.git("clone", "-q", str(bare), str(theirs), cwd=world.root)
    world.commit("pr", "theirs\n", cwd=theirs)
    world.git("push", "-q", "origin", "HEAD:refs/pull/12/head", cwd=theirs)
    world.commit("mr", "theirs\n", cwd=theirs)
    world.git("push", "-q", "origin", "HEAD:refs/merge-requests/7/head", cwd=theirs)
    return world


def test_all_requests_come_in_one_question(hosted: World) -> None:
    env = stand_in(hosted, "gh", [gh_row(3, "feature/a"), gh_row(9, "x", state="MERGED")])
    found = hosts(hosted, env).all()
    assert [(each.number, each.state, each.checks) for each in found] == [
        (3, RequestState.OPEN, RequestChecks.PASS),
        (9, RequestState.MERGED, RequestChecks.PASS),
    ]
    assert (hosted.root / "bin/gh.asked").read_text().split() == [str(hosted.repo)]
    args = (hosted.root / "bin/gh.args").read_text().splitlines()
    assert args[:4] == ["pr", "list", "--state", "all"]


def test_merge_requests_come_from_glab(hosted: World) -> None:
    rows = [
        {"iid": 4, "source_branch": "feature/a", "state": "opened", "draft": True,
         "title": "Draft: x", "web_url": "https://host.example/4"},
    ]  # fmt: skip
    (found,) = hosts(hosted, stand_in(hosted, "glab", rows)).all()
    assert (found.number, found.branch, found.state) == (4, "feature/a", RequestState.DRAFT)
    assert (found.checks, asked(hosted, "glab")) == (RequestChecks.NONE, 1)


@pytest.mark.parametrize(
    ("status", "checks"),
    [
        ("SUCCESS", RequestChecks.PASS),
        ("FAILED", RequestChecks.FAIL),
        ("RUNNING", RequestChecks.RUN),
        ("SKIPPED", RequestChecks.NONE),
        ("NEWLY_INVENTED", RequestChecks.NONE),
        (None, RequestChecks.NONE),
    ],
)
def test_what_pipelines_say_is_asked_of_glab_too(
    hosted: World, status: str | None, checks: RequestChecks
) -> None:
    rows = [
        {"iid": 4, "source_branch": "a", "state": "opened", "title": "x",
         "web_url": "https://host.example/4", "references": {"full": "team/my.app!4"}},
        {"iid": 3, "source_branch": "b", "state": "merged", "title": "y",
         "web_url": "https://host.example/3", "references": {"full": "team/my.app!3"}},
    ]  # fmt: skip
    env = stand_in(hosted, "glab", rows)
    folder = hosted.root / "bin"
    node = {"iid": "4", "headPipeline": {"status": status} if status else None}
    told = {"data": {"project": {"mergeRequests": {"nodes": [node]}}}}
    (folder / "pipelines.json").write_text(json.dumps(told))
    listing = (folder / "glab").read_text().replace("#!/bin/sh\n", "", 1)
    (folder / "glab").write_text(
        f'#!/bin/sh\nif [ "$1" = api ]; then printf "%s\\n" "$@" > "{folder}/query"; '
        f'cat "{folder}/pipelines.json"; exit; fi\n{listing}'
    )
    found = {each.number: each.checks for each in hosts(hosted, env).all()}
    assert found == {4: checks, 3: RequestChecks.NONE}
    query = (folder / "query").read_text()
    assert query.startswith("api\ngraphql\n-f\nquery=query {")
    assert 'project(fullPath: "team/my.app")' in query
    assert 'mergeRequests(iids: ["4"])' in query


@pytest.mark.parametrize("answer", [{"no": "list"}, [{"number": "x"}], [1]])
def test_an_answer_that_is_none_is_no_answer(hosted: World, answer: object) -> None:
    with pytest.raises(CouldNotLookError, match="its answer cannot be read"):
        hosts(hosted, stand_in(hosted, "gh", answer)).all()


def test_who_is_not_signed_in_is_told_so(hosted: World) -> None:
    with pytest.raises(CouldNotLookError, match="gh: not signed in"):
        hosts(hosted, stand_in(hosted, "gh", [], status=4)).all()


def test_without_a_remote_nobody_is_asked(world: World) -> None:
    env = stand_in(world, "gh", [])
    assert not hosts(world, env).possible()
    assert hosts(world, env).all() == ()
    assert asked(world) == 0


@pytest.mark.parametrize(
    ("rows", "checks"),
    [
        ([], RequestChecks.NONE),
        ([RUN, STATUS], RequestChecks.PASS),
        ([RUN, {**RUN, "conclusion": "FAILURE"}], RequestChecks.FAIL),
        ([RUN, {**RUN, "status": "IN_PROGRESS", "conclusion": ""}], RequestChecks.RUN),
        ([{**STATUS, "state": "PENDING"}], RequestChecks.RUN),
        ([{**STATUS, "state": "ERROR"}, {**RUN, "conclusion": ""}], RequestChecks.FAIL),
        ([{**RUN, "conclusion": "SKIPPED"}], RequestChecks.PASS),
    ],
)
def test_checks_are_as_good_as_the_worst_of_them(rows: list[Any], checks: RequestChecks) -> None:
    (found,) = of_github([gh_row(1, "a", statusCheckRollup=rows)], 0.0)
    assert found.checks is checks


def test_of_several_requests_of_a_branch_the_open_one_counts() -> None:
    old = PullRequest(1, "a", RequestState.OPEN)
    new = PullRequest(2, "a", RequestState.CLOSED)
    assert by_branch([new, old])["a"] is old
    assert label(old) == "#1"
    assert label(PullRequest(2, "a", RequestState.MERGED, RequestChecks.PASS)) == "#2 merged ✓"


async def test_the_dashboard_asks_once_and_commands_never(hosted: World) -> None:
    hosted.worktree("a")
    env = stand_in(hosted, "gh", [gh_row(3, "feature/a")])

    def listed() -> Any:
        told = pdev("list", "--json", cwd=hosted.repo, env=env)
        (found,) = [each for each in told.json["sessions"] if each["name"] == "a"]
        return found

    assert "request" not in listed()
    given = {"tmux.socket": hosted.socket, "agent": ""}
    app = ParallelApp(lambda: open_core(Overrides(str(hosted.repo), given), env), env=env)
    async with app.run_test(size=(200, 50)) as pilot:
        await settle(pilot)
        await until(pilot, lambda: "#3 ✓" in on_screen(pilot))
        assert asked(hosted) == 1
    request = listed()["request"]
    assert (request["number"], request["state"], request["checks"]) == (3, "open", "pass")
    shown = pdev("status", "a", cwd=hosted.repo, env=env).out
    assert "#3 open, its checks pass: Do [b]feature/a[/b], https://host.example/pull/3" in shown
    assert asked(hosted) == 1, "commands ask nobody"


async def test_a_failure_is_a_note_and_nothing_else(hosted: World) -> None:
    env = stand_in(hosted, "gh", [], status=4)
    given = {"tmux.socket": hosted.socket, "agent": ""}
    app = ParallelApp(lambda: open_core(Overrides(str(hosted.repo), given), env), env=env)
    async with app.run_test(size=(200, 50)) as pilot:
        await settle(pilot)
        await until(pilot, lambda: "Pull requests are not known: gh: not signed in" in
                    on_screen(pilot))  # fmt: skip


def spawn(world: World, *words: str) -> Ran:
    more = ("spawn", *words, "--no-window", "--no-agent")
    return pdev("--tmux-socket", world.socket, *more, cwd=world.repo, env=world.env)


@pytest.mark.parametrize(("number", "file"), [(12, "pr"), (7, "mr")])
def test_a_session_starts_from_a_request(hosted: World, number: int, file: str) -> None:
    told = spawn(hosted, "--pr", str(number))
    assert told.status == 0, told.err
    tree = hosted.root / f"myapp-pr-{number}"
    assert (tree / file).read_text() == "theirs\n"
    assert hosted.git("branch", "--show-current", cwd=tree).strip() == f"pr-{number}"
    assert spawn(hosted, "review", "--pr", str(number), "--branch", "mine").status == 0
    assert (hosted.root / "myapp-review" / file).exists()


def test_a_request_that_is_not_there_is_one_sentence(hosted: World) -> None:
    told = spawn(hosted, "--pr", "99", "--json")
    assert (told.status, told.json["error"]["message"]) == (2, "origin has no pull request 99")
    assert spawn(hosted, "--pr", "0").status == 2
    assert spawn(hosted).status == 2
    hosted.git("remote", "set-url", "origin", str(hosted.root / "gone"))
    told = spawn(hosted, "--pr", "12", "--json")
    assert told.status != 0
    assert "origin could not be asked for pull request 12" in told.json["error"]["message"]


def test_without_a_remote_there_are_none(world: World) -> None:
    assert "no remote" in spawn(world, "--pr", "1", "--json").json["error"]["message"]


def test_what_is_kept_for_commands_may_be_anything(tmp_path: Path) -> None:
    place = str(tmp_path)
    seen_requests.keep(place, [PullRequest(1, "a", RequestState.OPEN, seen=100.0)])
    assert [each.number for each in seen_requests.read(place, 100.0)] == [1]
    assert seen_requests.read(place, 100.0 + seen_requests.OLD) == (), "old"
    for odd in ("", "[]", '{"schema": 1, "requests": [{"number": []}]}', '{"schema": 2}', "\xff"):
        Path(seen_requests.path_in(place)).write_text(odd, encoding="latin-1")
        assert seen_requests.read(place, 100.0) == ()


def test_the_doctor_says_whether_they_can_be_asked_for(hosted: World) -> None:
    def found(env: dict[str, str]) -> list[tuple[str, str]]:
        core = open_core(Overrides(str(hosted.repo), {}), env)
        every = core.doctor.examine()
        return [(each.severity.value, each.what) for each in every if each.topic == "requests"]

    env = stand_in(hosted, "gh", [gh_row(3, "feature/a")])
    assert found(env) == [("good", "1 pull request can be asked for")]
    env = stand_in(hosted, "gh", [], status=4)
    ((severity, said),) = found(env)
    assert (severity, "not signed in" in said) == ("could not look", True)
    assert found({**env, "PDEV_REQUESTS": "false"}) == []
