"""A core on a real repository and a tmux server of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from parallel_tui.bootstrap import Core, Overrides, open_core

OpenCore = Callable[..., Core]


@pytest.fixture
def core_of(tmp_path: Path, isolated: dict[str, str]) -> OpenCore:
    """Open the world's repository from any directory, with settings as on the command line."""

    def build(at: Path | None = None, **settings: object) -> Core:
        given = {"tmux.socket": "world", "agent": "", **settings}
        return open_core(Overrides(str(at or tmp_path / "w/myapp"), given), isolated)

    return build
