"""What must not be imported to answer a simple question: it is paid on every call."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = ("textual", "rich", "git", "libtmux", "yaml", "psutil", "watchfiles")

_ASK = """
import json, sys
{statement}
print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}})))
"""


def _loaded(statement: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", _ASK.format(statement=statement)],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "statement",
    [
        "import parallel_tui.cli",
        "import parallel_tui.bootstrap, parallel_tui.options",
        # Every module of the command line, and building all parsers: no library is touched.
        "import pkgutil, importlib, parallel_tui.cli as cli\n"
        "for m in pkgutil.iter_modules(cli.__path__):"
        " importlib.import_module('parallel_tui.cli.' + m.name)",
        "import parallel_tui.adapters.config.config_file",
        "from parallel_tui.cli.main import main\n"
        "try: main(['spawn', '--help'])\n"
        "except SystemExit: pass",
    ],
)
def test_no_library_is_imported_before_it_is_needed(statement: str) -> None:
    assert not _loaded(statement) & set(HEAVY)


def test_the_version_is_told_without_even_an_argument_parser() -> None:
    loaded = _loaded("from parallel_tui.cli.main import main; main(['--version'])")
    assert not loaded & {*HEAVY, "argparse", "subprocess", "dataclasses"}


def test_the_probe_would_see_a_library() -> None:
    assert "yaml" in _loaded("import yaml")
