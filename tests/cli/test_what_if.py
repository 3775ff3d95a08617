"""`pdev check --path`: an edit is judged before it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.bootstrap.boundaries import what_if
from parallel_tui.model.overlap.pairs import Overlap
from parallel_tui.model.overlap.verdict import Verdict
from tests.cli.running import Ran, pdev
from tests.support.world import World

LINES = "".join(f"{n}\n" for n in range(1, 31))
THEIRS = {"conflicting": 10, "far": 25}


def lines(text: str, number: int, word: str) -> str:
    return text.replace(f"\n{number}\n", f"\n{word}\n", 1)


@pytest.fixture
def three(world: World) -> World:
    """`me`, where nothing is changed yet, and two that edited one line of `f` each."""
    world.commit("f", LINES)
    world.worktree("me")
    for name, number in THEIRS.items():
        world.write("f", lines(LINES, number, name), cwd=world.worktree(name))
    return world


def check(world: World, *more: str, cwd: Path | None = None, **env: str) -> Ran:
    words = ["--tmux-socket", world.socket, "check", *more]
    return pdev(*words, cwd=cwd or world.root / "myapp-me", env=world.env, **env)


def levels(ran: Ran) -> dict[str, int]:
    met = {each["b"]: each["level"] for each in ran.json["pairs"]}
    assert 0 not in met.values()
    return {**met, **dict.fromkeys(ran.json["clear"], 0)}


def test_who_would_be_in_conflict(three: World) -> None:
    told = check(three, "--path", "f", "--lines", "10", "--json")
    assert told.status == 1
    assert levels(told) == {"conflicting": 3, "far": 1, "main": 0}
    (pair,) = [each for each in told.json["pairs"] if each["b"] == "conflicting"]
    assert pair["paths"][0]["hunks"] == {k: [{"start": 10, "count": 1}] for k in ("a", "b")}
    assert (told.json["session"], told.json["path"], told.json["lines"]) == ("me", "f", [10, 10])
    assert [each["level"] for each in told.json["base"]] == [0]
    near = check(three, "--path", "f", "--lines", "12-13", "--json")
    assert (near.status, levels(near)["conflicting"]) == (0, 2)
    assert levels(check(three, "--path", "g", "--json")) == {"conflicting": 0, "far": 0, "main": 0}


def test_without_lines_it_is_all_of_the_file(three: World) -> None:
    told = check(three, "--path", "f", "--json")
    assert levels(told) == {"conflicting": 3, "far": 3, "main": 0}
    assert (told.json["lines"], told.json["lines_reason"]) == (None, "all of it")
    shown = check(three, "--path", "f")
    assert "conflict   far: merging one after the other fails" in shown.out
    assert "An edit of f would meet 2 of 4 others." in shown.err


def test_nothing_is_changed_by_asking(three: World) -> None:
    tree = three.root / "myapp-me"
    before = (three.git("status", "--porcelain", cwd=tree), (tree / "f").read_text())
    objects = three.git("count-objects", "-v")
    check(three, "--path", "f", "--lines", "10")
    assert (three.git("status", "--porcelain", cwd=tree), (tree / "f").read_text()) == before
    assert three.git("count-objects", "-v") == objects


def foreseen_and_made(world: World, path: str, number: int) -> tuple[object, object]:
    """What an edit of `me` is said to come to, and what it comes to once it is made."""
    tree = world.root / "myapp-me"
    foreseen = what_if(open_core(Overrides(str(tree)), world.env)).check(
        "me", path, (number, number)
    )
    now = (tree / path).read_text().split("\n")
    now[number - 1] = "whatever I write"
    (tree / path).write_text("\n".join(now))
    made = open_core(Overrides(str(tree)), world.env).checker.check("me")
    me = next(key for key, name in made.names.items() if name == "me")
    turned = [each if each.a == me else Overlap(me, each.a, each.verdict) for each in made.overlaps]
    return _told(foreseen.overlaps, foreseen.names), _told(turned, made.names)


def _told(found: Iterable[Overlap], names: Mapping[str, str]) -> object:
    """Level and paths, by the other's name."""
    told = {}
    for each in found:
        verdict = each.verdict
        assert isinstance(verdict, Verdict), each
        paths = sorted((path.path, path.level, path.kind) for path in verdict.paths)
        told[names[each.b] if each.b else "base"] = (verdict.level, paths)
    return told


@pytest.mark.parametrize("beside", [None, 18])
def test_it_is_what_the_edit_comes_to_once_it_is_made(three: World, beside: int | None) -> None:
    mine = LINES if beside is None else lines(LINES, beside, "mine")
    for number in (6, 7, 10, 13, 14, 25):
        three.write("f", mine, cwd=three.root / "myapp-me")
        foreseen, made = foreseen_and_made(three, "f", number)
        assert foreseen == made, number


def test_it_is_so_in_odd_company_and_with_a_base_that_went_on(world: World) -> None:
    world.commit("f", LINES)
    world.worktree("me")
    renamed, steps = world.worktree("renamed"), world.worktree("steps")
    world.git("mv", "f", "g", cwd=renamed)
    world.write("g", lines(LINES, 10, "renamed"), cwd=renamed)
    (world.worktree("deleted") / "f").unlink()
    (world.worktree("binary") / "f").write_bytes(b"\0\1\2")
    (world.worktree("mode") / "f").chmod(0o755)
    folder = world.worktree("folder")
    (folder / "f").unlink()
    world.write("f/x", "1\n", cwd=folder)
    for text in (lines(LINES, 10, "once"), lines(LINES, 12, "twice"), LINES):
        world.commit("f", text, cwd=steps)  # taken back in the end: only a rebase meets it
    world.commit("f", lines(LINES, 20, "base"))
    for number in (1, 10, 12, 20):
        world.write("f", LINES, cwd=world.root / "myapp-me")
        foreseen, made = foreseen_and_made(world, "f", number)
        assert foreseen == made, number


def test_what_conflicts_already_is_no_news_of_another_file(three: World) -> None:
    tree = three.root / "myapp-me"
    three.write("f", lines(LINES, 10, "mine"), cwd=tree)
    assert levels(check(three, "--path", "g", "--json"))["conflicting"] == 0
    assert levels(check(three, "--path", "f", "--lines", "1", "--json"))["conflicting"] == 3


@pytest.mark.parametrize(
    "name", ["a b", "ü", "-dash", "[id]", "a\nb", "$(x)", "#{pid}", "[red]x", ":(top)y", "d/e/f"]
)
def test_names_are_ordinary(three: World, name: str) -> None:
    for session in ("me", "far"):
        three.write(name, "new\n", cwd=three.root / f"myapp-{session}")
    told = check(three, f"--path={name}", "--json")
    assert told.status == 1, told.err
    assert levels(told) == {"conflicting": 0, "far": 3, "main": 0}
    assert told.json["path"] == name
    absolute = check(three, f"--path={three.root}/myapp-me/{name}", "--json")
    assert (absolute.json["path"], levels(absolute)) == (name, levels(told))


def test_a_lock_in_the_way_is_told(three: World) -> None:
    lock = pdev("lock", "--session", "far", "src/**", cwd=three.repo, env=three.env)
    assert lock.status == 0, lock.err
    told = check(three, "--path", "src/new.py", "--json")
    assert told.status == 1
    (blocker,) = told.json["blockers"]
    assert (blocker["lock"]["owner"], blocker["witness"]) == ("far", "src/new.py")
    assert check(three, "far", "--path", "src/new.py", "--json").json["blockers"] == []
    assert check(three, "--path", "src\n.py", "--json").json["blockers"] == []
    assert "locked     " in check(three, "--path", "src/new.py").out


def test_the_session_is_the_one_named_or_the_current_one(three: World) -> None:
    assert check(three, "far", "--path", "f", "--json").json["session"] == "far"
    told = check(three, "--path", "f", "--json", cwd=three.repo, PDEV_SESSION="far")
    assert told.json["session"] == "far"
    mine = check(three, "--mine", "--json")
    assert all("me" in (each["a"], each["b"]) for each in mine.json["pairs"])
    assert [each["a"] for each in mine.json["base"]] == ["me"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--path", "src"], "is a folder"),
        (["--path", "../f"], "is no file in"),
        (["--path", ""], "is no file in"),
        (["--path", "/etc/passwd"], "is no file in"),
        (["--path", "f", "--lines", "40"], "has 30 lines"),
        (["--path", "f", "--lines", "29-32"], "has 30 lines"),
        (["--path", "f", "--lines", "0"], "is no line"),
        (["--path", "f", "--lines", "5-2"], "is no line"),
        (["--path", "f", "--lines", "x"], "is no line"),
        (["--lines", "1"], "nothing without --path"),
        (["--path", "f", "--all"], "--path goes neither"),
        (["nobody", "--path", "f"], "no session named"),
    ],
)
def test_what_cannot_be_edited(three: World, words: list[str], said: str) -> None:
    told = check(three, *words)
    assert told.status == 2
    assert said in told.err


def test_a_file_can_be_gone_on_with_and_a_merge_can_be_under_way(three: World) -> None:
    assert check(three, "--path", "f", "--lines", "31", "--json").status == 0
    tree = three.root / "myapp-me"
    three.git("checkout", "-q", "-b", "side")
    three.commit("g", "side\n")
    three.git("merge", "-q", "--no-ff", "--no-commit", "side", cwd=tree)
    assert levels(check(three, "--path", "f", "--lines", "10", "--json"))["conflicting"] == 3


def test_a_session_that_cannot_be_seen_is_unknown(three: World) -> None:
    (three.root / "myapp-far").rename(three.root / "elsewhere")
    told = check(three, "--path", "f", "--lines", "1", "--json")
    assert told.status == 2
    assert levels(told)["far"] is None
    assert "unknown    far: its directory" in check(three, "--path", "f", "--lines", "1").out


def test_whose_the_path_is_is_told_too(three: World) -> None:
    rules = "sessions: {me: {owns: [/f]}, far: {owns: [/g]}, shared: {owns: [/h]}}\n"
    three.commit(".claude/parallel-config.yml", rules)
    for path, verdict, status in (("f", "own", 0), ("g", "foreign", 1), ("h", "shared", 0)):
        told = check(three, "--path", path, "--fail-on", "never", "--json")
        (touch,) = told.json["touches"]
        assert (touch["path"], touch["verdict"], told.status) == (path, verdict, status)
    said = check(three, "--path", "g").out
    assert said.startswith("deny")
    assert "far" in said
