"""Landing sessions: exactly what was shown comes to base, or nothing does."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.bootstrap.landing.plans import lander
from parallel_tui.errors import ParallelError, RefusedError, UsageError
from parallel_tui.model.landing.plan import Block
from parallel_tui.model.landing.run import LandingStep, Phase
from parallel_tui.record import replace
from tests.lifecycle.picture import picture
from tests.services.landing import (
    EVERYONE,
    LINES,
    hook,
    opened,
    planned,
    put,
    ready,
    run,
    three,
    tip,
)
from tests.support.world import World

STRATEGIES = pytest.mark.parametrize("strategy", ["merge", "squash", "rebase"])
PLACES = pytest.mark.parametrize("where", ["main", "elsewhere", "nowhere"])


def standing(world: World, place: Path) -> dict[str, object]:
    """What a worktree is, apart from times, git's own notes, and what backups keep."""
    seen = picture(world, place)
    kept = ("index", "status", "head", "symbolic", "stash", "config")
    files = seen["files"]
    assert isinstance(files, dict)
    contents = {
        path: (kind, mode, data)
        for path, (kind, mode, _, data) in files.items()
        if path.split("/")[0] not in (".git", ".claude")  # of the main worktree
    }
    status = [line for line in str(seen["status"]).splitlines() if ".claude" not in line]
    return {**{name: seen[name] for name in kept}, "files": contents, "status": status}


@STRATEGIES
@PLACES
def test_what_was_shown_comes_to_base_and_goes_again(
    world: World, strategy: str, where: str
) -> None:
    three(world)
    place = put(world, where)
    before = tip(world)
    seen = standing(world, place) if place else None
    core = opened(world, base="main")
    plan = planned(core, strategy)
    steps: list[LandingStep] = []
    done = run(core, plan, told=steps.append)
    assert [each.session for each in done.landed] == list(EVERYONE)
    assert (done.stopped, done.left, done.cancelled, done.pushed) == ("", (), False, None)
    assert tip(world, "main^{tree}") == plan.tree
    assert (tip(world), before) == (done.after, done.before)
    shown = [(each.phase, each.session, each.number, each.of) for each in steps]
    assert shown == [
        (phase, name, number, 3)
        for number, name in enumerate(EVERYONE, 1)
        for phase in (Phase.BEGINS, Phase.LANDED)
    ]
    for each, turn in zip(done.landed, plan.order, strict=True):
        assert (each.tree, tip(world, f"{each.after}^{{tree}}")) == (turn.tree, turn.tree)
        assert tip(world, f"feature/{each.session}") == each.commit, "a session stays as it is"
    count = {"merge": 8, "squash": 3, "rebase": 6}[strategy]
    assert world.git("rev-list", "--count", f"{before}..main").strip() == str(count)
    if place:
        assert world.git("status", "--porcelain", cwd=place) == ""
        assert (place / "c.txt").read_text() == "c\n"

    back = core.undoer.undo(core.undoer.find())[0][0]
    assert (tip(world), back.message) == (before, f"main is back at {before[:10]}, without a, b, c")
    if place:
        assert standing(world, place) == seen
    kept = world.git("for-each-ref", "--format=%(objectname)", "refs/pdev/backup/landing").split()
    assert kept == [before, done.after]
    with pytest.raises(RefusedError, match="was undone already"):
        core.undoer.undo(core.undoer.find(done.run))


@STRATEGIES
def test_a_bare_repository(world: World, strategy: str) -> None:
    three(world)
    bare = world.root / "bare.git"
    world.git("clone", "-q", "--bare", str(world.repo), str(bare), cwd=world.root)
    for name in EVERYONE:
        path = str(world.root / f"bare-{name}")
        world.git("worktree", "add", "-q", path, f"feature/{name}", cwd=bare)
    settings = {"tmux.socket": "world", "agent": ""}
    core = open_core(Overrides(str(bare), settings), dict(world.env))
    before = world.git("rev-parse", "main", cwd=bare)
    plan = planned(core, strategy)
    done = run(core, plan)
    assert len(done.landed) == 3
    assert world.git("rev-parse", "main^{tree}", cwd=bare).strip() == plan.tree
    core.undoer.undo(core.undoer.find())
    assert world.git("rev-parse", "main", cwd=bare) == before


def test_commits_keep_their_author_and_their_words(world: World) -> None:
    three(world)
    place = world.root / "myapp-b"
    world.git(
        *("-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "--amend"),
        *("--author", "Ünï <u@x>", "--date", "2001-02-03T04:05:06+0700"),
        *("-m", "b, tests pass\n\n#1 ä\n  indented"),
        cwd=place,
    )
    run(opened(world), strategy="rebase")
    form = "--format=%an <%ae> %aI%n%B"
    (new,) = world.git("log", "--format=%H", "--grep=indented", "main").split()
    assert new != tip(world, "feature/b")
    assert world.git("log", "-1", form, new) == world.git("log", "-1", form, "feature/b")


def test_a_squash_names_what_is_in_it(world: World) -> None:
    three(world)
    run(opened(world), strategy="squash")
    said = world.git("log", "-1", "--format=%B")
    assert said.strip() == "Land feature/c\n\n* c begins\n* c, tests pass"


@PLACES
def test_a_session_that_commits_meanwhile_does_not_land(world: World, where: str) -> None:
    three(world)
    put(world, where)

    def told(step: LandingStep) -> None:
        if (step.phase, step.session) == (Phase.BEGINS, "b"):
            world.commit("more", "", cwd=world.root / "myapp-b")

    done = run(opened(world, base="main"), told=told)
    assert ([each.session for each in done.landed], done.left) == (["a"], ("b", "c"))
    assert done.stopped.startswith("b has moved on to ")
    assert tip(world) == done.after == done.landed[0].after


@PLACES
def test_base_that_others_move_meanwhile_stops_the_run(world: World, where: str) -> None:
    three(world)
    place = put(world, where)
    new = ""

    def told(step: LandingStep) -> None:
        nonlocal new
        if (step.phase, step.session) == (Phase.BEGINS, "b"):
            if place:
                new = world.commit("theirs", "x", cwd=place)
            else:
                new = world.git("commit-tree", "-p", "main", "-m", "theirs", "main^{tree}").strip()
                world.git("update-ref", "refs/heads/main", new)

    core = opened(world, base="main")
    done = run(core, told=told)
    assert [each.session for each in done.landed] == ["a"]
    assert done.stopped == f"main was moved to {new[:10]} by others meanwhile"
    assert tip(world) == new
    with pytest.raises(RefusedError, match=r"main stands at .* and was left alone"):
        core.undoer.undo(core.undoer.find(done.run))


def test_base_that_moves_at_the_very_moment_keeps_what_others_did(world: World) -> None:
    """Between our last look and git's own, which reads base itself."""
    three(world)
    world.commit("own", "so that base is not simply moved on")
    core = opened(world)
    landing = lander(core)
    real = landing.lands.message
    moved: list[str] = []

    def message(*args: object) -> str:
        if not moved:
            moved.append(world.commit("theirs", "x"))
        return str(real(*args))  # type: ignore[arg-type]

    plan = planned(core)
    object.__setattr__(landing, "lands", _With(landing.lands, message))
    with pytest.raises(RefusedError, match="by others at the very moment"):
        landing.run(plan)
    assert tip(world) == moved[0]
    assert world.git("status", "--porcelain") == ""
    assert core.tools.unfinished() == ()


class _With:
    """Steps of a landing with one of them replaced."""

    def __init__(self, steps: object, message: object) -> None:
        self._steps = steps
        self.message = message

    def __getattr__(self, name: str) -> object:
        return getattr(self._steps, name)


@pytest.mark.parametrize("strategy", ["merge", "rebase"])
def test_base_whose_worktree_is_not_clean_is_left_alone(world: World, strategy: str) -> None:
    three(world)
    core = opened(world)
    plan = planned(core, strategy)
    world.write("README.md", "edited\n")
    before = standing(world, world.repo)
    with pytest.raises(RefusedError, match=r"main is checked out in .* uncommitted changes in RE"):
        run(core, plan)
    assert standing(world, world.repo) == before
    world.git("stash", "-q")
    world.git("merge", "-q", "--no-commit", "--no-ff", "feature/c")
    with pytest.raises(RefusedError, match="a merge is under way in it"):
        run(core, plan)
    world.git("merge", "--abort")
    world.git("update-index", "--assume-unchanged", "README.md")
    world.write("README.md", "hidden\n")
    with pytest.raises(RefusedError, match=r"'README.md' was edited and git is told not"):
        run(core, plan)
    assert not list((world.repo / ".git/pdev/landings").glob("*"))


def test_base_in_a_worktree_that_is_gone_or_in_two_is_left_alone(world: World) -> None:
    three(world)
    place = put(world, "elsewhere")
    core, before = opened(world, base="main"), tip(world)
    plan = planned(core)
    assert place is not None
    moved = place.rename(world.root / "away")
    with pytest.raises(RefusedError, match=r"nothing can be landed there: its dir.* is gone"):
        run(core, plan)
    moved.rename(place)
    world.git("switch", "-q", "--ignore-other-worktrees", "main")
    with pytest.raises(RefusedError, match=r"main is also checked out in"):
        run(core, plan)
    assert tip(world) == before


def test_a_file_that_git_does_not_track_is_not_replaced(world: World) -> None:
    three(world)
    world.write(".git/info/exclude", "b.txt\n")
    world.write("b.txt", "mine\n")
    done = run(opened(world))
    assert [each.session for each in done.landed] == ["a"]
    assert "b brings 'b.txt', and a file of that name that git does not track" in done.stopped
    assert (world.repo / "b.txt").read_text() == "mine\n"


@pytest.mark.parametrize(
    ("strategy", "name"),
    [
        *(("merge", each) for each in ("pre-merge-commit", "commit-msg", "prepare-commit-msg")),
        *(("squash", each) for each in ("pre-commit", "commit-msg")),
        *((each, "reference-transaction") for each in ("merge", "squash", "rebase")),
    ],
)
def test_a_hook_that_refuses_leaves_no_trace(world: World, strategy: str, name: str) -> None:
    three(world)
    world.commit("own", "so that base is not simply moved on")
    core = opened(world)
    plan = planned(core, strategy)
    before = standing(world, world.repo)
    refuses = "echo not today >&2; exit 1"
    if name == "reference-transaction":
        refuses = f'[ "$1" = prepared ] || exit 0; ! grep -q refs/heads/main || {{ {refuses}; }}'
    made = hook(world, name, refuses)
    with pytest.raises(RefusedError, match=r"a was not landed: the .*hook.*not today"):
        run(core, plan)
    made.unlink()
    assert standing(world, world.repo) == before
    assert core.tools.unfinished() == ()
    assert not list((world.repo / ".git/pdev/landings").glob("*"))
    assert not world.git("for-each-ref", "refs/pdev")
    assert len(run(core, plan).landed) == 3, "once it does not refuse"


def test_what_a_refusing_hook_had_rewritten_is_kept(world: World) -> None:
    """As formatters do, which change a file and refuse the commit."""
    three(world)
    core = opened(world)
    before = standing(world, world.repo)
    hook(world, "pre-commit", "echo formatted >>f; exit 1")
    with pytest.raises(RefusedError, match="a was not landed"):
        run(core, strategy="squash")
    assert standing(world, world.repo) == before
    (ref,) = world.git("for-each-ref", "--format=%(refname)", "refs/pdev/**/*.hook").split()
    assert world.git("show", f"{ref}:f").endswith("formatted\n")
    assert core.tools.unfinished() == ()


@STRATEGIES
@PLACES
def test_a_signature_that_fails_stops_before_base_moves(
    world: World, strategy: str, where: str
) -> None:
    three(world)
    world.commit("own", "so that base is not simply moved on")
    place = put(world, where)
    world.git("config", "commit.gpgSign", "true")
    world.git("config", "gpg.program", "false")
    core, before = opened(world, base="main"), tip(world)
    seen = standing(world, place) if place else None
    with pytest.raises(ParallelError, match="could not be signed"):
        run(core, strategy=strategy)
    assert tip(world) == before
    assert (standing(world, place) if place else None) == seen
    assert core.tools.unfinished() == ()


HOSTILE = {
    "branch.main.mergeOptions": "--no-commit -s ours --no-ff",
    "commit.cleanup": "scissors",
    "commit.template": "nowhere",
    "core.autocrlf": "true",
    "core.editor": "false",
    "core.logAllRefUpdates": "false",
    "diff.noprefix": "true",
    "log.showSignature": "true",
    "merge.autoStash": "true",
    "merge.log": "5",
    "merge.renames": "false",
    "rerere.enabled": "true",
}


@STRATEGIES
@pytest.mark.parametrize("forward", ["only", "false"])
def test_hostile_settings_change_nothing(world: World, strategy: str, forward: str) -> None:
    three(world)
    for name, value in {**HOSTILE, "merge.ff": forward}.items():
        world.git("config", name, value)
    core = opened(world)
    plan = planned(core, strategy)
    done = run(core, plan)
    assert (done.stopped, len(done.landed)) == ("", 3)
    assert tip(world, "main^{tree}") == plan.tree
    assert world.git("status", "--porcelain") == ""
    merges = world.git("log", "--merges", "--format=%s").count("Merge branch")
    assert merges == (0 if strategy != "merge" else 3 if forward == "false" else 2)
    core.undoer.undo(core.undoer.find())
    assert tip(world) == done.before


def test_what_a_hook_made_of_it_is_taken_back(world: World) -> None:
    three(world)
    world.commit("own", "")
    core, before = opened(world), tip(world)
    hook(world, "pre-commit", "echo more >extra; git add extra")
    with pytest.raises(RefusedError, match="gave other files than were shown, and was taken b"):
        run(core, strategy="squash")
    assert tip(world) == before
    assert world.git("status", "--porcelain") == ""


def test_a_hook_that_commits_on_top_ends_the_run_and_keeps_both(world: World) -> None:
    three(world)
    world.commit("own", "so that base is not simply moved on")
    core = opened(world)
    hook(world, "post-merge", "echo 2 >version; git add version; git commit -q -m version")
    done = run(core)
    assert [each.session for each in done.landed] == ["a"]
    assert done.landed[0].after == tip(world, "main~1")
    assert done.stopped == f"main was moved to {tip(world)[:10]} by others meanwhile"
    subjects = world.git("log", "-2", "--first-parent", "--format=%s").splitlines()
    assert subjects == ["version", "Merge branch 'feature/a'"]
    with pytest.raises(RefusedError, match="and was left alone"):
        core.undoer.undo(core.undoer.find(done.run))


def test_odd_names(world: World) -> None:
    world.commit("f", LINES)
    names = ("it's $(x)", "[red]#{b}", "ünï😀")
    for name, number in zip(names, (3, 15, 27), strict=True):
        tree = ready(world, name, number=number)
        world.git("branch", "-m", "--", f"odd'$(x)ü={number}", cwd=tree)
    for strategy in ("merge", "squash", "rebase"):
        core = opened(world)
        done = run(core, strategy=strategy)
        assert (len(done.landed), done.stopped) == (len(names), "")
        core.undoer.undo(core.undoer.find())


def test_base_without_a_worktree_needs_no_hook(world: World) -> None:
    three(world)
    put(world, "nowhere")
    hook(world, "pre-merge-commit", "exit 1")
    assert len(run(opened(world, base="main")).landed) == 3


def test_told_to_stop_it_stops_between_two(world: World) -> None:
    three(world)
    landed: list[str] = []

    def told(step: LandingStep) -> None:
        landed.extend([step.session] if step.phase is Phase.LANDED else [])

    core = opened(world)
    done = run(core, told=told, stopped=lambda: len(landed) == 2)
    assert (landed, done.left, done.cancelled, done.stopped) == (["a", "b"], ("c",), True, "")
    assert done.message == "Landed a, b on main; 1 session did not land: c"
    assert run(core).landed[0].session == "c"


def test_two_runs_never_interleave(world: World) -> None:
    three(world)
    core, refused = opened(world), list[str]()

    def told(step: LandingStep) -> None:
        if step.phase is Phase.BEGINS:
            with pytest.raises(RefusedError) as error, core.tools.syncs.alone(patience=0.0):
                pass
            refused.append(error.value.message)

    assert len(run(core, told=told).landed) == len(refused) == 3


def test_an_order_set_by_hand(world: World) -> None:
    three(world)
    ready(world, "hub", number=15)
    core = opened(world)
    plan = lander(core).planner.plan(order=["c", "hub", "b"])
    assert [each.session for each in plan.order] == ["c", "hub"]
    why = {each.session: each.opponent for each in plan.blocked}
    assert {name: each and (each.kind, each.paths) for name, each in why.items()} == {
        "b": (Block.CONFLICT, ("f",)),
        "a": (Block.LEFT_OUT, ()),
    }
    assert [each.session for each in run(core, plan).landed] == ["c", "hub"]


def test_the_sessions_are_told(world: World) -> None:
    three(world)
    world.worktree("fresh")
    core = opened(world)
    done = run(core)
    events = core.shared.store.read().events
    told = {(each.type, each.recipients) for each in events}
    assert told == {
        *(("landed", (name,)) for name in EVERYONE),
        ("base_moved", ("fresh",)),
    }
    (line,) = [each for each in core.shared.store.journal(9) if each.what == "land"]
    assert (line.about["sessions"], line.about["time"]) == (list(EVERYONE), done.run)
    assert line.undo is not None
    assert core.undoer.can_undo(line, core.undoer.all())
    back = core.undoer.apply(line.undo)
    assert back.message == f"main is back at {done.before[:10]}, without a, b, c"
    assert not core.undoer.can_undo(line, core.undoer.all())


def test_old_runs_are_forgotten(world: World) -> None:
    three(world)
    core = opened(world)
    done = run(core)
    core.undoer.undo(core.undoer.find())
    expiry = lander(core).expiry
    assert expiry.run() == ()
    assert len(world.git("for-each-ref", "refs/pdev").splitlines()) == 2
    later = replace(expiry, clock=lambda: core.clock() + 15 * 86400)
    assert later.run() == ()
    assert world.git("for-each-ref", "refs/pdev") == ""
    assert core.tools.landings.times() == []
    with pytest.raises(RefusedError, match="was undone already"):
        core.undoer.find(done.run)  # which the journal still knows


def test_a_record_that_cannot_be_read_is_told_until_it_is_moved_away(world: World) -> None:
    three(world)
    core = opened(world)
    path = world.write(".git/pdev/landings/20260131-140500.running", "{")
    assert core.tools.unfinished() == ("land",)
    for _ in range(2):
        (told,) = core.tools.settle()
        assert told.open
        assert "cannot be read" in told.message
    move = next(line for line in told.remedy if isinstance(line, str) and "mv -- " in line)
    with pytest.raises(RefusedError, match="An earlier landing is not settled"):
        run(core)
    subprocess.run(["sh", "-c", move.partition(": ")[2]], check=True)
    assert not path.exists()
    assert len(run(core).landed) == 3


def test_what_is_no_branch_cannot_be_landed_on(world: World) -> None:
    three(world)
    world.git("tag", "v1")
    with pytest.raises(UsageError, match="v1 is no branch of this repository"):
        run(opened(world, base="v1"))


def test_a_swap_that_is_refused_leaves_base(world: World) -> None:
    three(world)
    put(world, "nowhere")
    core = opened(world, base="main")
    plan = planned(core, "squash")
    before = tip(world)
    hook(world, "reference-transaction", "exit 1")
    with pytest.raises(ParallelError):
        run(core, plan)
    assert tip(world) == before
    assert core.tools.unfinished() == ()
