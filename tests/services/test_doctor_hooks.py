"""Agents that are not heard, and what crashes left behind, as the doctor finds them."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from parallel_tui.adapters.disk.scratch import folders
from parallel_tui.bootstrap import Core
from parallel_tui.command_lines import said
from parallel_tui.model.agent.hook_state import HookScope
from parallel_tui.model.lifecycle.finding import Finding, Severity
from tests.hook.calling import Agent
from tests.support.waiting import eventually
from tests.support.world import World

OpenCore = Callable[..., Core]


def hooks(core: Core, *, later: float = 3600.0) -> list[Finding]:
    """What is found about hooks, so many seconds from now."""
    doctor = replace(core.doctor, clock=lambda: time.time() + later)
    return [each for each in doctor.examine() if each.topic == "hooks"]


def agent(world: World, place: Path) -> None:
    """A window in which a program runs that calls itself `claude`."""
    program = world.root / "claude"
    if not program.exists():
        shutil.copy(str(shutil.which("sleep")), program)
    world.window(place.name, place, f"exec '{program}' 600")


def settings(place: Path, data: object, name: str = "settings.json") -> Path:
    path = place / ".claude" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


def calling(command: str) -> dict[str, object]:
    return {"hooks": {"Stop": [{"hooks": [{"type": "command", "command": command}]}]}}


def test_an_agent_without_hooks_and_one_whose_hooks_are_silent(
    world: World, core_of: OpenCore
) -> None:
    places = {name: world.worktree(name) for name in ("none", "silent", "heard", "off", "torn")}
    for place in places.values():
        agent(world, place)
    world.worktree("nobody")
    for name in ("silent", "heard"):
        settings(places[name], calling("/usr/bin/pdev session set --status active"))
    settings(places["none"], calling("say done"))
    off = settings(places["off"], {"disableAllHooks": True}, "settings.local.json")
    torn = settings(places["torn"], "{ torn")
    core = core_of()
    eventually(
        lambda: (
            all(w.active_pane.command == "claude" for w in core.mux.listing().windows)
            and len(core.mux.listing().windows) == 5
        )
    )
    core.shared.registry.register("heard", status="active")
    by_where = {each.where: each for each in hooks(core)}
    assert by_where[str(places["none"])].severity is Severity.NOTE
    assert "pdev hooks install" in said(by_where[str(places["none"])].remedy)
    silent = by_where[str(places["silent"] / ".claude/settings.json")]
    assert silent.severity is Severity.PROBLEM
    assert "nothing was heard of it since it started" in silent.what
    assert by_where[str(off)].severity is Severity.NOTE
    assert by_where[str(torn)].severity is Severity.PROBLEM
    assert not any("agent of heard" in each.what for each in by_where.values())
    assert {each.where for each in hooks(core, later=0.0)} == {str(off), str(torn)}, "just started"
    core.shared.events.emit("note", session="silent")
    assert str(places["silent"] / ".claude/settings.json") not in {e.where for e in hooks(core)}


def test_the_remedy_for_silence_works(world: World, core_of: OpenCore) -> None:
    place = world.worktree("one")
    agent(world, place)
    core = core_of()
    eventually(lambda: [w.active_pane.command for w in core.mux.listing().windows] == ["claude"])
    [found] = hooks(core)
    assert "`pdev hooks install`" in said(found.remedy)
    core.hooks.installer.install("claude", HookScope.LOCAL)
    [silent] = hooks(core)
    assert silent.where == str(world.repo / ".claude/settings.local.json")
    Agent(place, dict(world.env)).tell("UserPromptSubmit")
    assert hooks(core) == []


@pytest.mark.files
def test_what_crashes_leave_is_named_with_its_remedy(
    world: World, core_of: OpenCore, monkeypatch: pytest.MonkeyPatch, isolated: dict[str, str]
) -> None:
    core = core_of()
    world.worktree("one")
    core.shared.registry.register("one")
    monkeypatch.setattr(folders, "places", lambda: (world.root,))
    dead = world.root / f"pdev-overlap-{os.getuid()}-1-abc"
    dead.mkdir()
    (dead / "alive").touch()
    long_ago = time.time() - 100 * 86400
    half = [
        world.repo / ".claude/.parallel-state.json.12.3.tmp",
        world.repo / ".git/pdev/sync/.pdev-abcd_123",
        world.repo / ".git/worktrees/myapp-one/.pdev-zzzzzzzz",
    ]
    mine = world.repo / ".git/pdev/trash/x-1/tree/.pdev-zzzzzzzz"
    cache = Path(isolated["XDG_CACHE_HOME"], "pdev/overlap/0.json")
    for path in (*half, mine, cache):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.utime(path, (long_ago, long_ago))
    (world.repo / ".git/pdev/sync/.pdev-written1").touch()
    torn = world.repo / ".git/pdev/sync/20260101-000000.json"
    torn.write_text("{")
    journal = world.repo / ".claude/pdev/journal.jsonl"
    with journal.open("ab") as file:
        file.write(b"no json\n[]\n{cut off")

    found = [e for e in core.doctor.examine() if e.severity is not Severity.GOOD]
    by_where = {each.where: each for each in found}
    words = said(by_where[sorted(str(path) for path in half)[0]].remedy).split()
    assert words == ["rm", "--", *sorted(str(path) for path in half)]
    assert "temporary folder" in by_where[str(dead)].what
    assert by_where[str(cache)].remedy == f"rm -- {cache}"
    assert said(by_where[str(torn)].remedy).startswith(f"mv -- {torn} ")
    assert by_where[str(journal)].what.startswith("2 lines of the history")
    assert by_where[str(journal)].severity is Severity.PROBLEM
