"""Where the user's own files are, and who asks that rule."""

from __future__ import annotations

from pathlib import Path

from parallel_tui.model.settings import user_dirs
from parallel_tui.ui import crash


def test_where_the_user_s_files_are() -> None:
    home = {"HOME": "/home/u"}
    assert user_dirs.config_dir(home) == Path("/home/u/.config/pdev")
    assert user_dirs.state_dir({**home, "XDG_STATE_HOME": "/s"}) == Path("/s/pdev")
    assert user_dirs.state_dir({**home, "XDG_STATE_HOME": "rel"}) == Path(
        "/home/u/.local/state/pdev"
    )


def test_a_crash_report_lies_where_the_environment_says(tmp_path: Path) -> None:
    written = crash.record(ValueError("x"), {"HOME": str(tmp_path)})
    assert written is not None
    assert written.parent == tmp_path / ".local/state/pdev"
