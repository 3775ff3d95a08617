"""Predictions follow the work of live sessions, uncommitted work included."""

from __future__ import annotations

import json
import subprocess
import sys
import time

from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.engine.engine import Engine
from parallel_tui.model.fact import known
from parallel_tui.model.overlap.verdict import Level
from parallel_tui.model.view.snapshot import Snapshot
from tests.support.waiting import PATIENCE
from tests.support.world import World


def levels(engine: Engine) -> dict[tuple[str, str], Level | None]:
    """Levels by the names of the two sessions, once all that was changed before is predicted."""
    assert engine.wait_seen(PATIENCE)
    snapshot = engine.snapshot
    names = {session.key: session.name for session in snapshot.sessions}
    found = known(snapshot.overlaps)
    assert found is not None
    assert not any(overlap.stale for overlap in found)
    return {(names[each.a], names[each.b] if each.b else "base"): each.level for each in found}


def test_an_edit_in_one_session_is_an_overlap_with_another(world: World) -> None:
    for name in ("auth", "api"):
        world.worktree(name)
    auth, api = world.root / "myapp-auth", world.root / "myapp-api"
    published: list[Snapshot] = []
    engine = open_core(Overrides(str(world.repo))).engine(predict=True)
    engine.start(published.append)
    try:
        assert levels(engine)["api", "auth"] is Level.CLEAR
        (auth / "src/app.py").write_text("x = 2\n")
        (api / "src/app.py").write_text("x = 3\n")
        assert levels(engine)["api", "auth"] is Level.CONFLICT
        (api / "src/app.py").write_text("x = 1\n")
        assert levels(engine)["api", "auth"] is Level.CLEAR
        # Modified before and after: the status reads the same, the work does not.
        (api / "src/app.py").write_text("x = 2\n")
        assert levels(engine)["api", "auth"] is Level.NEAR
        (api / "src/app.py").write_text("x = 4\n")
        assert levels(engine)["api", "auth"] is Level.CONFLICT
        world.commit("src/app.py", "x = 9\n")
        assert levels(engine)["auth", "base"] is Level.CONFLICT
        world.git("worktree", "remove", "--force", str(api))
        assert ("api", "auth") not in levels(engine)
        detail = engine.overlap_detail(
            str(world.repo / ".git/worktrees/myapp-auth"), None, "src/app.py"
        )
        assert detail.merged is not None
        assert "<<<<<<<" in detail.merged
    finally:
        begin = time.monotonic()
        engine.stop()
        assert time.monotonic() - begin < PATIENCE


def test_an_engine_that_predicts_nothing_says_so(world: World) -> None:
    engine = open_core(Overrides(str(world.repo))).engine()
    engine.start(lambda snapshot: None)
    try:
        assert engine.wait_idle(PATIENCE)
        assert known(engine.snapshot.overlaps) is None
    finally:
        engine.stop()


def test_watching_tells_an_overlap_as_json_and_in_words_and_notes_it(world: World) -> None:
    for name, text in (("auth", "x = 2\n"), ("api", "x = 3\n")):
        (world.worktree(name) / "src/app.py").write_text(text)

    def watch(*options: str) -> list[str]:
        done = subprocess.run(
            [sys.executable, "-m", "parallel_tui.cli.main", "watch", "--until-idle", *options],
            cwd=world.repo,
            env=dict(world.env),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.splitlines()

    last = json.loads(watch("--ndjson")[-1])
    conflict = next(each for each in last["overlaps"] if each["level"] == Level.CONFLICT)
    assert {conflict["a"], conflict["b"]} == {"auth", "api"}
    assert any("api × auth conflict: src/app.py" in line for line in watch())
    noted = json.loads((world.repo / ".claude/parallel-state.json").read_text())
    assert noted["conflicts"] == ["api × auth: src/app.py (content)"]
    assert len([*(world.repo / ".claude/events").glob("*.json")]) == 1
