"""`pdev check --boundaries` as people, commit hooks and CI use it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.running import Ran, pdev
from tests.support.world import World

POLICY = """
sessions:
  front:
    owns: [src/ui/**, '!src/ui/gen/**']
    can_read: [src/api/**]
  back:
    owns: [src/api/**, vendor/lib/**]
  shared:
    owns: [src/types/**]
    note: Coordinate before changes
"""


def check(world: World, *arguments: str, cwd: Path | None = None, **env: str) -> Ran:
    words = ["--tmux-socket", world.socket, "check", "--boundaries", *arguments]
    return pdev(*words, cwd=cwd or world.repo, env=world.env, **env)


@pytest.fixture
def bound(world: World) -> World:
    """A repository with boundaries and two sessions."""
    world.commit("src/api/a.ts", "1\n")
    world.commit("src/ui/a.ts", "1\n")
    world.commit(".claude/parallel-config.yml", POLICY)
    for name in ("front", "back"):
        world.worktree(name)
    return world


def touches(ran: Ran) -> dict[tuple[str, str], tuple[str, str, list[str]]]:
    """Verdict, action and place of each change, by session and path."""
    return {
        (each["session"], each["path"]): (each["verdict"], each["action"], each["where"])
        for each in ran.json["touches"]
    }


def test_every_kind_of_change_is_seen(bound: World) -> None:
    front = bound.root / "myapp-front"
    bound.commit("src/api/a.ts", "2\n", cwd=front)
    bound.write("src/types/t.ts", "1\n", cwd=front)
    bound.git("add", "src/types/t.ts", cwd=front)
    bound.write("src/ui/a.ts", "2\n", cwd=front)
    bound.write("new folder/deep/x y.ts", "1\n", cwd=front)
    told = check(bound, "--json")
    assert told.status == 1
    assert touches(told) == {
        ("front", "src/api/a.ts"): ("readable", "deny", ["committed"]),
        ("front", "src/types/t.ts"): ("shared", "warn", ["staged"]),
        ("front", "src/ui/a.ts"): ("own", "allow", ["edited"]),
        ("front", "new folder/deep/x y.ts"): ("unowned", "observe", ["untracked"]),
    }
    shown = check(bound, "front")
    assert shown.status == 1
    assert "deny     front: src/api/a.ts belongs to back (src/api/** in" in shown.out
    assert "`pdev handoff send back --file src/api/a.ts --task …`. [committed]" in shown.out
    assert "“Coordinate before changes”" in shown.out
    assert "observe  front: 1 unowned path: new folder/deep/x y.ts" in shown.out
    assert check(bound, "back").status == 0


def test_both_names_of_a_rename_are_changes(bound: World) -> None:
    front = bound.root / "myapp-front"
    bound.git("mv", "src/api/a.ts", "src/ui/moved.ts", cwd=front)
    assert {
        path: seen[0] for (_, path), seen in touches(check(bound, "front", "--json")).items()
    } == {
        "src/api/a.ts": "readable",
        "src/ui/moved.ts": "own",
    }
    bound.git("commit", "-qm", "move", cwd=front)
    assert {path for _, path in touches(check(bound, "front", "--json"))} == {
        "src/api/a.ts",
        "src/ui/moved.ts",
    }


def test_what_is_staged_is_checked_in_the_name_of_whoever_commits(bound: World) -> None:
    front = bound.root / "myapp-front"
    bound.write("src/api/a.ts", "2\n", cwd=front)
    assert check(bound, "--staged", cwd=front).status == 0
    bound.git("add", "-A", cwd=front)
    assert check(bound, "--staged", cwd=front).status == 1
    assert check(bound, "--staged", cwd=front / "src").status == 1
    assert check(bound, "--staged", cwd=front, PDEV_SESSION="back").status == 0
    assert check(bound, "--staged", "--session", "back", cwd=front).status == 0
    other = front / "other-index"
    bound.git("read-tree", f"--index-output={other}", "HEAD", cwd=front)
    assert check(bound, "--staged", cwd=front, GIT_INDEX_FILE=str(other)).status == 0


def test_a_session_cannot_widen_its_own_rights(bound: World) -> None:
    front = bound.root / "myapp-front"
    wide = "sessions: {front: {owns: ['**']}}\nboundaries: {level: observe}\n"
    for tree in (front, bound.repo):
        bound.write(".claude/parallel-config.yml", wide, cwd=tree)
    bound.commit("src/api/a.ts", "2\n", cwd=front)
    assert check(bound, "front").status == 1
    bound.git("commit", "-qam", "widen", cwd=bound.repo)
    assert check(bound, "front").status == 0


def test_levels_are_those_of_base_and_of_the_person(bound: World) -> None:
    front = bound.root / "myapp-front"
    bound.commit("src/api/a.ts", "2\n", cwd=front)
    bound.commit(".claude/parallel-config.yml", POLICY + "boundaries: {level: warn}\n")
    told = check(bound, "front", "--json")
    assert (told.status, told.json["action"]) == (0, "warn")
    own = Path(bound.env["HOME"]) / ".config/pdev/config.yml"
    own.parent.mkdir(parents=True)
    own.write_text("boundaries: {level: deny, unowned: warn}\n", encoding="utf-8")
    bound.write("README", "1\n", cwd=front)
    told = check(bound, "front", "--json")
    assert told.status == 1
    assert touches(told)["front", "README"][1] == "warn"


def test_a_lock_counts_with_the_boundaries(bound: World) -> None:
    front = bound.root / "myapp-front"
    bound.write("src/ui/a.ts", "2\n", cwd=front)
    pdev("lock", "src/ui/*.ts", "--session", "back", "--reason", "new\nroutes", cwd=bound.repo,
         env=bound.env)  # fmt: skip
    told = check(bound, "front", "--json")
    assert told.status == 1
    first, second = told.json["touches"]
    assert (first["verdict"], first["owner"]) == ("locked", "back")
    assert second["verdict"] == "own"
    assert "is locked by back" in check(bound, "front").out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sessions: {a: {owns: [src/**]}, b: {owns: ['src/*/x.py']}}", "both own src/x/x.py"),
        ("sessions: [a]", "sessions must be a mapping; found a list"),
        ("sessions: {a: {owns: ['[']}}", "owns[0] must be a gitignore pattern"),
        ("sessions: {a: {owns: [../x]}}", "owns[0] must be a gitignore pattern inside"),
        ("sessions: {a: {owns: [./x]}}", "without ./"),
        ("boundaries: {level: maybe}", "boundaries.level must be one of observe, warn, ask, deny"),
        ("sessions: {Über: {owns: [a]}, uber: {owns: [b]}}", "name one session"),
        ("a: [", "is not YAML"),
        ("\0", "no text in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_and_allows_nothing(
    bound: World, text: str, said: str
) -> None:
    bound.commit(".claude/parallel-config.yml", text)
    bound.git("restore", "--source=HEAD~1", ".claude/parallel-config.yml")
    bound.write("src/ui/a.ts", "2\n", cwd=bound.root / "myapp-front")
    told = check(bound, "front", "--json")
    assert told.status == 2
    assert said in told.json["boundaries"]["problems"][0]
    assert touches(told)["front", "src/ui/a.ts"][:2] == ("unknown", "warn")
    shown = check(bound, "front")
    assert shown.status == 2
    assert "broken   " in shown.out


def test_a_name_that_nobody_has_is_refused(bound: World) -> None:
    told = check(bound, "--session", "frnot")
    assert told.status == 2
    assert "no session named 'frnot'" in told.err
    assert "'front'" in told.err
    staged = check(bound, "--staged", "--session", "frnot", "--json")
    assert (staged.status, staged.json["error"]["kind"]) == (2, "usage")


def test_without_boundaries_locks_alone_are_checked(world: World) -> None:
    world.worktree("front")
    world.write("x", "1\n", cwd=world.root / "myapp-front")
    told = check(world, "front")
    assert told.status == 0
    assert "has no boundaries" in told.err
    assert "`sessions:` in .claude/parallel-config.yml" in told.err


def test_what_is_compiled_is_kept_up_to_date_and_out_of_every_status(bound: World) -> None:
    file = bound.repo / ".claude/pdev/policy.json"
    assert check(bound, "--compile").status == 0
    made = json.loads(file.read_bytes())
    assert made["base"]["commit"] == bound.git("rev-parse", "main").strip()
    assert bound.git("status", "--porcelain") == ""
    before = file.stat().st_ino
    assert check(bound, "--compile").status == 0
    assert file.stat().st_ino == before
    bound.commit("f", "1\n")
    check(bound, "front")
    assert json.loads(file.read_bytes())["base"]["commit"] != made["base"]["commit"]
    forged = json.loads(file.read_bytes())
    forged["sessions"][0]["owns"] = forged["sessions"][1]["owns"]
    file.write_text(json.dumps(forged), encoding="utf-8")
    bound.write("src/api/a.ts", "2\n", cwd=bound.root / "myapp-front")
    assert check(bound, "front").status == 1, "what a session could have written proves nothing"
    assert json.loads(file.read_bytes())["sessions"] == made["sessions"]
    file.write_text("{broken", encoding="utf-8")
    check(bound, "front")
    assert json.loads(file.read_bytes())["base"]["blob"] == made["base"]["blob"]


def test_options_that_mean_nothing_alone_are_refused(bound: World) -> None:
    for option in (["--session", "x"], ["--compile"]):
        ran = pdev("check", *option, cwd=bound.repo, env=bound.env)
        assert ran.status == 2
        assert "goes with --boundaries" in ran.err


def test_submodules_and_links(bound: World) -> None:
    front = bound.root / "myapp-front"
    bound.git("init", "-q", str(bound.root / "lib"))
    bound.git("commit", "-q", "--allow-empty", "-m", "x", cwd=bound.root / "lib")
    allow = ["-c", "protocol.file.allow=always"]
    bound.git(*allow, "submodule", "add", "-q", str(bound.root / "lib"), "vendor/lib", cwd=front)
    (front / "src/ui/link").symlink_to("../api/a.ts")
    (front / "src/ui/link").write_text("through\n", encoding="utf-8")
    seen = {path: told[0] for (_, path), told in touches(check(bound, "front", "--json")).items()}
    assert seen == {
        ".gitmodules": "unowned",
        "src/api/a.ts": "readable",
        "src/ui/link": "own",
        "vendor/lib": "foreign",
    }
    bound.git("commit", "-qam", "all", cwd=front)
    assert touches(check(bound, "front", "--json"))["front", "vendor/lib"][0] == "foreign"


def test_a_merge_of_base_is_not_taken_for_ones_own_work(bound: World) -> None:
    front = bound.root / "myapp-front"
    bound.commit("src/ui/a.ts", "mine\n", cwd=front)
    bound.commit("src/ui/a.ts", "base's\n")
    bound.commit("src/api/new.ts", "base's\n")
    bound.git("merge", "-q", "main", cwd=front, check=False)
    bound.write("src/ui/a.ts", "both\n", cwd=front)
    bound.git("add", "-A", cwd=front)
    told = check(bound, "--staged", "--json", cwd=front)
    assert {path for _, path in touches(told)} == {"src/ui/a.ts"}
    assert told.status == 0
    assert check(bound, "front").status == 0
    bound.git("commit", "-qm", "merged", cwd=front)
    assert check(bound, "front").status == 0
    bound.write("src/api/new.ts", "mine\n", cwd=front)
    assert check(bound, "front").status == 1


def test_the_doctor_tells_what_is_wrong_with_the_file_on_base(bound: World) -> None:
    def told() -> list[tuple[str, str]]:
        found = pdev("doctor", "--json", cwd=bound.repo, env=bound.env).json["findings"]
        return [(e["severity"], e["what"]) for e in found if e["topic"] == "boundaries"]

    assert told() == [
        ("good", "main says what belongs to 3 sessions, and no two of them own one path")
    ]
    bound.commit(".claude/parallel-config.yml", "sessions: {a: {own: [x]}}\n")
    ((severity, what), _) = told()
    assert severity == "note"
    assert "unknown key sessions.a.own is ignored; did you mean owns?" in what
    bound.commit(".claude/parallel-config.yml", "sessions: 7\n")
    ((severity, what),) = told()
    assert severity == "problem"
    assert "main:.claude/parallel-config.yml, line 1: sessions must be a mapping" in what


WRITES = {
    "a shell": "echo 2 > src/api/a.ts",
    "sed": "sed -i s/1/2/ src/api/a.ts",
    "checkout": "git checkout -q other -- src/api/a.ts",
    "git mv": "git mv src/api/a.ts src/ui/b.ts",
    "git rm": "git rm -q src/api/a.ts",
    "mode": "chmod +x src/api/a.ts",
    "link": "ln -sf ../ui/a.ts src/api/a.ts",
}


@pytest.mark.parametrize("how", WRITES)
def test_however_a_path_is_written_it_is_seen(bound: World, how: str) -> None:
    front = bound.root / "myapp-front"
    other = bound.worktree("elsewhere", "other")
    bound.commit("src/api/a.ts", "other\n", cwd=other)
    subprocess.run(["sh", "-c", WRITES[how]], cwd=front, env=bound.env, check=True)
    assert ("front", "src/api/a.ts") in touches(check(bound, "front", "--json"))
    bound.git("add", "-A", cwd=front)
    assert check(bound, "--staged", cwd=front).status == 1
    bound.git("commit", "-q", "--no-verify", "-m", "unasked", cwd=front)
    assert check(bound, "front").status == 1


def test_a_fresh_clone_is_checked_in_the_name_of_a_session(bound: World) -> None:
    front = bound.root / "myapp-front"
    bound.commit("src/api/a.ts", "2\n", cwd=front)
    bound.commit("src/ui/a.ts", "2\n", cwd=front)
    clone = bound.root / "ci"
    branch = bound.git("branch", "--show-current", cwd=front).strip()
    bound.git("clone", "-q", "--branch", branch, str(bound.repo), str(clone), cwd=bound.root)
    told = check(bound, "--session", "front", "--json", cwd=clone)
    assert told.status == 1
    assert told.json["against"]["name"] == "origin/main"
    assert touches(told) == {
        ("front", "src/api/a.ts"): ("readable", "deny", ["committed"]),
        ("front", "src/ui/a.ts"): ("own", "allow", ["committed"]),
    }
    assert check(bound, "--session", "back", cwd=clone).status == 1
    bound.git("checkout", "-q", "--detach", "HEAD~2", cwd=clone)
    assert check(bound, "--session", "front", cwd=clone).status == 0
