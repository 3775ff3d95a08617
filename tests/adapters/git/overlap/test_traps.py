"""Where predictions usually go wrong, each on real git."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from parallel_tui.adapters.git.repo.discover import discover
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.merge.attributes import Stage
from parallel_tui.adapters.git.simulate.merge.merges import Merge, Names, _records, merge_all
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.adapters.git.simulate.verdict.outcomes import Outcome
from parallel_tui.adapters.git.simulate.verdict.predict import Predictor
from parallel_tui.errors import GitError
from parallel_tui.model.fact import Unknown
from parallel_tui.model.overlap.verdict import ConflictKind, Level, Verdict
from tests.adapters.git.overlap.truth import predict
from tests.support.world import World

LINES = "".join(f"{n}\n" for n in range(1, 21))
Act = Callable[[World, Path], object]


def two(world: World, one: Act, other: Act) -> Outcome:
    """The verdict on two new sessions after each has acted."""
    for name, act in (("one", one), ("two", other)):
        act(world, world.worktree(name))
    return predict(world, ["one", "two"])["one", "two"]


def proved(outcome: Outcome) -> Verdict:
    assert isinstance(outcome, Verdict), outcome
    return outcome


def write(path: str, text: str) -> Act:
    return lambda world, tree: world.write(path, text, cwd=tree)


def binary(path: str, data: bytes) -> Act:
    return lambda world, tree: (tree / path).write_bytes(data)


def line(number: int, text: str) -> str:
    lines = LINES.splitlines(keepends=True)
    lines[number - 1] = f"{text}\n"
    return "".join(lines)


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (write("f", line(3, "a")), write("f", line(3, "b")), ConflictKind.CONTENT),
        (write("f", line(3, "a")), write("f", line(4, "b")), ConflictKind.CONTENT),
        (write("new", "a\n"), write("new", "b\n"), ConflictKind.ADD_ADD),
        (
            write("f", line(3, "a")),
            lambda _, tree: (tree / "f").unlink(),
            ConflictKind.MODIFY_DELETE,
        ),
        (binary("b", b"\0a"), binary("b", b"\0b"), ConflictKind.BINARY),
        (
            lambda _, tree: (tree / "f").rename(tree / "g"),
            lambda _, tree: (tree / "f").rename(tree / "h"),
            ConflictKind.RENAME,
        ),
        (write("x", "file\n"), write("x/y", "folder\n"), ConflictKind.DIRECTORY_FILE),
        (
            write("m", "same\n"),
            lambda _, tree: (tree / "m").symlink_to("f"),
            ConflictKind.MODE,
        ),
    ],
    ids=["same-line", "adjacent", "add-add", "delete", "binary", "rename", "folder", "mode"],
)
def test_kinds_of_conflict(world: World, one: Act, other: Act, kind: ConflictKind) -> None:
    world.commit("f", LINES)
    (world.repo / "b").write_bytes(b"\0base")
    world.git("add", "b")
    world.git("commit", "-qm", "binary")
    verdict = proved(two(world, one, other))
    assert verdict.level is Level.CONFLICT
    assert kind in verdict.kinds


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        (write("f", line(3, "a")), write("f", line(3, "a")), Level.NEAR),
        (write("f", line(3, "a")), write("f", line(16, "b")), Level.SAME_FILE),
        (
            write("f", line(3, "a")),
            lambda _, tree: (tree / "f").rename(tree / "g"),
            Level.SAME_FILE,
        ),
        (write("f", line(3, "a")), lambda _, tree: (tree / "f").chmod(0o755), Level.SAME_FILE),
        (write("n/a", "1\n"), write("n/b", "1\n"), Level.CLEAR),
    ],
    ids=["identical", "far", "rename-edit", "mode-edit", "same-new-folder"],
)
def test_what_merges(world: World, one: Act, other: Act, level: Level) -> None:
    world.commit("f", LINES)
    assert proved(two(world, one, other)).level is level


def test_a_renamed_folder_meets_a_new_file_in_it(world: World) -> None:
    for name in "abc":
        world.commit(f"d/{name}", f"{name}\n" * 9)
    outcome = two(world, lambda _, tree: (tree / "d").rename(tree / "e"), write("d/new", "file\n"))
    assert proved(outcome).level is Level.CONFLICT  # git asks where the new file belongs


def test_merge_clean_and_rebase_dirty(world: World) -> None:
    world.commit("f", LINES)
    one, other = world.worktree("one"), world.worktree("two")
    world.commit("f", line(3, "one"), cwd=one)
    world.commit("f", line(3, "two"), cwd=other)
    world.commit("f", LINES, cwd=other)
    world.commit("own", "x\n", cwd=other)
    found = predict(world, ["one", "two"])
    pair = proved(found["one", "two"])
    assert pair.level is Level.REBASE
    worst = pair.paths[0]
    assert (worst.path, worst.level, worst.kind) == ("f", Level.REBASE, ConflictKind.CONTENT)
    commit = world.git("rev-parse", "feature/two~2").strip()
    assert worst.text.startswith(f"replaying {commit[:10]}: CONFLICT")
    assert proved(found["base", "two"]).level is Level.CLEAR


def test_work_that_base_has_from_a_squash_is_said_to_be_there(world: World) -> None:
    tree = world.worktree("one")
    world.commit("f", "1\n", cwd=tree)
    world.commit("f", "2\n", cwd=tree)
    world.commit("f", "2\n")
    alone = proved(predict(world, ["one"])["base", "one"])
    assert alone.level is Level.REBASE
    assert alone.notes == ("base has all of it already",)
    world.commit("g", "more\n", cwd=tree)
    assert proved(predict(world, ["one"])["base", "one"]).notes == ()


def test_a_commit_that_base_has_under_another_name_is_not_replayed(world: World) -> None:
    world.commit("f", LINES)
    tree = world.worktree("one")
    picked = world.commit("f", line(3, "one"), cwd=tree)
    world.commit("own", "x\n", cwd=tree)
    world.commit("other", "so that the commit gets another name\n")
    world.git("cherry-pick", picked)
    world.commit("f", line(3, "later"))
    assert proved(predict(world, ["one"])["base", "one"]).level is Level.CONFLICT
    world.commit("f", line(3, "later"), cwd=tree)  # merges; replaying the first one would not
    assert proved(predict(world, ["one"])["base", "one"]).level is Level.CLEAR
    world.git("rebase", "-q", "main", cwd=tree)


def test_base_alone_is_not_the_pairs_fault(world: World) -> None:
    world.commit("f", LINES)
    one, other = world.worktree("one"), world.worktree("two")
    world.commit("f", line(3, "one"), cwd=one)
    world.commit("own", "x\n", cwd=other)
    world.commit("f", line(3, "base"))
    found = predict(world, ["one", "two"])
    assert proved(found["base", "one"]).level is Level.CONFLICT
    pair = proved(found["one", "two"])
    assert pair.level is Level.CLEAR
    assert pair.raw


def test_stacked_sessions_share_what_they_share(world: World) -> None:
    world.commit("f", LINES)
    one = world.worktree("one")
    world.commit("f", line(3, "one"), cwd=one)
    world.git("worktree", "add", "-q", "-b", "two", str(world.root / "myapp-two"), "feature/one")
    world.commit("f", line(3, "two"), cwd=world.root / "myapp-two")
    assert proved(predict(world, ["one", "two"])["one", "two"]).level < Level.CONFLICT


def test_criss_cross_histories(world: World) -> None:
    world.commit("f", LINES)
    one, other = world.worktree("one"), world.worktree("two")
    a = world.commit("f", line(3, "one"), cwd=one)
    b = world.commit("f", line(16, "two"), cwd=other)
    world.git("merge", "-q", "--no-edit", b, cwd=one)
    world.git("merge", "-q", "--no-edit", a, cwd=other)
    assert proved(predict(world, ["one", "two"])["one", "two"]).level < Level.CONFLICT
    world.commit("f", line(10, "one"), cwd=one)
    world.commit("f", line(10, "two"), cwd=other)
    assert proved(predict(world, ["one", "two"])["one", "two"]).level is Level.CONFLICT


def test_unrelated_histories_are_unknown(world: World) -> None:
    tree = world.worktree("one")
    world.worktree("two")
    world.git("checkout", "-q", "--orphan", "alone", cwd=tree)
    world.git("commit", "-qm", "alone", cwd=tree)
    found = predict(world, ["one", "two"])
    assert found["base", "one"] == found["one", "two"]
    assert found["one", "two"] == Unknown("its history has nothing in common with base")
    assert proved(found["base", "two"]).level is Level.CLEAR


def test_a_bad_pair_spoils_only_itself(world: World) -> None:
    """A revision that does not resolve ends a batch of merge-tree; clean is 1 there, not 0."""
    a = world.commit("f", "1\n")
    world.git("checkout", "-q", "-b", "x", "HEAD~1")
    b = world.commit("f", "2\n")
    repository = discover(str(world.repo))
    quarantine = Quarantine(repository)
    try:
        missing = "d" * 40
        pairs = [(a, a), (a, missing), (a, b), (missing, b), (b, b)]
        found = merge_all(Runner(repository), quarantine, pairs)
    finally:
        quarantine.close()
    assert [each.clean if isinstance(each, Merge) else None for each in found] == [
        *(True, None, False, None, True)
    ]
    assert all("could not be merged" in e.reason for e in found if isinstance(e, Unknown))


def test_a_conflict_without_a_path_is_no_clean_merge() -> None:
    with pytest.raises(GitError, match="names no path"):
        list(_records(b"0\0" + b"d" * 40 + b"\0\0\0", [Names(("a" * 40, "b" * 40))]))


@pytest.mark.parametrize("driver", ["union", "ours", "binary"])
def test_attributes_are_those_of_base_wherever_one_stands(
    world: World, monkeypatch: pytest.MonkeyPatch, driver: str
) -> None:
    world.commit("f", LINES)
    world.commit("sub/.gitattributes", f"g merge={driver}\n")
    world.commit("sub/g", LINES)
    world.git("config", "merge.ours.driver", "true")
    # Untracked attributes and those in the working directory decide nothing.
    world.write(".gitattributes", "f merge=union\n")
    (world.repo / ".git" / ".gitattributes").write_text("f merge=union\n")
    monkeypatch.chdir(world.repo)

    def both(text: str) -> Act:
        def act(world: World, tree: Path) -> None:
            world.write("f", line(3, text), cwd=tree)
            world.write("sub/g", line(3, text), cwd=tree)

        return act

    verdict = proved(two(world, both("a"), both("b")))
    conflicts = {path.path for path in verdict.paths if path.level is Level.CONFLICT}
    assert conflicts == ({"f", "sub/g"} if driver == "binary" else {"f"})


def test_names_of_any_bytes(world: World) -> None:
    name = os.fsdecode(b"caf\xe9 \n\"'$(x) [b] -\xff")
    outcome = two(world, write(f"{name}/{name}", "a\n"), write(f"{name}/{name}", "b\n"))
    verdict = proved(outcome)
    assert (verdict.level, verdict.paths[0].path) == (Level.CONFLICT, f"{name}/{name}")
    world.git("add", "-A", cwd=world.root / "myapp-one")
    world.git("commit", "-qm", "odd", cwd=world.root / "myapp-one")
    world.git("merge", "-q", "feature/one")
    other = world.root / "myapp-two"
    (other / name / name).unlink()
    world.git("merge", "-q", "main", cwd=other)
    for tree, text in (("one", "1\n"), ("two", "2\n")):
        world.write(f"{name}/{name}", text, cwd=world.root / f"myapp-{tree}")
    verdict = proved(predict(world, ["one", "two"])["one", "two"])
    assert verdict.paths[0].path == f"{name}/{name}"
    assert verdict.paths[0].ours
    assert verdict.paths[0].theirs


@pytest.mark.parametrize("case", ["apart", "forward", "absent"])
def test_submodules_that_both_move(world: World, case: str) -> None:
    library = world.root / "lib"
    world.git("init", "-q", "-b", "main", str(library), cwd=world.root)
    oids = []
    for number in range(3):
        world.git("commit", "-q", "--allow-empty", "-m", str(number), cwd=library)
        oids.append(world.git("rev-parse", "HEAD", cwd=library).strip())
    world.git("checkout", "-q", "-b", "aside", oids[0], cwd=library)
    world.git("commit", "-q", "--allow-empty", "-m", "aside", cwd=library)
    aside = world.git("rev-parse", "HEAD", cwd=library).strip()
    world.git("checkout", "-q", oids[0], cwd=library)
    allow = ["-c", "protocol.file.allow=always"]
    world.git(*allow, "submodule", "add", "-q", str(library), "lib")
    world.git("commit", "-qm", "submodule")
    if case == "absent":
        world.git("submodule", "deinit", "-q", "-f", "lib")
        shutil.rmtree(world.repo / ".git/modules")

    def move(oid: str) -> Act:
        def act(world: World, tree: Path) -> None:
            world.git("update-index", "--cacheinfo", f"160000,{oid},lib", cwd=tree)
            world.git("commit", "-qm", "move", cwd=tree)

        return act

    outcome = two(world, move(oids[1]), move(aside if case == "apart" else oids[2]))
    if case == "absent":
        assert isinstance(outcome, Unknown)
        assert "submodule lib" in outcome.reason
    elif case == "apart":
        assert proved(outcome).kinds == (ConflictKind.SUBMODULE,)
    else:
        assert proved(outcome).level < Level.CONFLICT
    real = world.git("merge", "--no-edit", "feature/one") and world.git(
        "merge", "--no-edit", "feature/two", check=False
    )
    assert ("CONFLICT" in real) == (case != "forward")


def test_a_shallow_clone_says_what_it_cannot_see(world: World) -> None:
    world.commit("f", "1\n")
    tree = world.worktree("one")
    world.commit("g", "1\n", cwd=tree)
    clone = World(world.root / "c", world.env)
    clone.root.mkdir()
    url = f"file://{world.repo}"
    world.git(
        "clone", "-q", "--depth=1", "--no-single-branch", url, str(clone.repo), cwd=world.root
    )
    place = str(clone.root / "myapp-one")
    clone.git("worktree", "add", "-q", "-b", "one", place, "origin/feature/one")
    found = predict(clone, ["one"])["base", "one"]
    assert isinstance(found, Unknown)
    assert "shallow" in found.reason


def test_a_partial_clone_fetches_nothing(world: World) -> None:
    world.git("config", "uploadpack.allowFilter", "true")
    world.commit("f", LINES)
    trees = [world.worktree(name) for name in ("one", "two")]
    for tree, text in zip(trees, "ab", strict=True):
        world.commit("f", line(3, text), cwd=tree)
    clone = World(world.root / "c", world.env)
    clone.root.mkdir()
    clone.git(
        *("clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{world.repo}"),
        *(str(clone.repo),),
        cwd=world.root,
    )
    for name in ("one", "two"):
        place = str(clone.root / f"myapp-{name}")
        clone.git(
            "worktree", "add", "-q", "--no-checkout", "-b", name, place, f"origin/feature/{name}"
        )
        clone.git("read-tree", "HEAD", cwd=Path(place))
        clone.git(
            "update-index", "--skip-worktree", "README.md", "f", "src/app.py", cwd=Path(place)
        )
    packs = sorted((clone.repo / ".git/objects").rglob("*"))
    found = predict(clone, ["one", "two"])["one", "two"]
    assert isinstance(found, Unknown), found
    assert sorted((clone.repo / ".git/objects").rglob("*")) == packs


def test_sha256_repositories(empty_world: World) -> None:
    world = empty_world.init("--object-format=sha256", files={"f": LINES})
    verdict = proved(two(world, write("f", line(3, "a")), write("f", line(3, "b"))))
    assert verdict.level is Level.CONFLICT
    assert len(verdict.trees[0]) == 64


def test_an_old_git_never_says_that_there_is_no_conflict(world: World) -> None:
    world.commit("f", LINES)
    for name in ("one", "two", "three"):
        world.commit("g" if name == "three" else "f", name, cwd=world.worktree(name))
    repository = discover(str(world.repo))
    old = predict(world, ["one", "two", "three"], version=(2, 36, 1))
    assert proved(old["one", "two"]).level is Level.SAME_FILE
    clear = proved(old["one", "three"])
    assert clear.level is Level.CLEAR
    assert clear.limited == "prediction limited (git 2.36.1)"
    assert isinstance(old["base", "one"], Unknown)
    quarantine = Quarantine(repository)
    assert Predictor(Runner(repository), quarantine).limited == ""
    quarantine.close()


@pytest.mark.parametrize("name", ["..", ".", "absolute", "a/../.."])
def test_attributes_of_a_forged_tree_do_not_leave_the_stage(world: World, name: str) -> None:
    outside = world.root / "outside"
    outside.mkdir()
    name = str(outside) if name == "absolute" else name

    def tree(mode: str, entry: str, oid: str) -> str:
        raw = f"{mode} {entry}".encode() + b"\0" + bytes.fromhex(oid)
        made = subprocess.run(
            ["git", "hash-object", "-t", "tree", "-w", "--literally", "--stdin"],
            cwd=world.repo, env=dict(world.env), input=raw, capture_output=True, check=True,
        )  # fmt: skip
        return made.stdout.decode().strip()

    world.write("rules", "* merge=union\n")
    blob = world.git("hash-object", "-w", "rules").strip()
    root = tree("40000", name, tree("100644", ".gitattributes", blob))
    commit = world.git("commit-tree", "-m", "forged", root).strip()
    repository = discover(str(world.repo))
    quarantine = Quarantine(repository)
    try:
        shown = Stage(Runner(repository), quarantine).for_base(commit)
        places = (quarantine.path, quarantine.path.parent, outside)
        assert [*quarantine.path.rglob(".gitattributes")] == []
        assert [each for each in places if (each / ".gitattributes").exists()] == []
        assert Path(shown.path).is_dir()
    finally:
        quarantine.close()
