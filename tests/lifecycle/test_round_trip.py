"""Removing and undoing gives back every byte, mode, reference, index entry and stash."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from parallel_tui.bootstrap import Overrides, open_core
from tests.lifecycle.picture import picture
from tests.support.world import World

NAMES = ("a.txt", "sp ace.txt", 'q"uote.txt', "$(x).txt", "ünï😀.txt", "new\nline.txt", "-dash")

ACTS = (
    "modify", "stage", "stage then modify", "delete", "delete staged", "untracked", "ignored",
    "link", "broken link", "mode", "empty folder", "intent to add", "assume unchanged", "stash",
    "rename", "bytes", "read-only folder",
)  # fmt: skip


def do(world: World, place: Path, act: str, name: str, data: bytes) -> None:
    """One thing that a person may have done in a worktree."""
    target = place / f"d/{name}"
    target.parent.mkdir(exist_ok=True)
    match act:
        case "modify":
            (place / "README.md").write_bytes(data)
        case "stage" | "stage then modify" | "intent to add":
            target.write_bytes(data)
            flag = ["--intent-to-add"] if act == "intent to add" else []
            world.git("add", *flag, "--", f"d/{name}", cwd=place)
            if act == "stage then modify":
                target.write_bytes(data + b"more")
        case "delete":
            (place / "src/app.py").unlink(missing_ok=True)
        case "delete staged":
            world.git("rm", "-q", "--cached", "--ignore-unmatch", "src/app.py", cwd=place)
        case "untracked":
            target.write_bytes(data)
        case "ignored":
            (place / "out").mkdir(exist_ok=True)
            (place / "out" / name).write_bytes(data)
        case "link" | "broken link":
            link = place / f"d/link-{name}"
            if not os.path.lexists(link):
                link.symlink_to("/nowhere at all" if act == "broken link" else "../README.md")
        case "mode":
            (place / "README.md").chmod(0o755)
        case "empty folder":
            (place / "empty" / name).mkdir(parents=True, exist_ok=True)
        case "assume unchanged":
            world.git("update-index", "--assume-unchanged", "README.md", cwd=place)
        case "stash":
            (place / "kept.txt").write_bytes(data)
            world.git("add", "kept.txt", cwd=place)
            world.git("stash", "push", "-q", "--", "kept.txt", cwd=place, check=False)
        case "rename":
            world.git("mv", "-k", "src/app.py", "src/moved.py", cwd=place)
        case "bytes":
            Path(os.fsdecode(os.fsencode(place) + b"/raw-\xff\xfe")).write_bytes(data)
        case "read-only folder":
            (place / "locked").mkdir(exist_ok=True)
            (place / "locked").chmod(0o555)


def put(world: World, place: Path, state: str) -> None:
    """Bring a worktree into a state, before anything is edited in it."""
    world.commit("src/app.py", "x = 2\n", cwd=place, message="mine")
    match state:
        case "detached":
            world.git("checkout", "-q", "--detach", cwd=place)
            world.commit("loose.txt", "only here\n", cwd=place, message="loose")
        case "rebase" | "merge" | "cherry-pick":
            world.commit("src/app.py", "x = 3\n", message="theirs")
            world.git(state, "main", cwd=place, check=False)
        case "bisect":
            world.git("bisect", "start", "HEAD", "HEAD~1", cwd=place)
        case "submodule":
            other = world.root / "other"
            world.git("init", "-q", str(other), cwd=world.root)
            world.commit("lib.c", "int x;\n", cwd=other)
            allow = ("-c", "protocol.file.allow=always")
            world.git(*allow, "submodule", "--quiet", "add", str(other), "lib", cwd=place)
            world.git("commit", "-q", "-m", "lib", cwd=place)
            (place / "lib/lib.c").write_text("int y;\n")


@settings(
    max_examples=12,
    # An example costs seconds: a failing one is shown as it is found.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    state=st.sampled_from(
        ["branch", "branch", "detached", "rebase", "merge", "cherry-pick", "bisect", "submodule"]
    ),
    acts=st.lists(
        st.tuples(st.sampled_from(ACTS), st.sampled_from(NAMES), st.binary(max_size=64)),
        min_size=2,
        max_size=9,
    ),
    delete_branch=st.booleans(),
    locked=st.booleans(),
)
def test_everything_comes_back(
    isolated: dict[str, str],
    state: str,
    acts: list[tuple[str, str, bytes]],
    delete_branch: bool,
    locked: bool,
) -> None:
    with contextlib.ExitStack() as stack:
        root = Path(tempfile.mkdtemp(prefix="pd-trip-"))
        stack.callback(shutil.rmtree, root, ignore_errors=True)
        world = World(root / "w", isolated)
        world.init()
        world.commit(".gitignore", "out/\n")
        place = world.worktree("auth")
        put(world, place, state)
        for act, name, data in acts:
            do(world, place, act, name, data)
        if locked:
            world.git("worktree", "lock", "--reason", "mine", str(place))
        overrides = Overrides(str(world.repo), {"tmux.socket": "world", "agent": ""})
        core = open_core(overrides, isolated)
        before = picture(world, place)

        plan = core.remover.plan("auth")
        core.remover.remove(plan, {"all"}, delete_branch=delete_branch)
        assert not place.exists()
        assert world.git("status", "--porcelain") == "", "nothing of it shows in main"
        # What only the trash knows must outlive a thorough gc.
        world.git("gc", "--quiet", "--prune=now")
        if state == "branch" and delete_branch:
            assert "feature/auth" not in world.git("branch")
        core.restorer.restore()

        after = picture(world, place)
        for key, value in before.items():
            assert after[key] == value, key
        assert core.restorer.items() == ()
        world.git("fsck", "--connectivity-only", "--no-dangling", cwd=place)
