"""Whether GNU Screen is here to be tested."""

from __future__ import annotations

import os
import shutil
from typing import Final

import pytest

_IN_CI: Final = bool(os.environ.get("CI"))


def demand_screen() -> None:
    """Skip a test where GNU Screen is not installed; in CI it has to be."""
    if shutil.which("screen") is None:
        if _IN_CI:
            pytest.fail("GNU Screen is not installed")
        pytest.skip("GNU Screen is not installed")
