"""Find unreadable lines of the journal."""

from __future__ import annotations

import os
from typing import Final

from parallel_tui.adapters.disk import reading
from parallel_tui.adapters.store.files.documents.journal import parse

_LONGEST_LINE: Final = 1 << 20

_LOOKED_AT: Final = 32 << 20
"""Bytes of a journal that are looked at, from its end."""


def unreadable_lines(journal: str) -> int:
    """Journal lines that are no JSON objects; a last line without an end is only torn.

    Raises:
        UnusableFileError: When it cannot be read.
    """
    bad = 0
    try:
        with reading.opened(journal) as file:
            if file is not None and (size := os.fstat(file.fileno()).st_size) > _LOOKED_AT:
                file.seek(size - _LOOKED_AT)
                file.readline(_LONGEST_LINE)
            while file is not None and (line := file.readline(_LONGEST_LINE)):
                bad += line.endswith(b"\n") and bool(line.strip()) and parse(line) is None
    except OSError as error:
        raise reading.unusable(journal, error) from error
    return bad
