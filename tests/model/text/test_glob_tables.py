"""Tables say what their patterns say, and what git says where case is ignored."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings

from parallel_tui.model.policy import core
from parallel_tui.model.text import glob_tables
from parallel_tui.model.text.globs import compile_pattern
from tests.model.text.test_globs import PATHS, PATTERNS


@given(PATTERNS)
@settings(max_examples=300, deadline=None)
def test_a_table_matches_what_its_pattern_matches(text: str) -> None:
    table = json.loads(json.dumps(glob_tables.table_of(text)))
    pattern = compile_pattern(text)
    for path in PATHS:
        assert core.matches(table, path) == pattern.matches(path), path


@pytest.mark.parametrize("text", ["src/**", "src/", "a/b.py", "*.SQL", "[A-C]x/*", "Ä/*"])
def test_a_folded_table_matches_what_git_matches_where_case_is_ignored(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("git")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "config", "core.ignorecase", "true"], check=True)
    (folder / ".git/info/exclude").write_text(text + "\n", encoding="utf-8")
    paths = ["SRC/a", "src/A", "A/B.py", "a/b.PY", "x.sql", "d/X.Sql", "ax/B", "AX/b", "ax", "Ä/f"]
    done = subprocess.run(
        ["git", "-C", str(folder), "check-ignore", "--no-index", "-z", "--stdin"],
        input="\0".join(paths).encode(),
        capture_output=True,
        check=False,
    )
    table = glob_tables.table_of(text, fold=True)
    found = {path for path in paths if core.matches(table, core.folded(path))}
    assert found == set(done.stdout.decode().split("\0")) - {""}


def test_decomposed_and_composed_names_are_one_where_case_is_ignored() -> None:
    table = glob_tables.table_of("a\u0308/*", fold=True)
    assert core.matches(table, core.folded("\u00c4/f"))


@pytest.mark.parametrize("module", [core, glob_tables])
def test_what_the_hook_loads_by_its_path_imports_nothing(module: object) -> None:
    program = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "import _frozen_importlib as importing, _frozen_importlib_external as files\n"
        "spec = files.spec_from_file_location('loaded', sys.argv[1])\n"
        "made = importing.module_from_spec(spec)\n"
        "spec.loader.exec_module(made)\n"
        "print(sorted(set(sys.modules) - before))\n"
    )
    file = str(getattr(module, "__file__", ""))
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, file],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
