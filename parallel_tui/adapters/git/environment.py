"""The environment and the options that every git command of this program gets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from parallel_tui.model.inheritance import for_git

MINIMUM: Final = (2, 36)
"""Oldest usable git: the first whose `worktree list` has `-z`."""

SCRUBBED: Final = (
    # These change what is printed, or how our own paths are understood.
    "GIT_DIFF_OPTS",
    "GIT_EXTERNAL_DIFF",
    "GIT_GLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_LITERAL_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_REDIRECT_STDERR",
    "GIT_REDIRECT_STDOUT",
    "GIT_TRACE",
    "GIT_TRACE_SETUP",
)
"""Variables that no command of ours may inherit, besides those that no program may inherit."""

FIXED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
        "LANGUAGE": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "false",
        "SSH_ASKPASS": "false",
        "GCM_INTERACTIVE": "never",
        "GIT_PAGER": "cat",
        "GIT_EDITOR": "false",
        "GIT_SEQUENCE_EDITOR": "false",
        "GIT_MERGE_AUTOEDIT": "no",
    }
)
"""Set for every command: no locks nobody needs, English messages, and nobody to ask."""

READING: Final[Mapping[str, str]] = MappingProxyType({"GIT_LITERAL_PATHSPECS": "1"})
"""Set for reads as well. Not for writes, whose hooks may use pathspecs of their own."""

READ_OPTIONS: Final = (
    # A read must not start a daemon, a hook, or a signature check.
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "log.showSignature=false",
    "-c",
    "color.ui=false",
    "-c",
    "i18n.logOutputEncoding=UTF-8",
)
"""Options that stand before the subcommand of every read."""


def polluted() -> tuple[str, ...]:
    """The variables of our own environment that a git command may not see."""
    kept = _passed_on()
    return tuple(name for name in os.environ if name not in kept)


def complete() -> dict[str, str]:
    """A whole environment for a read, for callers that start git without a library."""
    return {**_passed_on(), **FIXED, **READING}


def _passed_on() -> dict[str, str]:
    kept = for_git(os.environ)
    return {name: value for name, value in kept.items() if name not in SCRUBBED}


def text(raw: bytes) -> str:
    """Decode what git printed; bytes that are not UTF-8 survive as surrogate escapes."""
    return raw.decode("utf-8", "surrogateescape")


def raw(value: str) -> bytes:
    """The bytes of a text that came from `text`."""
    return value.encode("utf-8", "surrogateescape")
