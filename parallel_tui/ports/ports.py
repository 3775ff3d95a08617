"""All ports under one name, for modules that are not moved to the single ones yet."""

from __future__ import annotations

from parallel_tui.ports.coordination import SharedFiles
from parallel_tui.ports.git import Branch, GitReader, GitWriter, IgnoredFiles, Unlisted
from parallel_tui.ports.mux import Attachment, Mux
from parallel_tui.ports.overlaps import Overlaps
from parallel_tui.ports.system import Clock, Process, Processes, Trust
from parallel_tui.ports.terminals import Terminals

__all__ = [
    "Attachment",
    "Branch",
    "Clock",
    "GitReader",
    "GitWriter",
    "IgnoredFiles",
    "Mux",
    "Overlaps",
    "Process",
    "Processes",
    "SharedFiles",
    "Terminals",
    "Trust",
    "Unlisted",
]
