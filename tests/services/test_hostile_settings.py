"""Whatever somebody has set for git, every service answers and acts as without any of it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pytest

from parallel_tui.bootstrap import Core, Overrides, open_core
from parallel_tui.model.lifecycle.spawn import SpawnRequest
from parallel_tui.model.sync.sync import Result, SyncOutcome
from tests.support.world import World

SETTINGS: Final = (
    "blame.showEmail=true",
    "branch.autoSetupMerge=always",
    "branch.autoSetupRebase=always",
    "branch.sort=-committerdate",
    "checkout.defaultRemote=nowhere",
    "color.branch=always",
    "color.diff=always",
    "color.grep=always",
    "color.status=always",
    "color.ui=always",
    "column.ui=always",
    "commit.cleanup=scissors",
    "commit.verbose=true",
    "core.abbrev=40",
    "core.attributesFile=FOLDER/attributes",
    "core.editor=false",
    "core.fsmonitor=FOLDER/liar",
    "core.hooksPath=FOLDER/nowhere",
    "core.logAllRefUpdates=false",
    "core.pager=false",
    "core.quotePath=false",
    "core.splitIndex=true",
    "core.untrackedCache=true",
    "diff.algorithm=histogram",
    "diff.algorithm=patience",
    "diff.colorMoved=zebra",
    "diff.context=10",
    "diff.external=false",
    "diff.ignoreSubmodules=all",
    "diff.indentHeuristic=false",
    "diff.interHunkContext=9",
    "diff.mnemonicPrefix=true",
    "diff.noprefix=true",
    "diff.orderFile=FOLDER/order",
    "diff.relative=true",
    "diff.renameLimit=1",
    "diff.renames=copies",
    "diff.shout.command=false",
    "diff.shout.textconv=tr a-z A-Z <",
    "diff.submodule=log",
    "diff.suppressBlankEmpty=true",
    "diff.wsErrorHighlight=all",
    "feature.experimental=true",
    "feature.manyFiles=true",
    "fetch.prune=true",
    "fetch.output=compact",
    "format.pretty=oneline",
    "gc.auto=1",
    "grep.patternType=perl",
    "help.autoCorrect=immediate",
    "i18n.logOutputEncoding=UTF-16",
    "index.version=4",
    "log.abbrevCommit=true",
    "log.date=relative",
    "log.decorate=full",
    "log.diffMerges=separate",
    "log.follow=true",
    "log.mailmap=false",
    "log.showRoot=false",
    "log.showSignature=true",
    "maintenance.auto=true",
    "merge.autoStash=true",
    "merge.conflictStyle=diff3",
    "merge.ff=only",
    "merge.log=true",
    "merge.stat=false",
    "merge.verbosity=5",
    "notes.displayRef=refs/notes/*",
    "pull.rebase=true",
    "push.default=nothing",
    "rebase.autoSquash=true",
    "rebase.autoStash=true",
    "rebase.backend=apply",
    "rebase.missingCommitsCheck=error",
    "rebase.rebaseMerges=true",
    "rebase.stat=true",
    "rebase.updateRefs=true",
    "rerere.enabled=true",
    "stash.showPatch=true",
    "status.aheadBehind=false",
    "status.branch=true",
    "status.relativePaths=false",
    "status.renames=false",
    "status.short=true",
    "status.showStash=true",
    "status.showUntrackedFiles=no",
    "status.submoduleSummary=true",
    "submodule.recurse=true",
    "tag.gpgSign=true",
    "transfer.fsckObjects=true",
    "worktree.guessRemote=true",
)

VARIABLES: Final[tuple[Mapping[str, str], ...]] = (
    {"GIT_CONFIG_PARAMETERS": "'diff.noprefix'='true' 'diff.context'='9' 'color.ui'='always'"},
    {"GIT_DIFF_OPTS": "-u9"},
    {"GIT_EXTERNAL_DIFF": "false"},
    {"GIT_ICASE_PATHSPECS": "1"},
    {"GIT_MERGE_VERBOSITY": "5"},
    {"GIT_PAGER": "false"},
    {"GIT_PAGER_IN_USE": "1", "GIT_EDITOR": "false"},
    {"GIT_REFLOG_ACTION": "mine"},
    {"GIT_TRACE": "1", "GIT_TRACE2": "1", "GIT_TRACE_SETUP": "1"},
)

_GROUPS: Final = 10
_LINES: Final = [f"line {number}\n" if number % 7 else "\n" for number in range(40)]
_DATE: Final = {
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00Z",
}
_runs = itertools.count()


def _text(**changed: str) -> str:
    lines = list(_LINES)
    for key, word in changed.items():
        lines[int(key[1:])] = f"{word}\n"
    return "".join(lines)


def scenery(folder: Path, env: Mapping[str, str]) -> World:
    """Sessions of every kind: merged in each way, in conflict, dirty, behind."""
    world = World(folder / "w", {**env, **_DATE})
    world.init(
        files={"a.txt": _text(), "b/ä.txt": _text(), "c.txt": _text(), ".gitignore": "*.o\n"}
    )
    for name in ("squash", "picked", "reverted", "left", "right", "dirty", "behind", "moving"):
        world.worktree(name)
    place = world.root

    def commit(session: str, path: str, text: str) -> None:
        at = place / f"myapp-{session}" if session else world.repo
        world.commit(path, text, cwd=at, message=f"{session or 'main'} {path}")

    for name, line in (("squash", 5), ("picked", 15), ("reverted", 25)):
        commit(name, "a.txt", _text(**{f"l{line}": name}))
        commit(name, "a.txt", _text(**{f"l{line}": name, f"l{line + 1}": f"{name} 2"}))
    world.git("merge", "-q", "--squash", "feature/squash")
    world.git("commit", "-q", "-m", "squash")
    world.git("cherry-pick", "main..feature/picked", check=False)
    for start in (("cherry-pick", "--abort"), ("reset", "-q", "--hard")):
        world.git(*start, check=False)
    world.git("merge", "-q", "--squash", "feature/reverted")
    world.git("commit", "-q", "-m", "reverted")
    world.git("revert", "--no-edit", "HEAD")
    commit("", "a.txt", _text(l5="later", l6="squash 2"))
    commit("left", "b/ä.txt", _text(l20="left"))
    commit("right", "b/ä.txt", _text(l20="right", l30="more"))
    commit("moving", "c.txt", _text(l1="1"))
    world.git("mv", "c.txt", "d.txt", cwd=place / "myapp-moving")
    world.git("commit", "-q", "-m", "moved", cwd=place / "myapp-moving")
    commit("behind", "new.txt", "new\n")
    dirty = place / "myapp-dirty"
    world.write("a.txt", _text(l2="dirty"), cwd=dirty)
    world.write("new dir/ü.txt", "untracked\n", cwd=dirty)
    world.write("x.o", "ignored\n", cwd=dirty)
    world.git("mv", "c.txt", "renamed.txt", cwd=dirty)
    return world


def _core(world: World, folder: Path) -> Core:
    env = {**world.env, "XDG_CACHE_HOME": str(folder / f"cache{next(_runs)}")}
    given = {"tmux.socket": "world", "agent": ""}
    return open_core(Overrides(str(world.repo), given), env)


def answers(core: Core) -> dict[str, Any]:
    """What every service says."""
    base = core.git.base(None)
    trees = core.git.worktrees()
    rows = core.syncer.planner.plan(None, fetch=False)
    checked = core.checker.check()
    names = [
        each.name for each in core.sessions.all() if each.worktree and not each.worktree.is_main
    ]
    return {
        "worktrees": trees,
        "status": {tree.path: core.git.status(tree) for tree in trees},
        "some": {tree.path: core.git.status(tree, ["a.txt", "new dir/ü.txt"]) for tree in trees},
        "apart": core.git.divergences(base.oid, [tree.head for tree in trees if tree.head]),
        "branches": core.git.branches(),
        "diff": {tree.path: asdict(core.inspector.diff(tree)) for tree in trees},
        "remove": {name: asdict(core.remover.plan(name)) for name in names},
        "cleanup": [
            (each.name, each.ready, each.verdict, each.why_not)
            for each in core.cleaner.candidates()
        ],
        "sync": asdict(rows),
        "overlaps": [(each.pair, each.level, each.verdict) for each in checked.overlaps],
        "doctor": [each for each in core.doctor.examine() if each.topic == "worktrees"],
        "choices": core.spawner.choices(),
    }


def _set(
    monkeypatch: pytest.MonkeyPatch, folder: Path, settings: tuple[str, ...]
) -> Callable[[], None]:
    monkeypatch.setenv("GIT_CONFIG_COUNT", str(len(settings)))
    for number, each in enumerate(settings):
        key, _, value = each.replace("FOLDER", str(folder)).partition("=")
        monkeypatch.setenv(f"GIT_CONFIG_KEY_{number}", key)
        monkeypatch.setenv(f"GIT_CONFIG_VALUE_{number}", value)
    return lambda: monkeypatch.delenv("GIT_CONFIG_COUNT")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with what some settings name."""
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "attributes").write_text("a.txt diff=shout\n*.txt -text\n")
    (folder / "order").write_text("*.none\nd*\n*b*\n")
    (folder / "liar").write_text("#!/bin/sh\nprintf 'token\\0'\n")
    (folder / "liar").chmod(0o755)
    return folder


def _same(hostile: dict[str, Any], plain: dict[str, Any], what: str) -> None:
    for key, value in plain.items():
        assert hostile[key] == value, f"{key} is another with {what}"


def test_the_plain_answers_say_something(tmp_path: Path, isolated: dict[str, str]) -> None:
    """What is compared below tells the cases apart."""
    world = scenery(tmp_path, isolated)
    found = answers(_core(world, tmp_path))
    ready = {name: is_ready for name, is_ready, *_ in found["cleanup"]}
    assert {name for name, is_ready in ready.items() if is_ready} == {"squash"}
    assert {each["name"] for each in found["sync"]["sessions"] if each["conflicts"]} == set()
    assert any(level == 3 for _, level, _ in found["overlaps"])
    assert any(file["origin"] for diff in found["diff"].values() for file in diff["files"])
    world.close()


@pytest.mark.parametrize("group", range(_GROUPS))
def test_no_setting_changes_an_answer(
    tmp_path: Path,
    isolated: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    files: Path,
    group: int,
) -> None:
    """Several at once, for the time it takes; neighbours, which do the like, never together."""
    world = scenery(tmp_path, isolated)
    plain = answers(_core(world, tmp_path))
    some = SETTINGS[group::_GROUPS]
    unset = _set(monkeypatch, files, some)
    _same(answers(_core(world, tmp_path)), plain, ", ".join(some))
    unset()
    for name, value in VARIABLES[group % len(VARIABLES)].items():
        monkeypatch.setenv(name, value)
    _same(answers(_core(world, tmp_path)), plain, str(VARIABLES[group % len(VARIABLES)]))
    world.close()


def _act(world: World, folder: Path) -> dict[str, Any]:
    """What every service that changes something does, and how the repository stands then."""
    core = _core(world, folder)
    told: list[str] = []
    told.append(core.spawner.spawn(SpawnRequest("fresh", window=False)).message)
    plan = core.syncer.planner.plan(["left", "behind", "moving"], fetch=False)
    told += [
        f"{each.name} {each.result} {each.message}"
        for each in core.syncer.run(plan)
        if isinstance(each, SyncOutcome)
    ]
    assert any(f"{name} {Result.SYNCED}" in each for name in ("left", "moving") for each in told), (
        told
    )
    told += [f"{each.name} {each.result} {each.message}" for each in core.syncer.undo()]
    merging = core.syncer.planner.plan(["right"], merge=True, fetch=False)
    told += [
        f"{each.name} {each.result} {each.message}"
        for each in core.syncer.run(merging)
        if isinstance(each, SyncOutcome)
    ]
    chosen = core.cleaner.choose(core.cleaner.candidates(), [])
    told.append(core.cleaner.clean(chosen, delete_branch=True).message)
    receipt = core.remover.remove(core.remover.plan("dirty"), {"all"})
    told.append(receipt.message)
    told.append(core.restorer.restore("dirty").message)
    form = "%(refname) %(tree) %(upstream)"
    refs = world.git("for-each-ref", f"--format={form}", "refs/heads")
    status = world.git("status", "--porcelain=v2", cwd=world.root / "myapp-dirty")
    stood = [re.sub(r"-[0-9a-f]{6}\b", "-ID", each.replace(str(world.root), "")) for each in told]
    return {
        "told": [re.sub(r"[0-9]{8}-[0-9]{6}\S*", "TIME", each) for each in stood],
        "refs": refs,
        "status": status,
        "lists": sorted(path.name for path in world.root.iterdir()),
    }


@pytest.mark.parametrize("half", [0, 1])
def test_all_settings_at_once_change_nothing_that_is_done(
    tmp_path: Path,
    isolated: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    files: Path,
    half: int,
) -> None:
    worlds = [scenery(tmp_path / name, isolated) for name in ("plain", "hostile")]
    plain = _act(worlds[0], tmp_path)
    last_wins = {each.partition("=")[0]: each for each in SETTINGS[:: 1 if half else -1]}
    _set(monkeypatch, files, tuple(last_wins.values()))
    for name, value in VARIABLES[7].items():
        monkeypatch.setenv(name, value)
    hostile = _act(worlds[1], tmp_path)
    for key, value in plain.items():
        assert hostile[key] == value, key
    for world in worlds:
        world.close()
