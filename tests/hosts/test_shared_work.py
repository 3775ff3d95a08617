"""Machines that share work through a remote: what leaves, what arrives, what is believed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from parallel_tui.adapters.git.simulate.verdict.board import Board
from parallel_tui.bootstrap import Core, Overrides, open_core
from parallel_tui.errors import GitError, ParallelError, RefusedError, UsageError
from parallel_tui.model.fact import known
from parallel_tui.model.hosts.shared import SharedSession, ShareMode
from parallel_tui.model.overlap.verdict import Level
from parallel_tui.model.view.snapshot import Source
from tests.support.waiting import eventually
from tests.support.world import World

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.engine.engine import Engine
    from parallel_tui.model.hosts.view import SharedWork
    from tests.hosts.server import Server

REFS = "refs/pdev/hosts/"


@pytest.fixture
def red(world: World) -> World:
    """A machine with one session, whose repository has a remote."""
    world.git("init", "-q", "--bare", "-b", "main", str(world.root / "hub.git"), cwd=world.root)
    world.write(".gitignore", "*.log\n")
    world.commit("src/app.py", "".join(f"line {number}\n" for number in range(40)))
    world.git("add", "-A")
    world.git("commit", "-q", "-m", "ignore")
    world.git("remote", "add", "origin", "../hub.git")
    world.git("push", "-q", "origin", "main")
    world.worktree("auth", "auth")
    return world


@pytest.fixture
def green(red: World) -> World:
    """Another machine: a clone with one session."""
    made = World(red.root / "green", red.env)
    made.root.mkdir()
    red.git("clone", "-q", str(red.root / "hub.git"), str(made.repo), cwd=red.root)
    made.worktree("api", "api")
    return made


def core(world: World) -> Core:
    """The program in a clone."""
    return open_core(Overrides(str(world.repo)))


def share(world: World, mode: str = "work") -> SharedWork:
    """Share a clone's work under the name of its folder."""
    name = "green" if world.root.name == "green" else "red"
    done = core(world).hosts.service.share(ShareMode(mode), name=name)
    assert done.sent is not None
    return done.sent


def in_hub(world: World, *args: str) -> str:
    """Run git in the remote."""
    hub = world.root if (world.root / "hub.git").exists() else world.root.parent
    return world.git("-C", str(hub / "hub.git"), *args, cwd=hub)


def shared(world: World) -> dict[str, str]:
    """What stands in the remote: commits by machine and session."""
    rows = in_hub(world, "for-each-ref", "--format=%(refname) %(objectname)", REFS).split("\n")
    return dict(row.removeprefix(REFS).split(" ") for row in rows if row)


def test_work_leaves_without_what_never_may(red: World) -> None:
    auth = red.root / "myapp-auth"
    red.write("src/app.py", "changed\n", cwd=auth)
    red.write("new [x]\n.txt", "new\n", cwd=auth)
    red.write(".claude/locks/a.lock", "secret\n")  # what sessions share on this machine
    for name in (".claude/x", "deep/.env", "deep/.env.local", "build.log", "my.key"):
        red.write(name, "secret\n", cwd=auth)
    red.git("update-index", "--assume-unchanged", "README.md", cwd=auth)
    red.write("README.md", "hidden\n", cwd=auth)
    before = red.git("count-objects", "-v")
    assert share(red).names == ("auth",)
    assert red.git("count-objects", "-v") == before, "nothing is written into the repository"
    ref = f"{REFS}red/auth"
    told = in_hub(red, "diff", "-z", "--name-only", "main", ref).split("\0")
    assert told == ["new [x]\n.txt", "src/app.py", ""]
    objects = in_hub(red, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)").split()
    contents = {in_hub(red, "cat-file", "-p", each) for each in objects}
    assert "changed\n" in contents
    assert not contents & {"secret\n", "hidden\n"}
    assert share(red, "commits").names == ("auth",)
    assert in_hub(red, "diff", "--name-only", "main", ref) == ""


def test_a_session_whose_commits_have_what_never_leaves_is_not_shared(red: World) -> None:
    auth = red.root / "myapp-auth"
    share(red)
    red.commit("a\n/.env", "secret\n", cwd=auth)
    red.git("rm", "-q", "a\n/.env", cwd=auth)
    red.git("commit", "-q", "-m", "gone again", cwd=auth)
    sent = share(red)
    assert sent.names == ()
    assert [name for name, _ in sent.held] == ["auth"]
    assert "share.never" in sent.held[0][1]
    assert shared(red) == {}
    red.git("push", "-q", "origin", "auth", cwd=auth)  # what somebody gave away is no secret
    assert share(red).names == ("auth",)


def test_nothing_is_pushed_that_stands_there(red: World) -> None:
    red.write("src/app.py", "changed\n", cwd=red.root / "myapp-auth")
    share(red)
    before = shared(red)
    assert share(red).pushed == 0
    assert shared(red) == before
    red.git("worktree", "remove", "--force", str(red.root / "myapp-auth"))
    assert share(red).pushed == 1
    assert shared(red) == {}


def test_what_is_shared_is_taken_back(red: World, green: World) -> None:
    share(red)
    share(green)
    assert [each.key for each in core(green).hosts.service.look(fetch=True).sessions] == [
        "auth@red"
    ]
    assert core(green).hosts.service.share(ShareMode.OFF).taken_back == 1
    assert [*shared(red)] == ["red/auth"]
    assert green.git("for-each-ref", REFS) == ""
    with pytest.raises(RefusedError, match="shares no work"):
        core(green).hosts.service.look(fetch=True)


def test_what_could_not_be_taken_back_is_taken_back_later(red: World) -> None:
    share(red)
    (red.root / "hub.git").rename(red.root / "away.git")
    with pytest.raises(GitError, match="origin cannot be reached for shared work: "):
        core(red).hosts.service.share(ShareMode.OFF)
    assert not core(red).hosts.choice.read().on
    (red.root / "away.git").rename(red.root / "hub.git")
    assert core(red).hosts.service.share(ShareMode.OFF).taken_back == 1
    assert shared(red) == {}


def test_a_choice_that_cannot_be_noted_is_none(red: World) -> None:
    (red.repo / ".git/pdev").write_text("in the way")
    with pytest.raises(ParallelError, match=r"\.git/pdev"):
        share(red)
    assert shared(red) == {}


def test_two_clones_have_two_names(red: World, green: World) -> None:
    share(red)
    before = shared(red)
    with pytest.raises(RefusedError, match="Another clone"):
        core(green).hosts.service.share(ShareMode.WORK, name="red")
    assert not core(green).hosts.choice.read().on
    assert shared(red) == before
    with pytest.raises(UsageError, match="no remote"):
        core(green).hosts.service.share(ShareMode.WORK, remote="nowhere")


def test_a_ref_that_somebody_else_moved_is_told_and_put_right(red: World) -> None:
    service = core(red).hosts
    share(red)
    sender = service.sender()
    sharing = service.choice.read()
    offered = service.service._offered()
    assert sender.send(sharing, offered).pushed == 0
    before = service.refs.runner.started
    assert sender.send(sharing, offered).names == ("auth",)
    assert service.refs.runner.started == before, "nothing is asked where nothing has changed"
    in_hub(red, "update-ref", f"{REFS}red/auth", "main")
    red.write("src/app.py", "changed\n", cwd=red.root / "myapp-auth")
    offered = core(red).hosts.service._offered()
    with pytest.raises(GitError, match="did not take"):
        sender.send(sharing, offered)
    assert sender.send(sharing, offered).pushed == 1
    sender.close()


def test_a_push_that_meets_another_one_is_tried_once_more(red: World) -> None:
    hub = red.root / "hub.git"
    lock = hub / f"{REFS}red/auth.lock"
    toggle = f"if test -e {lock}; then rm {lock}; else touch {lock}; fi"
    script = f"#!/bin/sh\nmkdir -p {lock.parent}\n{toggle}\n"
    hook = hub / "hooks/pre-receive"
    hook.write_text(script)
    hook.chmod(0o755)
    assert share(red).names == ("auth",)
    assert shared(red)
    red.write("src/app.py", "changed\n", cwd=red.root / "myapp-auth")
    hook.write_text(script + f"touch {lock}\n")
    with pytest.raises(GitError, match="did not take"):
        share(red)


def test_a_hook_that_refuses_the_push_is_heard(red: World) -> None:
    hook = red.write(".git/hooks/pre-push", "#!/bin/sh\nread -r line; echo no $line >&2; exit 1\n")
    hook.chmod(0o755)
    for name, value in {
        "push.followTags": "true",
        "push.gpgSign": "true",
        "push.recurseSubmodules": "only",
        "fetch.pruneTags": "true",
        "remote.origin.tagOpt": "--tags",
    }.items():
        red.git("config", name, value)
    red.git("tag", "-a", "-m", "mine", "mine")
    with pytest.raises(RefusedError, match="not pushed"):
        share(red)
    assert shared(red) == {}
    assert not core(red).hosts.choice.read().on
    hook.unlink()
    assert share(red).names == ("auth",)
    assert core(red).hosts.service.look(fetch=True).sessions == ()
    assert in_hub(red, "tag") == ""
    assert red.git("tag") == "mine\n"


def _rebasing(red: World, auth: Path) -> None:
    red.commit("src/app.py", "theirs\n")
    red.commit("src/app.py", "mine\n", cwd=auth)
    red.commit("more.txt", "more\n", cwd=auth)
    red.git("rebase", "-q", "main", cwd=auth, check=False)
    red.write("src/app.py", "both\n", cwd=auth)
    red.git("add", "src/app.py", cwd=auth)


def _merging(red: World, auth: Path) -> None:
    red.commit("other.py", "theirs\n")
    red.commit("src/app.py", "mine\n", cwd=auth)
    red.git("merge", "-q", "--no-commit", "main", cwd=auth)


def _editing(red: World, auth: Path) -> None:
    red.write("new/deep/file", "new\n", cwd=auth)
    red.git("mv", "README.md", "READ [me].md", cwd=auth)
    (auth / "src/app.py").chmod(0o755)
    (auth / "link").symlink_to("src")


def _committing(red: World, auth: Path) -> None:
    red.commit("src/app.py", "mine\n", cwd=auth)


@pytest.mark.parametrize("do", [_rebasing, _merging, _editing, _committing])
def test_work_is_elsewhere_what_it_is_here(
    red: World, green: World, do: Callable[[World, Path], None]
) -> None:
    do(red, red.root / "myapp-auth")
    share(red)
    share(green)
    here, there = core(red), core(green)
    tree = next(each for each in here.git.worktrees() if each.own_branch == "auth")
    board, other = here.overlaps(), there.overlaps()
    assert isinstance(board, Board)
    assert isinstance(other, Board)
    base = here.git.base(None).oid
    for _ in board.update(base, [(tree, here.git.status(tree))]):
        pass
    sessions = there.hosts.service.look(fetch=True).sessions
    for _ in other.update(there.git.base(None).oid, [], shared=sessions):
        pass
    mine, theirs = board._work(tree.git_dir), other._work("auth@red")
    for name in ("head", "tree", "head_tree", "dirty", "limited", "merging"):
        assert getattr(theirs, name) == getattr(mine, name), name
    parents = "rev-list", "--parents", "--no-walk"
    if mine.merging:
        told = green.git(*parents, theirs.commit).split()[1:]
        assert told == [mine.head, red.git("rev-parse", "main").strip()]
    board.close()
    other.close()


def test_forged_refs_are_refused_and_told(red: World, green: World) -> None:
    share(red)
    share(green)
    blob = in_hub(red, "hash-object", "-w", "--stdin").strip()
    for name, oid in {
        "blue/blob": blob,
        "blue/plain": "main",
        "blue/auth": f"{REFS}red/auth",
        "blue/a%2fb": f"{REFS}red/auth",
        "red/auth2": f"{REFS}red/auth",
    }.items():
        in_hub(red, "update-ref", REFS + name, oid)
    view = core(green).hosts.service.look(fetch=True)
    assert [each.key for each in view.sessions] == ["auth@red"]
    assert len(view.refused) == 5
    green.commit(".env", "secret\n", cwd=green.root / "myapp-api")
    with living(green) as engine:
        eventually(lambda: len(trouble(engine)) == 2, what="what is not believed, and not shared")
        assert "api is not shared: its commits change .env" in trouble(engine)[0]
        assert "is not believed" in trouble(engine)[1]
        assert "(+4 more)" in trouble(engine)[1]


@contextmanager
def living(world: World) -> Iterator[Engine]:
    """The live view of a clone."""
    engine = core(world).engine(predict=True)
    engine.start(lambda _snapshot: None)
    try:
        yield engine
    finally:
        engine.stop()


def level(engine: Engine, name: str, other: str) -> Level | None:
    """How two sessions overlap, as one live view knows it now."""
    snapshot = engine.snapshot
    keys = {each.name: each.key for each in snapshot.sessions}
    wanted = {keys.get(name, name), other}
    for each in known(snapshot.overlaps) or ():
        if {*each.pair} == wanted and not each.stale:
            return each.level
    return None


@pytest.fixture
def served(red: World, server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    """The first machine, with a store that tells of news."""
    from parallel_tui.bootstrap.store import serving

    monkeypatch.setenv("PDEV_STORE", server.make(f"work-{tmp_path.parent.name}-{tmp_path.name}"))
    serving.server(core(red)).init()
    return red


def test_an_edit_on_one_machine_is_a_conflict_on_the_other(served: World, green: World) -> None:
    share(served)
    share(green)
    app = "src/app.py"
    mine, theirs = green.root / "myapp-api" / app, served.root / "myapp-auth" / app
    before = mine.read_text()
    mine.write_text(before.replace("line 20\n", "mine\n"))
    with living(served) as there, living(green) as here:

        def sees(wanted: Level) -> Callable[[], bool]:
            return lambda: (
                level(here, "api", "auth@red") is wanted
                and level(there, "auth", "api@green") is wanted
            )

        eventually(sees(Level.CLEAR), what="the other machine's session")
        theirs.write_text(before.replace("line 20\n", "theirs\n"))
        eventually(sees(Level.CONFLICT), what="a conflict across machines")
        auth = next(each for each in there.snapshot.sessions if each.name == "auth")
        detail = there.overlap_detail(auth.key, "api@green", app)
        assert detail.merged is not None
        assert "<<<<<<<" in detail.merged
        theirs.write_text(before.replace("line 30\n", "theirs\n"))
        eventually(sees(Level.SAME_FILE), what="that they do not conflict any more")
        served.git("commit", "-qam", "landed", cwd=theirs.parents[1])
        eventually(
            lambda: [each.dirty for each in known_sessions(here)] == [False],
            what="the commit on the other machine",
        )
        (served.root / "hub.git").rename(served.root / "away.git")
        theirs.write_text(before)
        eventually(lambda: trouble(there), what="that the remote is away")
        (served.root / "away.git").rename(served.root / "hub.git")
        eventually(lambda: not trouble(there), what="that the remote is back")
        core(served).hosts.service.share(ShareMode.OFF)
        eventually(lambda: not known_sessions(here), what="that it is not shared any more")


def trouble(engine: Engine) -> list[str]:
    """What a live view says is wrong with sharing."""
    health = engine.snapshot.health
    return [each.message for each in health if each.source is Source.HOSTS]


def known_sessions(engine: Engine) -> tuple[SharedSession, ...]:
    """Sessions of other machines in a live view."""
    hosts = engine.snapshot.hosts
    return hosts.sessions if hosts is not None else ()
