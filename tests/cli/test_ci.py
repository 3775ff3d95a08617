"""`pdev ci check` on clones as services make them: no local branch but one, no tmux, no state."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import Ran, pdev
from tests.support.world import World

LINES = "".join(f"{n}\n" for n in range(1, 21))
GITHUB = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "team/app"}


def lines(number: int, word: str) -> str:
    return LINES.replace(f"\n{number}\n", f"\n{word}\n", 1)


@dataclass
class Remote:
    """A remote repository, and the clones that runs are made in.

    Attributes:
        world: What it was pushed from.
        commits: The tips of its branches.
    """

    world: World
    commits: dict[str, str]

    @property
    def url(self) -> str:
        """Where it is."""
        return str(self.world.root / "remote.git")

    def branch(self, name: str, path: str, text: str, start: str = "main") -> str:
        """Push a branch with one commit."""
        self.world.git("checkout", "-q", "-B", name, start)
        self.commits[name] = self.world.commit(path, text, message=f"work of {name}")
        self.push(name)
        self.world.git("checkout", "-q", "main")
        return self.commits[name]

    def push(self, *refs: str) -> None:
        """Push references."""
        self.world.git("push", "-q", "-f", self.url, *refs)

    def clone(self, at: str, *, branch: str = "", depth: int = 0) -> Path:
        """Clone as `actions/checkout` does: one fetch into an empty repository, then a checkout."""
        path = self.world.root / f"run-{len(list(self.world.root.glob('run-*')))}"
        git = self.world.git
        git("init", "-q", str(path), cwd=self.world.root)
        git("remote", "add", "origin", f"file://{self.url}", cwd=path)
        wanted = [f"--depth={depth}", at] if depth else []
        git("fetch", "-q", "origin", *wanted, "+refs/heads/*:refs/remotes/origin/*", cwd=path)
        git("fetch", "-q", *wanted[:1], "origin", at, cwd=path)
        where = ["-B", branch, f"refs/remotes/origin/{branch}"] if branch else ["--detach", at]
        git("checkout", "-q", "--force", *where, cwd=path)
        return path

    def event(self, payload: object) -> str:
        """A file that describes an event."""
        return str(self.world.write("event.json", json.dumps(payload), cwd=self.world.root))


@pytest.fixture
def remote(world: World) -> Remote:
    """`main`; `feature/one`, which nobody else meets; `fix/other` and `feature/far` nearby."""
    made = Remote(world, {"main": world.commit("f", LINES)})
    world.git("clone", "-q", "--bare", str(world.repo), made.url, cwd=world.root)
    made.branch("feature/one", "f", lines(5, "one"))
    made.branch("feature/far", "f", lines(15, "far"))
    made.branch("fix/other", "g", "new\n")
    return made


def check(remote: Remote, cwd: Path, *more: str, **env: str) -> Ran:
    # No tmux at all, and nothing that tells who we are.
    return pdev("ci", "check", *more, cwd=cwd, env={**remote.world.env, **env})


def pull_request(remote: Remote, head: str, name: str, *, fork: bool = False) -> dict[str, str]:
    whose = "stranger/app" if fork else "team/app"
    payload = {
        "pull_request": {
            "head": {"sha": head, "ref": name, "repo": {"full_name": whose}},
            "base": {"ref": "main", "repo": {"full_name": "team/app"}},
        }
    }
    return {
        **GITHUB,
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_BASE_REF": "main",
        "GITHUB_HEAD_REF": name,
        "GITHUB_EVENT_PATH": remote.event(payload),
    }


def push(remote: Remote, name: str) -> dict[str, str]:
    return {
        **GITHUB,
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_REF": f"refs/heads/{name}",
        "GITHUB_SHA": remote.commits[name],
        "GITHUB_EVENT_PATH": remote.event({"repository": {"default_branch": "main"}}),
    }


def pairs(ran: Ran) -> dict[str, int]:
    """Branches with their level, of those that are other work."""
    return {each["b"]: each["level"] for each in ran.json["pairs"] if each["relation"] == "apart"}


def test_a_push_that_meets_another_branch_is_annotated_and_passes(remote: Remote) -> None:
    clone = remote.clone(remote.commits["feature/one"], branch="feature/one")
    env = push(remote, "feature/one")
    ran = check(remote, clone, **env)
    assert ran.status == 0, ran.err
    (note,) = [line for line in ran.out.splitlines() if line.startswith("::")]
    assert note.startswith("::notice file=f,title=Also changed in another branch::")
    assert "origin/feature/far at line 15 of origin/main" in note
    assert "same-file  feature/one × origin/feature/far: f" in ran.out
    assert "fix/other" not in ran.out
    assert "It merges to origin/main, and meets 1 of 2 other branches." in ran.err
    told = check(remote, clone, "--json", **env)
    assert pairs(told) == {"origin/feature/far": 1, "origin/fix/other": 0}
    assert told.json["against"] == {"name": "origin/main", "commit": remote.commits["main"]}
    assert told.json["head"] == {"name": "feature/one", "commit": remote.commits["feature/one"]}
    assert "::" not in told.out


def test_what_conflicts_with_base_fails_and_names_the_file(remote: Remote) -> None:
    remote.commits["main"] = remote.world.commit("f", lines(5, "main"))
    remote.push("main")
    clone = remote.clone(remote.commits["feature/one"], branch="feature/one")
    ran = check(remote, clone, **push(remote, "feature/one"))
    assert ran.status == 1
    assert "conflict   feature/one × origin/main: f (content)" in ran.out
    assert "::error file=f,title=Conflict with origin/main::" in ran.out
    assert "does not merge to origin/main" in ran.err


def test_base_is_the_remote_branch_and_not_an_old_local_one(remote: Remote) -> None:
    clone = remote.clone(remote.commits["feature/one"], branch="feature/one")
    remote.world.git("branch", "main", "origin/main", cwd=clone)  # a runner that keeps its clone
    remote.world.commit("f", lines(5, "main"))
    remote.push("main")
    remote.world.git("fetch", "-q", "origin", cwd=clone)
    assert check(remote, clone, **push(remote, "feature/one")).status == 1
    assert check(remote, clone).status == 1  # by hand, without any service


def test_two_branches_that_conflict_are_a_warning(remote: Remote) -> None:
    remote.branch("feature/two", "f", lines(5, "two"))
    clone = remote.clone(remote.commits["feature/one"], branch="feature/one")
    env = push(remote, "feature/one")
    ran = check(remote, clone, **env)
    assert ran.status == 0
    assert "::warning file=f,title=Conflict with another branch::" in ran.out
    assert ran.out.index("feature/two") < ran.out.index("feature/far")
    only = check(remote, clone, "--branch", "fix/**", "--json", **env)
    assert pairs(only) == {"origin/fix/other": 0}


@pytest.mark.parametrize("merged", [False, True], ids=["at its head", "at GitHub's merge"])
def test_a_pull_request_is_judged_by_its_own_commit(remote: Remote, merged: bool) -> None:
    head = remote.commits["feature/one"]
    world = remote.world
    world.git("checkout", "-q", "--detach", "main")
    world.git("merge", "-q", "--no-ff", "-m", "merge", head)
    merge = world.git("rev-parse", "HEAD").strip()
    remote.push(f"{merge}:refs/pull/7/merge", f"{head}:refs/pull/7/head")
    clone = remote.clone(merge if merged else head)
    env = pull_request(remote, head, "feature/one")
    told = check(remote, clone, "--json", GITHUB_SHA=merge, **env)
    assert told.status == 0, told.err
    assert told.json["head"]["commit"] == head
    assert pairs(told) == {"origin/feature/far": 1, "origin/fix/other": 0}
    # The description of the event may be missing; the merge still tells whose work it is.
    if merged:
        env.pop("GITHUB_EVENT_PATH")
        bare = check(remote, clone, "--json", GITHUB_SHA=merge, **env)
        assert bare.json["head"]["commit"] == head
        assert pairs(bare) == pairs(told)


def test_a_branch_of_a_fork_is_not_the_branch_of_the_same_name(remote: Remote) -> None:
    world = remote.world
    world.git("checkout", "-q", "--detach", "main")
    theirs = world.commit("f", lines(15, "stranger"))
    world.git("checkout", "-q", "main")
    remote.push(f"{theirs}:refs/pull/8/head")
    clone = remote.clone(theirs)
    told = check(remote, clone, "--json", **pull_request(remote, theirs, "feature/far", fork=True))
    assert told.status == 0, told.err
    assert pairs(told)["origin/feature/far"] == 3
    own = check(remote, clone, "--json", **pull_request(remote, theirs, "feature/far"))
    assert "origin/feature/far" not in pairs(own)


@pytest.mark.parametrize("squashed", [False, True], ids=["merged", "squashed"])
def test_a_merge_group_has_its_own_base_and_knows_its_parts(remote: Remote, squashed: bool) -> None:
    world = remote.world
    world.git("checkout", "-q", "-b", "queue", "main")
    world.git("merge", "-q", *(["--squash"] if squashed else ["--no-ff", "-m", "m"]), "feature/one")
    if squashed:
        world.git("commit", "-q", "-m", "squashed (#1)")
    head = world.git("rev-parse", "HEAD").strip()
    queued = f"refs/heads/gh-readonly-queue/main/pr-1-{remote.commits['main']}"
    remote.push(f"{head}:{queued}")
    world.git("checkout", "-q", "main")
    before = remote.commits["main"]
    world.commit("f", lines(5, "later"))  # base went on; the group is judged by what it builds on
    remote.push("main")
    clone = remote.clone(head)
    payload = {"merge_group": {"head_sha": head, "base_sha": before, "base_ref": "refs/heads/main"}}
    env = {
        **GITHUB,
        "GITHUB_EVENT_NAME": "merge_group",
        "GITHUB_SHA": head,
        "GITHUB_REF": queued,
        "GITHUB_BASE_REF": "",
        "GITHUB_EVENT_PATH": remote.event(payload),
    }
    told = check(remote, clone, "--json", **env)
    assert told.status == 0, told.err
    assert told.json["against"] == {"name": "main", "commit": before}
    assert not any("gh-readonly-queue" in each["b"] for each in told.json["pairs"])
    (part,) = [each for each in told.json["pairs"] if each["b"] == "origin/feature/one"]
    assert part["relation"] == "part of ours"
    assert pairs(told)["origin/feature/far"] == 1


def test_work_that_builds_on_ours_is_no_overlap(remote: Remote) -> None:
    remote.branch("feature/on-top", "f", lines(5, "one").replace("\n6\n", "\nsix\n"), "feature/one")
    clone = remote.clone(remote.commits["feature/one"], branch="feature/one")
    ran = check(remote, clone, "--branch", "feature/on-top", **push(remote, "feature/one"))
    assert "::" not in ran.out
    assert "feature/on-top: that is built on this" in ran.out


def test_the_verdicts_are_those_of_sessions(remote: Remote) -> None:
    """One engine: a branch in a clone is judged as it would be in its worktree."""
    world = remote.world
    for name, path, text in (
        ("near", "f", lines(7, "near")),
        ("conflict", "f", lines(5, "two")),
        ("binary", "f", "\0\1"),
        ("added", "g", "other\n"),
    ):
        remote.branch(f"feature/{name}", path, text)
    remote.commits["main"] = world.commit("f", lines(19, "main"))
    remote.push("main")
    for branch in sorted(set(remote.commits) - {"main"}):
        world.git("worktree", "add", "-q", str(world.root / branch.replace("/", "-")), branch)
    names = {branch: branch.replace("/", "-") for branch in remote.commits}
    told = pdev("check", "--json", cwd=world.repo, env=world.env).json
    known = {names_of(each): verdict_of(each) for each in [*told["pairs"], *told["base"]]}
    clone = remote.clone(remote.commits["feature/one"], branch="feature/one")
    found = check(remote, clone, "--json", **push(remote, "feature/one")).json
    assert len(found["pairs"]) == 6
    for each in [*found["pairs"], *found["base"]]:
        other = each["b"] and names[each["b"].removeprefix("origin/")]
        assert verdict_of(each) == known[frozenset({names["feature/one"], other})], each["b"]


def names_of(pair: dict[str, str]) -> frozenset[str]:
    return frozenset({pair["a"], pair["b"]})


def verdict_of(pair: dict[str, Any]) -> object:
    return (pair["level"], [(path["path"], path["level"], path["kind"]) for path in pair["paths"]])


def test_what_is_base_already(remote: Remote) -> None:
    ran = check(remote, remote.clone(remote.commits["main"]), **push(remote, "main"))
    assert ran.status == 0, ran.err
    assert "::" not in ran.out


def test_a_shallow_clone_is_not_believed(remote: Remote) -> None:
    head = remote.commits["feature/one"]
    clone = remote.clone(head, depth=1)
    ran = check(remote, clone, "--json", **push(remote, "feature/one"))
    assert ran.status == 2
    assert ran.json["base"][0]["level"] is None
    assert "shallow" in ran.json["base"][0]["level_reason"]
    said = check(remote, clone, **push(remote, "feature/one"))
    assert "It is not known whether it merges to origin/main" in said.err
    assert "fetch-depth: 0" in said.err


def test_a_clone_without_base_or_without_the_commit(remote: Remote) -> None:
    clone = remote.clone(remote.commits["feature/one"], branch="feature/one")
    world = remote.world
    gone = check(remote, clone, **{**push(remote, "feature/one"), "GITHUB_SHA": "0" * 40})
    assert (gone.status, "fetch-depth: 0" in gone.err) == (2, True)
    world.git("update-ref", "-d", "refs/remotes/origin/main", cwd=clone)
    ran = check(remote, clone, "--json", **push(remote, "feature/one"))
    assert ran.status == 2
    assert "The branch main, which this is meant for, is not in this clone" in ran.err
    assert "fetch-depth: 0" in ran.json["error"]["hint"]


def test_a_branch_with_another_history_is_told_and_fails_nothing(remote: Remote) -> None:
    world = remote.world
    world.git("checkout", "-q", "--orphan", "gh-pages")
    remote.commits["gh-pages"] = world.commit("f", "page\n")
    remote.push("gh-pages")
    world.git("checkout", "-qf", "main")
    clone = remote.clone(remote.commits["feature/one"], branch="feature/one")
    ran = check(remote, clone, **push(remote, "feature/one"))
    assert ran.status == 0
    assert "unknown    feature/one × origin/gh-pages: its history has nothing in common" in ran.out


def test_old_branches_are_counted_and_left_out(remote: Remote) -> None:
    world = remote.world
    world.git("checkout", "-q", "feature/far")
    old = World(world.root, {**world.env, "GIT_COMMITTER_DATE": "2001-01-01T00:00:00Z"})
    old.git("commit", "-q", "--amend", "--no-edit")
    remote.push("feature/far")
    clone = remote.clone(remote.commits["feature/one"], branch="feature/one")
    env = {**push(remote, "feature/one"), "GIT_COMMITTER_DATE": ""}
    told = check(remote, clone, "--json", **env)
    assert told.json["left_out"] == 1
    assert "origin/feature/far" not in pairs(told)
    assert "1 without a recent commit left out." in check(remote, clone, **env).err
    assert "origin/feature/far" in pairs(
        check(remote, clone, "--active", "100000d", "--json", **env)
    )


def test_no_name_ends_an_annotation(remote: Remote) -> None:
    name = "a,b:c%0A::error::\n::stop-commands::x"
    remote.branch("feature/odd", name, "one\n")
    remote.branch("feature/odd-too", name, "two\n")
    clone = remote.clone(remote.commits["feature/odd"], branch="feature/odd")
    ran = check(remote, clone, **push(remote, "feature/odd"))
    notes = [line for line in ran.out.splitlines() if line.startswith("::")]
    assert len(notes) == 1
    assert notes[0].startswith(
        "::warning file=a%2Cb%3Ac%250A%3A%3Aerror%3A%3A%0A%3A%3Astop-commands%3A%3Ax,title="
    )


def test_the_page_of_a_run_has_a_table(remote: Remote) -> None:
    remote.branch("feature/odd", "a|b`c*<'", "one\n")
    remote.branch("feature/odd-too", "a|b`c*<'", "two\n")
    clone = remote.clone(remote.commits["feature/odd"], branch="feature/odd")
    page = remote.world.write("page.md", "before\n", cwd=remote.world.root)
    env = {**push(remote, "feature/odd"), "GITHUB_STEP_SUMMARY": str(page)}
    assert check(remote, clone, **env).status == 0
    text = page.read_text()
    assert text.startswith("before\n### Parallel branches\n\nIt merges to origin/main, and meets 1")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 4
    assert rows[2] == "| <code>origin/main</code> | clear |  |"
    assert rows[3].count("|") == 4
    assert rows[3].endswith("| conflict | <code>a&#124;b&#96;c&#42;&#60;&#39; (add/add)</code> |")


def test_gitlab_gets_a_report_and_no_commands_of_github(remote: Remote) -> None:
    remote.branch("feature/two", "f", lines(5, "two"))
    clone = remote.clone(remote.commits["feature/one"])
    env = {
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_COMMIT_SHA": remote.commits["feature/one"],
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "feature/one",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": "1",
        "CI_MERGE_REQUEST_PROJECT_ID": "1",
    }
    ran = check(remote, clone, "--code-quality", "report.json", **env)
    assert ran.status == 0, ran.err
    assert "::" not in ran.out
    (note,) = json.loads((clone / "report.json").read_text())
    assert note["location"] == {"path": "f", "lines": {"begin": 1}}
    assert note["severity"] == "minor"
    assert "origin/feature/two" in note["description"]
    wrong = check(remote, clone, "--code-quality", "f/report.json", **env)
    assert wrong.status == 2
    assert "report cannot be written" in wrong.err


BOUNDARIES = """sessions:
  one: {owns: [/f]}
  other: {owns: [/g], note: mind it}
  shared: {owns: [/h]}
"""


def test_what_leaves_its_boundaries_fails_where_they_are_checked(remote: Remote) -> None:
    world = remote.world
    remote.commits["main"] = world.commit(".claude/parallel-config.yml", BOUNDARIES)
    remote.push("main")
    world.git("checkout", "-q", "-B", "feature/one", "main")
    for path in ("f", "g", "h"):
        tip = world.commit(path, "changed\n")
    # A session does not widen its own rights: base says whose a path is.
    tip = world.commit(".claude/parallel-config.yml", "sessions: {one: {owns: ['**']}}\n")
    remote.commits["feature/one"] = tip
    remote.push("feature/one")
    clone = remote.clone(tip, branch="feature/one")
    env = push(remote, "feature/one")
    assert check(remote, clone, **env).status == 0, "nobody asked"
    ran = check(remote, clone, "--boundaries", "--json", **env)
    assert ran.status == 1, ran.err
    found = {each["path"]: each["denied"] for each in ran.json["boundaries"]}
    assert found == {"g": True, "h": False}
    said = check(remote, clone, "--boundaries", **env).out
    assert "boundary   g: " in said
    assert "::error file=g" in said
    assert "::warning file=h" in said


def test_rules_that_cannot_be_used_are_an_error(remote: Remote) -> None:
    remote.world.commit(".claude/parallel-config.yml", "sessions: [")
    remote.push("main")
    clone = remote.clone(remote.commits["feature/one"], branch="feature/one")
    ran = check(remote, clone, "--boundaries", **push(remote, "feature/one"))
    assert ran.status == 2
    assert "parallel-config.yml" in ran.err


def test_an_event_that_cannot_be_read_is_an_error(remote: Remote) -> None:
    clone = remote.clone(remote.commits["feature/one"], branch="feature/one")
    env = push(remote, "feature/one")
    Path(env["GITHUB_EVENT_PATH"]).write_text("{")
    assert check(remote, clone, **env).status == 2
