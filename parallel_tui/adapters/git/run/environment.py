"""Environment and options of every git command."""

from __future__ import annotations

import os
from types import MappingProxyType

from parallel_tui.adapters.small_file import raw, text
from parallel_tui.model.inheritance import for_git

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

__all__ = [
    "BY_CONTENT",
    "FIXED",
    "READING",
    "READ_OPTIONS",
    "SCRUBBED",
    "complete",
    "polluted",
    "raw",
    "text",
    "user_folder",
]

SCRUBBED: Final = (
    # These change what is printed, or how our own paths are understood.
    "GIT_ATTR_SOURCE",
    "GIT_DIFF_OPTS",
    "GIT_EXTERNAL_DIFF",
    "GIT_GLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_LITERAL_PATHSPECS",
    "GIT_MERGE_VERBOSITY",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_PAGER_IN_USE",
    "GIT_REDIRECT_STDERR",
    "GIT_REDIRECT_STDOUT",
    "GIT_REFLOG_ACTION",
    "GIT_TRACE",
    "GIT_TRACE_CURL",
    "GIT_TRACE_FSMONITOR",
    "GIT_TRACE_PACKET",
    "GIT_TRACE_PACK_ACCESS",
    "GIT_TRACE_PERFORMANCE",
    "GIT_TRACE_REFS",
    "GIT_TRACE_SETUP",
    "GIT_TRACE_SHALLOW",
    "GIT_TRACE2",
    "GIT_TRACE2_EVENT",
    "GIT_TRACE2_PERF",
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

READING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "GIT_LITERAL_PATHSPECS": "1",
        # A question must not fetch what a partial clone left out; old git knows only the second.
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
    }
)
"""Set for reads as well. Not for writes, whose hooks may use pathspecs of their own."""


def _settings(*pairs: str) -> tuple[str, ...]:
    return tuple(word for pair in pairs for word in ("-c", pair))


READ_OPTIONS: Final = (
    *_settings(
        # A read must not start a daemon, a hook, or a signature check.
        "core.fsmonitor=false",
        "core.hooksPath=/dev/null",
        "log.showSignature=false",
        # How somebody likes answers to look must not decide what they are. Some commands go by
        # these and others do not, so that two answers could not be compared.
        "color.ui=false",
        "color.branch=false",
        "color.diff=false",
        "color.status=false",
        "core.abbrev=auto",
        "core.quotePath=true",
        "i18n.logOutputEncoding=UTF-8",
        "diff.algorithm=default",
        "diff.colorMoved=no",
        "diff.context=3",
        "diff.indentHeuristic=true",
        "diff.interHunkContext=0",
        "diff.mnemonicPrefix=false",
        "diff.noprefix=false",
        "diff.orderFile=/dev/null",
        "diff.relative=false",
        "diff.submodule=short",
        "diff.suppressBlankEmpty=false",
        "diff.wsErrorHighlight=none",
        "grep.extendedRegexp=false",
        "grep.patternType=default",
        "log.decorate=false",
        "log.follow=false",
        "log.showRoot=true",
        "status.renameLimit=1000",
        "status.renames=true",
        "submodule.recurse=false",
    ),
)
"""Options that stand before the subcommand of every read: the one place for such settings.

Not among them is how merges find renames: a prediction has to meet what a merge does here.
"""

BY_CONTENT: Final = _settings(
    # Attributes say how to settle conflicts; where content decides, these are the answer.
    "core.attributesFile=/dev/null",
    "diff.renames=true",
    "merge.conflictStyle=merge",
    "merge.directoryRenames=conflict",
    "merge.renameLimit=7000",
    "merge.renames=true",
    "merge.renormalize=false",
)
"""More of them for merges and patches that only tell whether content is there."""


def polluted() -> tuple[str, ...]:
    """Variables of our own environment that a git command must not see."""
    kept = _passed_on()
    return tuple(name for name in os.environ if name not in kept)


def complete() -> dict[str, str]:
    """The whole environment of a read, for callers that start git without a library."""
    return {**_passed_on(), **FIXED, **READING}


def _passed_on() -> dict[str, str]:
    kept = for_git(os.environ)
    return {name: value for name, value in kept.items() if name not in SCRUBBED}


def user_folder() -> str:
    """Where git looks for the user's `config` and `attributes`, besides `~/.gitconfig`.

    Git's own rule, which is not that of our settings: it follows a relative `XDG_CONFIG_HOME` too,
    and knows no home but `HOME`.
    """
    base = os.environ.get("XDG_CONFIG_HOME") or f"{os.environ.get('HOME', '')}/.config"
    return f"{base}/git"
