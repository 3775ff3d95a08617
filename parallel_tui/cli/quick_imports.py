"""Load this program's own modules with half of the work that Python has with each.

A short command is mostly imports. Python asks every finder, lists every folder and looks at every
file several times, for a module may be anywhere; ours lie where their names say. A module is loaded
this way only where its compiled form stands beside its source and is of that source, by Python's
own proof: format, time and size. Any other is left to Python, and so are all where it runs
otherwise than usual.
"""

# ruff: noqa: PTH116

from __future__ import annotations

import _imp
import marshal
import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import MAGIC_NUMBER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType, ModuleType
    from typing import Any, Final

_PACKAGE: Final = "parallel_tui."
_MOST: Final = 1 << 16
"""Bytes of a compiled module; a larger one is left to Python."""

_rename: Final = getattr(_imp, "_fix_co_filename", None)
"""As Python itself names the source in each compiled module that it loads."""

_HEAD: Final = MAGIC_NUMBER + bytes(4)
"""How a compiled module begins that is proved by its source's time and size."""


class _Loader:
    """Runs the code of a module that was found."""

    def __init__(self, code: CodeType) -> None:
        self._code = code

    def create_module(self, spec: ModuleSpec) -> None:
        """See `importlib.abc.Loader`: the default module."""

    def exec_module(self, module: ModuleType) -> None:
        """See `importlib.abc.Loader`."""
        exec(self._code, module.__dict__)  # noqa: S102 - what an import is


class QuickFinder:
    """Finds modules of this package below its folder."""

    def __init__(self, root: str) -> None:
        """Look below a folder.

        Args:
            root: The folder of the package.
        """
        self._root = root
        self._tag = sys.implementation.cache_tag

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: object = None
    ) -> ModuleSpec | None:
        """See `importlib.abc.MetaPathFinder`."""
        if not name.startswith(_PACKAGE):
            return None
        where = f"{self._root}/{name[len(_PACKAGE) :].replace('.', '/')}"
        folder, _, last = where.rpartition("/")
        for home, stem in ((folder, last), (where, "__init__")):
            source, cached = f"{home}/{stem}.py", f"{home}/__pycache__/{stem}.{self._tag}.pyc"
            code = _code(source, cached)
            if code is None:
                continue
            loader: Any = _Loader(code)
            spec = ModuleSpec(name, loader, origin=source, is_package=home is where)
            spec.cached = cached
            spec.has_location = True
            if home is where:
                spec.submodule_search_locations = [where]
            return spec
        return None


def _code(source: str, cached: str) -> CodeType | None:
    try:
        seen = os.stat(source)
        descriptor = os.open(cached, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        data = os.read(descriptor, _MOST)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    proof = (int(seen.st_mtime) & 0xFFFFFFFF).to_bytes(4, "little")
    proof += (seen.st_size & 0xFFFFFFFF).to_bytes(4, "little")
    if data[:8] != _HEAD or data[8:16] != proof or len(data) == _MOST:
        return None
    code: CodeType = marshal.loads(data[16:])  # noqa: S302 - as Python itself does
    if code.co_filename != source:  # compiled by a relative path, or moved; tracebacks name it
        if _rename is None:
            return None
        _rename(code, source)
    return code


def install() -> None:
    """Load our modules this way from now on."""
    if sys.flags.optimize or sys.pycache_prefix is not None:
        return
    root = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120
    sys.meta_path.insert(0, QuickFinder(root))
