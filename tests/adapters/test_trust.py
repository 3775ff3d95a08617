"""Trust is in exact contents of one repository, and outlives nothing else."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from parallel_tui.adapters.config.trust import TrustFile
from parallel_tui.errors import CouldNotLookError, RefusedError


def test_only_exactly_what_was_granted_is_trusted(isolated: dict[str, str]) -> None:
    trust = TrustFile(isolated)
    assert not trust.trusts("/r", "setup: make")
    trust.grant("/r", "setup: make")
    assert TrustFile(isolated).trusts("/r", "setup: make")
    assert not trust.trusts("/r", "setup: make ")
    assert not trust.trusts("/other", "setup: make")
    assert trust.path.stat().st_mode & 0o777 == 0o600


def test_grants_at_the_same_time_are_all_kept(isolated: dict[str, str]) -> None:
    trust = TrustFile(isolated)
    threads = [threading.Thread(target=trust.grant, args=("/r\udcff", str(n))) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(trust.trusts("/r\udcff", str(n)) for n in range(12))


@pytest.mark.parametrize("text", ["{", "[]", '{"granted": 1}', "\xff"])
def test_a_file_that_cannot_be_understood_is_no_answer_and_is_kept(
    isolated: dict[str, str], text: str
) -> None:
    trust = TrustFile(isolated)
    trust.path.parent.mkdir(parents=True)
    trust.path.write_text(text, encoding="latin-1")
    with pytest.raises(CouldNotLookError, match="cannot be read"):
        trust.trusts("/r", "x")
    with pytest.raises(CouldNotLookError):
        trust.grant("/r", "x")
    assert trust.path.read_text(encoding="latin-1") == text


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RefusedError, match="could not be recorded"):
        TrustFile({"XDG_STATE_HOME": str(tmp_path / "file")}).grant("/r", "x")
