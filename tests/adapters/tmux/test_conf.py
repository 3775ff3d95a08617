"""Recommended settings: compared with a real server, and true once it has read them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from parallel_tui.adapters.terminals import screenrc
from parallel_tui.adapters.tmux.command import Address, ended
from parallel_tui.adapters.tmux.conf.recommended import live, recommended
from parallel_tui.model.window.recommended import Recommended
from tests.support.waiting import eventually
from tests.support.world import World


def _lines(found: tuple[Recommended, ...]) -> str:
    return "".join(f"{line}\n" for each in found for line in each.lines)


def test_what_is_recommended_holds_once_it_was_read(world: World, tmp_path: Path) -> None:
    address = Address(name=world.socket)
    assert live(address) is not None, "what its configuration says, where no server runs"
    eventually(lambda: ended(address.socket))
    assert all(each.now is None for each in recommended(None, "pdev-tui"))
    world.window("any", world.repo)
    mine = tmp_path / "mine.conf"
    mine.write_text(
        'set -g history-limit 123456\nset -g status-right "mine; #S ~"\nbind g kill-pane\n'
    )
    world.tmux("source-file", str(mine))
    before = recommended(live(address), "pdev-tui")
    held = {each.what for each in before if each.holds}
    assert "history-limit" in held, "more than what is recommended is as good"
    assert "prefix L" in held
    assert "mouse" not in held
    assert {each.what for each in before if "display-popup" in each.lines[0]} == {"prefix G"}, (
        "a key that is taken is left to whoever took it"
    )
    told = world.root / "told.conf"
    told.write_text(_lines(before))
    for _ in range(2):
        world.tmux("source-file", str(told))
        after = recommended(live(address), "pdev-tui")
        assert [each.what for each in after if not each.holds] == []
        assert world.tmux("show-options", "-gv", "history-limit").strip() == "123456"
        right = world.tmux("show-options", "-gv", "status-right").strip()
        assert right == "mine; #S ~ #(pdev status --tmux)"
        assert "kill-pane" in world.tmux("list-keys", "-T", "prefix", "g")
        # written anew, the file says the same: it is not emptied by its own effect
        told.write_text(_lines(after))


@pytest.mark.skipif(shutil.which("screen") is None, reason="no GNU screen here")
def test_screen_reads_what_is_recommended_for_it(tmp_path: Path, isolated: dict[str, str]) -> None:
    said = subprocess.run(["screen", "-v"], env=isolated, capture_output=True, check=False).stdout
    version = screenrc.version_of(said.decode())
    assert version is not None
    (tmp_path / "rc").write_text(_lines(screenrc.recommended(version)))
    Path(isolated["SCREENDIR"]).mkdir(mode=0o700, parents=True, exist_ok=True)
    named = ["screen", "-S", "conf"]
    try:
        begin = [*named, "-c", str(tmp_path / "rc"), "-dm", "sh"]
        subprocess.run(begin, env=isolated, check=True, timeout=20)

        def told() -> bytes:
            asked = [*named, "-Q", "info"]
            done = subprocess.run(asked, env=isolated, capture_output=True, timeout=20, check=False)
            return done.stdout if not done.returncode else b""

        # It is back before its server can be asked.
        assert b"+10000" in eventually(told), "the scrollback that was asked for"
    finally:
        subprocess.run([*named, "-X", "quit"], env=isolated, timeout=20, check=False)


def test_only_screen_5_is_told_of_true_colour() -> None:
    assert "truecolor" not in _lines(screenrc.recommended((4, 9)))
    assert "truecolor on" in _lines(screenrc.recommended((5, 0)))
    assert "truecolor" not in _lines(screenrc.recommended(None))
