"""The file store behind a core, for tests that look at its files."""

from __future__ import annotations

from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.bootstrap import Core


def files_of(core: Core) -> FileStore:
    """The store of a core, which is one of files."""
    store = core.shared.store
    assert isinstance(store, FileStore)
    return store
