"""Starting sessions on a real repository and a real tmux."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from parallel_tui.errors import RefusedError, UsageError
from parallel_tui.model.lifecycle.spawn import BranchSource, SpawnRequest
from parallel_tui.model.settings.config import Kind, LayoutPane, Split
from parallel_tui.model.settings.consent import TrustNeededError
from parallel_tui.model.sharing.journal import UndoAction, UndoKind
from tests.services.conftest import OpenCore
from tests.services.traces import traces
from tests.support.waiting import eventually
from tests.support.world import World

PLAIN = SpawnRequest("auth", window=False)


def test_a_session_is_branch_worktree_context_and_window(world: World, core_of: OpenCore) -> None:
    core = core_of(agent="printf 'got:%s:%s\\n' {prompt} \"$CLAUDE_SESSION_ID\"")
    steps: list[str] = []
    prompt = "say 'hi' $(touch pwned)\nand more"
    receipt = core.spawner.spawn(SpawnRequest("User Login", prompt=prompt), steps.append)
    place = world.root / "myapp-user-login"
    assert (receipt.name, receipt.branch) == ("user-login", "feature/user-login")
    assert receipt.directory == str(place)
    assert receipt.undo == (UndoAction(UndoKind.REMOVE, "user-login"),)
    assert world.git("branch", "--show-current", cwd=place).strip() == "feature/user-login"
    context = (place / ".claude/feature-context.md").read_text()
    assert context.startswith(
        "# Feature: User Login\n\n## Branch\nfeature/user-login\n\n## Created\n"
    )
    assert "## Status\nIn Progress\n\n## Notes\n" in context
    assert prompt in context
    assert world.git("status", "--porcelain", cwd=place) == ""
    window = str(receipt.window)
    environment = world.tmux("show-environment", "-t", window, check=False)
    assert "PDEV_SESSION" not in environment  # set in the panes, not in the user's session

    def screen() -> str:
        return world.tmux("capture-pane", "-p", "-t", window)

    eventually(lambda: "and more:user-login" in screen())
    assert "got:say 'hi' $(touch pwned)" in screen()
    assert not list(world.root.rglob("pwned"))
    assert core.sessions.find("user-login").windows[0].owner == "user-login"
    assert steps[-1] == "window user-login"


@pytest.mark.parametrize(
    "name",
    ["a b", "[red]x[/red]", "#{pid}", "#(touch x)", "$(touch x)", "🚀go", "-rf", "z" * 200, "a\nb"],
)
def test_hostile_names(world: World, core_of: OpenCore, name: str) -> None:
    core = core_of()
    plan = core.spawner.plan(SpawnRequest(name))
    assert plan.changes
    receipt = core.spawner.spawn(SpawnRequest(name))
    assert plan.changes[0] in receipt.warnings[0], "never silent"
    session = core.sessions.find(plan.name)
    assert session.worktree
    assert session.worktree.path == receipt.directory
    assert session.windows[0].name == plan.name
    assert not list(world.root.rglob("x"))
    core.remover.remove(core.remover.plan(plan.name), ())
    assert [s.name for s in core.sessions.all()] == ["main"]


def test_settings_come_along_and_runtime_state_does_not(world: World, core_of: OpenCore) -> None:
    world.commit(".claude/settings.json", "{}")
    world.commit(".gitignore", "/local/\n*.local.json\n.env\nnode_modules/\n")
    for path in (
        ".claude/settings.local.json",
        ".claude/commands/mine.md",
        ".claude/locks/a.lock",
        ".claude/events/1.json",
        ".claude/parallel-state.json",
        ".claude/status.md",
        ".claude/session-1-tasks.md",
        ".claude/pdev/journal.jsonl",
        ".claude/worktrees/x/f",
        ".claude/feature-context.md",
        ".claude/x.lock",
        ".env",
        "local/deep/tool.sh",
        "node_modules/lib/index.js",
        "notes.txt",
    ):
        world.write(path, "{}" if path.endswith("-state.json") else "secret")
    (world.repo / "local/deep/tool.sh").chmod(0o750)
    (world.repo / "local/link").symlink_to("/etc/hostname")
    world.write(".worktreeinclude", "# local things\n.env\n\n/local/\nREADME.md\n")
    core = core_of(symlink=["node_modules"])
    receipt = core.spawner.spawn(PLAIN)
    place = world.root / "myapp-auth"
    assert receipt.warnings == ()
    below = {str(p.relative_to(place)) for p in (place / ".claude").rglob("*") if p.is_file()}
    assert below == {
        ".claude/settings.json",
        ".claude/settings.local.json",
        ".claude/commands/mine.md",
        ".claude/feature-context.md",
    }
    assert (place / ".env").read_text() == "secret"
    assert (place / "local/deep/tool.sh").stat().st_mode & 0o777 == 0o750
    assert (place / "local/link").readlink() == Path("/etc/hostname")
    assert (place / "node_modules").is_symlink()
    assert (place / "node_modules/lib/index.js").read_text() == "secret"
    assert not (place / "notes.txt").exists()
    assert (place / "README.md").read_text() == "hello\n"

    assert core.remover.plan("auth").losses == (), "copies nobody touched are no loss"
    world.write(".env", "changed", cwd=place)
    assert ".env" in str(core.remover.plan("auth").losses)


def test_the_exclude_block_is_added_once_and_other_lines_stay(
    world: World, core_of: OpenCore
) -> None:
    exclude = world.repo / ".git/info/exclude"
    exclude.write_bytes(b"mine\xff\nno newline")
    core = core_of()
    core.spawner.spawn(PLAIN)
    once = exclude.read_bytes()
    core.spawner.spawn(replace(PLAIN, name="api"))
    assert exclude.read_bytes() == once
    assert once.startswith(b"mine\xff\nno newline\n# >>> pdev")
    assert world.git("status", "--porcelain", cwd=world.root / "myapp-api") == ""


def test_existing_and_remote_branches(world: World, core_of: OpenCore) -> None:
    core = core_of()
    world.git("branch", "topic/old")
    receipt = core.spawner.spawn(
        SpawnRequest("", source=BranchSource.EXISTING, branch="topic/old", window=False)
    )
    assert receipt.branch == "topic/old"
    assert receipt.session == "topic-old"
    again = SpawnRequest("x", source=BranchSource.EXISTING, branch="topic/old", window=False)
    with pytest.raises(RefusedError, match=r"checked out in .*myapp-topic-old"):
        core.spawner.plan(again)
    with pytest.raises(UsageError, match="no local branch") as failure:
        core.spawner.plan(replace(again, branch="topic/olt"))
    assert "topic/old" in failure.value.hint

    other = world.root / "origin.git"
    world.git("clone", "-q", "--bare", str(world.repo), str(other), cwd=world.root)
    world.git("push", "-q", str(other), "main:refs/heads/far/away")
    world.git("remote", "add", "origin", str(other))
    world.git("fetch", "-q")
    request = SpawnRequest(
        "far", source=BranchSource.REMOTE, branch="origin/far/away", window=False
    )
    assert core.spawner.spawn(request).branch == "far/away"
    place = world.root / "myapp-far"
    upstream = world.git("rev-parse", "--abbrev-ref", "@{u}", cwd=place).strip()
    assert upstream == "origin/far/away"
    world.git("branch", "topic/two", "main")
    world.git("update-ref", "refs/remotes/origin/topic/two", world.commit("f", "1"))
    with pytest.raises(RefusedError, match="stands elsewhere"):
        core.spawner.plan(replace(request, name="two", branch="origin/topic/two"))


def test_a_branch_that_is_being_rebased_is_not_free(world: World, core_of: OpenCore) -> None:
    place = world.worktree("busy")
    world.commit("src/app.py", "x = 2\n", cwd=place)
    world.commit("src/app.py", "x = 3\n")
    world.git("rebase", "main", cwd=place, check=False)
    request = SpawnRequest("b2", source=BranchSource.EXISTING, branch="feature/busy", window=False)
    with pytest.raises(RefusedError, match=r"checked out in .*myapp-busy"):
        core_of().spawner.plan(request)


def test_what_is_in_the_way_is_said(world: World, core_of: OpenCore) -> None:
    core = core_of()
    core.spawner.spawn(PLAIN)
    with pytest.raises(RefusedError, match="exists already"):
        core.spawner.plan(PLAIN)
    with pytest.raises(RefusedError, match="session named 'auth'") as taken:
        core.spawner.plan(replace(PLAIN, kind=Kind.FIX))
    assert "'auth-2' is free" in taken.value.hint
    world.git("branch", "feature/there")
    with pytest.raises(RefusedError, match="'feature/there' exists already"):
        core.spawner.plan(SpawnRequest("there"))
    world.git("branch", "fix")
    with pytest.raises(RefusedError, match="side by side"):
        core.spawner.plan(SpawnRequest("x", kind=Kind.FIX))
    (world.root / "myapp-api").mkdir()
    with pytest.raises(RefusedError, match="myapp-api exists already"):
        core.spawner.plan(SpawnRequest("api"))
    with pytest.raises(UsageError, match="mian") as unknown:
        core.spawner.plan(SpawnRequest("y", base="mian"))
    assert "'main'" in unknown.value.hint
    with pytest.raises(UsageError, match="cannot be the name of a branch"):
        core.spawner.plan(SpawnRequest("y", branch="a b"))
    with pytest.raises(UsageError, match="layout named 'singel'") as layout:
        core.spawner.plan(SpawnRequest("y", layout="singel"))
    assert "'single'" in layout.value.hint
    (world.root / "file").write_text("")
    with pytest.raises(RefusedError, match="not a directory"):
        core_of(directory="../file/{name}").spawner.plan(SpawnRequest("y"))
    with pytest.raises(RefusedError, match="git's own directory"):
        core_of(directory=".git/{name}").spawner.plan(SpawnRequest("y"))


def test_a_window_of_ours_takes_its_name(world: World, core_of: OpenCore) -> None:
    core = core_of()
    core.spawner.spawn(SpawnRequest("auth"))
    world.tmux("rename-window", "-t", core.sessions.find("auth").windows[0].id, "other")
    tree = core.sessions.find("auth").worktree
    assert tree
    world.git("worktree", "remove", "--force", tree.path)
    world.git("branch", "-D", "feature/auth")
    with pytest.raises(RefusedError, match="session named 'auth'"):
        core.spawner.plan(SpawnRequest("auth"))


def test_warnings(world: World, core_of: OpenCore) -> None:
    world.worktree("a")
    world.write("src/app.py", "edited")
    warnings = core_of(max_sessions=1).spawner.plan(SpawnRequest("b", prompt="hi")).warnings
    assert any("limit" in text for text in warnings)
    assert any("1 uncommitted change" in text for text in warnings)
    assert any("nobody reads the prompt" in text for text in warnings)


def test_an_unborn_repository(empty_world: World, core_of: OpenCore) -> None:
    empty_world.git("init", "-q", "-b", "main", str(empty_world.repo), cwd=empty_world.root)
    core = core_of()
    assert core.spawner.choices().branches == ()
    with pytest.raises(RefusedError, match="no commit yet") as failure:
        core.spawner.plan(SpawnRequest("x"))
    assert "git commit" in failure.value.hint


def test_without_tmux(world: World, core_of: OpenCore, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = world.root / "bin"
    tools.mkdir()
    for name in ("git", "sh"):
        (tools / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PATH", str(tools))
    core = core_of()
    with pytest.raises(RefusedError, match="No window can be opened") as failure:
        core.spawner.spawn(SpawnRequest("x"))
    assert "--no-window" in failure.value.hint
    core.spawner.spawn(PLAIN)
    core.remover.remove(core.remover.plan("auth"), ())


def test_from_inside_a_linked_worktree_and_a_subfolder(world: World, core_of: OpenCore) -> None:
    linked = world.worktree("first")
    sub = linked / "src"
    core_of(sub).spawner.spawn(PLAIN)
    assert (world.root / "myapp-auth").is_dir()
    assert (world.root / "myapp-auth/.claude/feature-context.md").exists()


def test_a_bare_repository(world: World, core_of: OpenCore) -> None:
    bare = world.root / "store.git"
    world.git("clone", "-q", "--bare", str(world.repo), str(bare), cwd=world.root)
    core = core_of(bare)
    receipt = core.spawner.spawn(SpawnRequest("auth"))
    assert receipt.directory == str(world.root / "store-auth")
    assert (world.root / "store-auth/.claude/feature-context.md").exists()
    inside = core_of(bare, directory="{name}").spawner
    assert inside.plan(SpawnRequest("api")).directory == str(bare / "api")
    with pytest.raises(RefusedError, match="git's own"):
        inside.plan(SpawnRequest("reftable"))


def test_setup_runs_with_names_in_its_environment_only(world: World, core_of: OpenCore) -> None:
    core = core_of(setup=['printf "%s|%s|%s" "$PDEV_SESSION" "$PDEV_BRANCH" "$PWD" >out'])
    core.spawner.spawn(PLAIN)
    place = world.root / "myapp-auth"
    assert (place / "out").read_text() == f"auth|feature/auth|{place}"


def test_commands_of_the_repository_need_trust_in_their_exact_wording(
    world: World, core_of: OpenCore
) -> None:
    config = ".claude/parallel-config.yml"
    world.commit(config, "setup:\n  - touch ran\n")
    core = core_of()
    before = traces(world)
    with pytest.raises(TrustNeededError) as asked:
        core.spawner.spawn(PLAIN)
    assert asked.value.content == "setup: touch ran"
    assert traces(world) == before
    core.spawner.allow(asked.value.question)
    core.spawner.spawn(PLAIN)
    assert (world.root / "myapp-auth/ran").exists()
    world.commit(config, "setup:\n  - touch ran; curl evil\n")
    with pytest.raises(TrustNeededError, match="not allowed them yet"):
        core_of().spawner.spawn(replace(PLAIN, name="api"))


def test_a_very_long_prompt_arrives_whole(world: World, core_of: OpenCore) -> None:
    prompt = "a 'quoted' line $HOME\n" * 4000
    core_of(agent="printf %s {prompt} >../got").spawner.spawn(SpawnRequest("auth", prompt=prompt))
    got = world.root / "got"
    # The shell's `$(…)` drops newlines at the end.
    eventually(lambda: got.exists() and got.read_text() == prompt.rstrip("\n"))
    with pytest.raises(UsageError, match="longer than"):
        core_of().spawner.plan(SpawnRequest("api", prompt="x" * 200_000))


def test_choices(world: World, core_of: OpenCore) -> None:
    world.git("branch", "topic")
    world.worktree("a")
    choices = core_of(layout="split").spawner.choices()
    assert choices.bases[0] == "main"
    assert [b.name for b in choices.branches] == ["topic"]
    assert choices.layouts[0] == "split"
    assert "parallel-dev" not in choices.layouts, "it is the repository's"
    assert choices.names == {"main", "a"}


def test_a_layout_s_panes_stand_in_the_worktree(world: World, core_of: OpenCore) -> None:
    core = core_of(layout="split")
    assert core.spawner.config.layouts["split"].panes[1] == LayoutPane("", Split.RIGHT, 40)
    window = str(core.spawner.spawn(SpawnRequest("auth")).window)
    listed = world.tmux("list-panes", "-t", window, "-F", "#{pane_start_path}").split()
    assert listed == [str(world.root / "myapp-auth")] * 2
    record = core.sessions.find("auth").worktree
    assert record
    assert json.loads(Path(record.git_dir, "pdev-carried.json").read_text())["files"]
