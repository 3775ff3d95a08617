"""Our modules are the same ones, however they were found."""

from __future__ import annotations

import importlib.util
import os
import py_compile
import subprocess
import sys
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

import parallel_tui
from parallel_tui.cli.quick_imports import QuickFinder

PACKAGE = Path(parallel_tui.__file__).parent
MODULES = sorted(
    ".".join(("parallel_tui", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(
        ".__init__"
    )
    for path in PACKAGE.rglob("*.py")
    if path != PACKAGE / "__init__.py"
)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A small package with its compiled modules."""
    root = tmp_path / "parallel_tui"
    (root / "inner").mkdir(parents=True)
    for name in ("one.py", "inner/__init__.py", "inner/two.py"):
        (root / name).write_text(f"NAME = {name!r}\n")
        py_compile.compile(str(root / name), doraise=True)
    return root


def test_every_module_is_described_as_python_does() -> None:
    quick = QuickFinder(str(PACKAGE))
    found = 0
    for name in MODULES:
        spec = quick.find_spec(name, None)
        if spec is None:  # not compiled yet
            continue
        found += 1
        parent = name.rpartition(".")[0].split(".")
        usual = PathFinder.find_spec(name, [str(PACKAGE.parent.joinpath(*parent))])
        assert usual is not None
        for part in ("name", "origin", "cached", "has_location", "submodule_search_locations"):
            assert getattr(spec, part) == getattr(usual, part), (name, part)
        assert spec.parent == usual.parent
    assert found > 50


def test_a_module_that_is_found_runs(package: Path) -> None:
    for name in ("one", "inner", "inner.two"):
        spec = QuickFinder(str(package)).find_spec(f"parallel_tui.{name}", None)
        assert spec is not None
        module = importlib.util.module_from_spec(spec)
        assert spec.loader is not None
        spec.loader.exec_module(module)
        assert Path(spec.origin or "").relative_to(package).as_posix() == module.NAME
        assert module.__file__ == spec.origin


def _newer(source: Path, cached: Path) -> None:
    os.utime(source, (1, 1))


def _longer(source: Path, cached: Path) -> None:
    seen = source.stat()
    source.write_text("NAME = 'edited within the same second'\n")
    os.utime(source, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def _other_python(source: Path, cached: Path) -> None:
    cached.write_bytes(b"\0\0\r\n" + cached.read_bytes()[4:])


def _by_hash(source: Path, cached: Path) -> None:
    py_compile.compile(str(source), invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH)


@pytest.mark.parametrize(
    "change",
    [
        *(_newer, _longer, _other_python, _by_hash),
        lambda source, cached: cached.unlink(),
        lambda source, cached: source.unlink(),
        lambda source, cached: cached.write_bytes(b""),
    ],
)
def test_what_is_not_surely_current_is_left_to_python(package: Path, change: object) -> None:
    source = package / "one.py"
    cached = Path(importlib.util.cache_from_source(str(source)))
    finder = QuickFinder(str(package))
    assert finder.find_spec("parallel_tui.one", None) is not None
    assert callable(change)
    change(source, cached)
    assert finder.find_spec("parallel_tui.one", None) is None


@pytest.mark.parametrize("compiled_as", ["one.py", "/elsewhere.py"])
def test_a_module_compiled_elsewhere_names_its_source(package: Path, compiled_as: str) -> None:
    source = package / "one.py"
    source.write_text("def fails():\n    return 1 / 0\n")
    py_compile.compile(str(source), dfile=compiled_as, doraise=True)
    spec = QuickFinder(str(package)).find_spec("parallel_tui.one", None)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.fails.__code__.co_filename == str(source)


def test_modules_of_others_are_left_to_python() -> None:
    finder = QuickFinder(str(PACKAGE))
    for name in ("os", "textual.app", "parallel_tui", "parallel_tui_other", "parallel_tui.nowhere"):
        assert finder.find_spec(name, None) is None


@pytest.mark.parametrize(("flags", "quick"), [((), True), (("-O",), False)])
def test_it_is_used_where_python_runs_as_usual(flags: tuple[str, ...], quick: bool) -> None:
    code = (
        "import sys; from parallel_tui.cli import quick_imports as q; q.install(); "
        "print(isinstance(sys.meta_path[0], q.QuickFinder))"
    )
    done = subprocess.run(
        [sys.executable, *flags, "-c", code], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == str(quick)
