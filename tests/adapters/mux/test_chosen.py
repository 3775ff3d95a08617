"""Which multiplexer is used, and what is said where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from parallel_tui.bootstrap import Overrides, open_core
from parallel_tui.bootstrap.windows.multiplexers import chosen
from tests.support.world import World


def programs(folder: Path, *names: str) -> str:
    """A folder with programs of these names."""
    folder.mkdir()
    for name in names:
        (folder / name).touch(0o755)
    return str(folder)


@pytest.mark.parametrize(
    ("wish", "installed", "expected"),
    [
        (None, ("tmux", "screen"), "tmux"),
        (None, ("screen",), "screen"),
        (None, (), "tmux"),
        ("screen", ("tmux",), "screen"),
        ("tmux", ("screen",), "tmux"),
    ],
)
def test_what_is_set_counts_then_what_is_installed(
    tmp_path: Path, wish: str | None, installed: tuple[str, ...], expected: str
) -> None:
    assert chosen(wish, {"PATH": programs(tmp_path / "bin", *installed)}) == expected


@pytest.mark.parametrize(
    ("wish", "named"), [("screen", "GNU Screen is not installed"), (None, "tmux is not installed")]
)
def test_the_doctor_says_what_is_missing_and_how_to_get_it(
    world: World,
    isolated: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    wish: str | None,
    named: str,
) -> None:
    core = open_core(Overrides(str(world.repo), {"multiplexer": wish, "agent": ""}), isolated)
    found = core.mux
    monkeypatch.setenv("PATH", programs(tmp_path / "bin"))
    told = {each.what: each.remedy for each in core.doctor.examine() if each.topic == found.name}
    what, remedy = next((what, remedy) for what, remedy in told.items() if named in what)
    assert "apt install" in str(remedy), what
