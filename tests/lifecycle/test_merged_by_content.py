"""Merged is what base has now: reverts of every kind, and repositories that have not everything."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parallel_tui.adapters.git.merged.content import Content, ContentQuestion
from parallel_tui.adapters.git.merged.ladder import Merged
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.model.lifecycle.merge_proof import Proof
from tests.adapters.git.support import Git
from tests.cli.running import pdev
from tests.lifecycle.conftest import OpenCore
from tests.lifecycle.test_merged import judged, squash, worked
from tests.support.world import World

LINES = [f"line {number}\n" for number in range(30)]


def put(world: World, path: Path, name: str, **changed: str) -> None:
    """A commit in which some lines of a file of thirty are others."""
    lines = list(LINES)
    for key, text in changed.items():
        lines[int(key[1:])] = f"{text}\n"
    world.commit(name, "".join(lines), cwd=path)


@pytest.fixture
def squashed(world: World) -> World:
    """A session with two commits in one file, squashed into main, which went on."""
    world.commit("f.txt", "".join(LINES))
    place = world.worktree("auth")
    put(world, place, "f.txt", l5="feature")
    put(world, place, "f.txt", l5="feature", l20="feature two")
    squash(world, "auth")
    world.commit("other.txt", "unrelated\n")
    return world


def _by_pull_request(world: World) -> None:
    """A revert that was squashed: no message names a commit."""
    put(world, world.repo, "f.txt")
    world.git("commit", "-q", "--amend", "-m", "Revert (#2)", "-m", "Reverts acme/app#1")


def _by_hand(world: World) -> None:
    world.git("checkout", "-q", "HEAD~2", "--", "f.txt")
    world.git("commit", "-q", "-m", "simplify")


def _in_part(world: World) -> None:
    put(world, world.repo, "f.txt", l20="feature two")


def _in_part_and_worked_on(world: World) -> None:
    put(world, world.repo, "f.txt", l5="quite different")


def _by_a_commit_with_more(world: World) -> None:
    put(world, world.repo, "f.txt", l25="news")


@pytest.mark.parametrize(
    "revert", [_by_pull_request, _by_hand, _in_part, _in_part_and_worked_on, _by_a_commit_with_more]
)
def test_what_was_reverted_in_any_way_is_not_merged(
    squashed: World, core_of: OpenCore, revert: Callable[[World], None]
) -> None:
    core = core_of()
    assert judged(core, "auth").ready
    revert(squashed)
    last = squashed.git("rev-parse", "HEAD").strip()
    found = judged(core, "auth")
    assert not found.ready
    assert found.why_not == f"it was merged to main, and reverted by {last[:10]}: f.txt"
    squashed.git("revert", "--no-edit", "HEAD")
    assert judged(core, "auth").ready, "the revert of the revert brought it back"


def test_words_of_a_revert_prove_nothing(squashed: World, core_of: OpenCore) -> None:
    via = squashed.git("rev-parse", "HEAD~1").strip()
    squashed.git(
        "commit", "-q", "--allow-empty", "-m", "Revert", "-m", f"This reverts commit {via}."
    )
    assert judged(core_of(), "auth").ready, "the lines are all there"


def test_a_base_that_was_reset_has_it_no_more(squashed: World, core_of: OpenCore) -> None:
    squashed.git("reset", "-q", "--hard", "HEAD~2")
    assert judged(core_of(), "auth").why_not == "not merged to main"


def test_work_that_was_worked_on_since_is_merged(squashed: World, core_of: OpenCore) -> None:
    put(squashed, squashed.repo, "f.txt", l5="later", l20="feature two")
    found = judged(core_of(), "auth")
    assert found.verdict.proof is Proof.PATCH_ID
    put(squashed, squashed.repo, "f.txt", l5="later", l20="later too")
    assert judged(core_of(), "auth").ready


def test_a_file_that_moved_after_the_merge_is_there(world: World, core_of: OpenCore) -> None:
    worked(world, "auth", "".join(LINES), "more\n")
    squash(world, "auth")
    core = core_of()
    world.git("mv", "auth0.txt", "moved.txt")
    world.git("commit", "-q", "-m", "moved")
    found = judged(core, "auth")
    assert (found.ready, found.verdict.proof) == (True, Proof.PATCH_ID)
    world.git("rm", "-q", "moved.txt")
    world.git("commit", "-q", "-m", "gone")
    assert not judged(core, "auth").ready


def test_what_the_branch_took_back_itself_is_not_missing(world: World, core_of: OpenCore) -> None:
    world.commit("f.txt", "".join(LINES))
    place = world.worktree("auth")
    put(world, place, "f.txt", l5="a try")
    put(world, place, "f.txt", l9="done")
    world.git("merge", "-q", "--no-ff", "-m", "m", "feature/auth~1")
    world.git("merge", "-q", "--no-ff", "-m", "m", "feature/auth")
    assert judged(core_of(), "auth").ready


def test_somebody_elses_revert_is_not_ours(world: World, core_of: OpenCore) -> None:
    """A branch that merged base in brought none of what base had."""
    place = worked(world, "auth", "one\n")
    world.commit("theirs.txt", "x\n")
    world.git("merge", "-q", "-m", "sync", "main", cwd=place)
    world.commit("auth1.txt", "two\n", cwd=place)
    world.git("merge", "-q", "--no-ff", "-m", "m", "feature/auth")
    world.git("rm", "-q", "theirs.txt")
    world.git("commit", "-q", "-m", "theirs goes")
    assert judged(core_of(), "auth").ready


def test_attributes_that_settle_conflicts_do_not_decide(world: World, core_of: OpenCore) -> None:
    world.commit(".gitattributes", "*.txt merge=union\n")
    world.commit("f.txt", "".join(LINES))
    place = world.worktree("auth")
    put(world, place, "f.txt", l5="feature")
    squash(world, "auth")
    put(world, world.repo, "f.txt", l5="later")
    assert judged(core_of(), "auth").ready


def test_a_branch_without_common_history_is_judged_apart(
    squashed: World, core_of: OpenCore
) -> None:
    place = squashed.root / "pages"
    squashed.git("worktree", "add", "-q", "--detach", str(place))
    squashed.git("checkout", "-q", "--orphan", "pages", cwd=place)
    squashed.commit("index.html", "1\n", cwd=place)
    squashed.commit("index.html", "2\n", cwd=place)
    core = core_of()
    assert judged(core, "pages").why_not == "not merged to main"
    assert judged(core, "auth").ready


def test_no_process_more_for_more_sessions(world: World, core_of: OpenCore) -> None:
    counts = []
    names: list[str] = []
    for _ in range(2):
        for _ in range(3):
            name = f"s{len(names)}"
            names.append(name)
            worked(world, name, f"{name} one\n", f"{name} two\n")
            squash(world, name)
            world.commit(f"{name}0.txt", "later\n")
        git = Git.of(world)
        merged = Merged(git.runner)
        targets = merged.targets(git.read.base(None))
        before = git.runner.started
        verdicts = merged.judge_all([f"feature/{name}" for name in names], targets)
        counts.append(git.runner.started - before)
        assert all(verdict.merged for verdict in verdicts.values())
    assert counts[0] == counts[1]


def _partial(world: World) -> Path:
    """A clone without blobs, whose remote is away afterwards."""
    world.commit("f.txt", "".join(LINES))
    for number in range(3):
        put(world, world.repo, "f.txt", **{f"l{number}": "old"})
    world.git("config", "uploadpack.allowFilter", "true")
    world.git("config", "uploadpack.allowAnySHA1InWant", "true")
    clone = world.root / "clone"
    world.git(
        "clone", "-q", "--filter=blob:none", f"file://{world.repo}", str(clone), cwd=world.root
    )
    for name, start in (("merged", "main"), ("old", "main~2"), ("plain", "main")):
        place = world.root / f"clone-{name}"
        args = ["worktree", "add", "-q", "-b", f"feature/{name}", str(place), start]
        world.git(*args, cwd=clone)
    world.commit("m.txt", "m\n", cwd=world.root / "clone-merged")
    world.git("merge", "-q", "--no-edit", "feature/merged", cwd=clone)
    put(world, world.root / "clone-old", "f.txt", l0="mine")
    put(world, world.root / "clone-plain", "f.txt", l29="mine")
    world.repo.rename(world.root / "away")
    return clone


def test_a_session_that_cannot_be_judged_is_unknown_alone(world: World) -> None:
    clone = _partial(world)
    # Where `old` left main; both have changed the file since.
    _lose(world, clone, world.git("rev-parse", "feature/old~1:f.txt", cwd=clone).strip())
    env = world.env
    done = pdev("cleanup", "--dry-run", cwd=clone, env=env)
    assert done.status == 0, done
    lines = {line[4:].partition(":")[0]: line for line in done.out.splitlines() if line[0] == "["}
    assert lines["merged"].startswith("[x] merged: merged (ancestor)")
    assert lines["plain"].startswith("[ ] plain: not merged to")
    assert lines["old"].startswith("[?] old: unknown: ")
    told: Any = pdev("cleanup", "--dry-run", "--json", cwd=clone, env=env).json
    by_name = {each["session"]: each for each in told["sessions"]}
    assert [name for name, each in by_name.items() if each["unknown"]] == ["old"]
    assert not by_name["old"]["ready"]
    cleaned = pdev("cleanup", "--yes", cwd=clone, env=env)
    assert cleaned.status == 0, cleaned
    assert not (world.root / "clone-merged").exists()
    assert (world.root / "clone-old").exists()


def _lose(world: World, clone: Path, oid: str) -> None:
    """Take one object out of a partial clone, as if it had never been fetched."""
    packs = clone / ".git/objects/pack"
    listed = world.git("cat-file", "--batch-all-objects", "--batch-check", cwd=clone)
    kept = [line.split()[0] for line in listed.splitlines() if line.split()[0] != oid]
    place = world.root / "kept"
    place.mkdir()
    (place / "oids").write_text("".join(f"{each}\n" for each in kept))
    script = f"git pack-objects -q {place}/pack <{place}/oids"
    world.git("-c", f"alias.pack=!{script}", "pack", cwd=clone)
    promised = [path.stem for path in packs.glob("*.promisor")]
    shutil.rmtree(packs)
    packs.mkdir()
    for each in place.glob("pack-*"):
        each.rename(packs / each.name)
        if promised and each.suffix == ".pack":
            (packs / f"{each.stem}.promisor").touch()
    for folder in (clone / ".git/objects").glob("??"):
        shutil.rmtree(folder)


TEXT = st.lists(st.sampled_from(["a\n", "b\n", "=======\n", "c"]), max_size=8).map("".join)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=TEXT, after=TEXT, now=TEXT)
def test_content_decides(world: World, before: str, after: str, now: str) -> None:
    """What is there is not missing, and what was taken back in full is."""
    git = Git.of(world)
    quarantine = Quarantine(git.read.repository)
    try:
        content = Content(git.runner, quarantine)

        def tree(text: str) -> str:
            blob = quarantine.blob(text.encode(), 40)
            return quarantine.tree(b"100644 f\0" + bytes.fromhex(blob), 40)

        old, new, here = tree(before), tree(after), tree(now)
        asked = [
            ContentQuestion(old, new, new),
            ContentQuestion(old, new, old),
            ContentQuestion(old, new, here),
        ]
        there, gone, some = content.missing(asked)
    finally:
        quarantine.close()
    assert there == frozenset()
    assert gone == (frozenset({"f"}) if before != after else frozenset())
    assert some in (frozenset(), frozenset({"f"}))
