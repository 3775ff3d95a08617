"""Names of sessions, branches, directories and windows, derived from free text.

The guide's script turns spaces into dashes and upper into lower case. tmux executes `#(…)` in a
window name and git allows that in a branch name, so what reaches either is on an allow-list, and
what was changed is told, never hidden.
"""

from __future__ import annotations

import re

from parallel_tui.errors import UsageError
from parallel_tui.model.text.patterns import pattern
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

    from parallel_tui.model.settings.config import Kind

MAX_SLUG: Final = 60
"""Longest session name, in characters; leaves room for suffixes in 255-byte file names."""

_SEPARATORS: Final = pattern(r"[^a-z0-9._]+")
_DOTS: Final = pattern(r"\.{2,}")
_PLACEHOLDER: Final = pattern(r"\{[^{}]*\}")
_FORBIDDEN: Final = pattern(r"[\x00-\x20\x7f~^:?*\[\\]")


@dataclass(frozen=True, slots=True)
class Slug:
    """A name made safe.

    Attributes:
        value: Lower-case letters, digits, `-`, `_` and `.`; starts with a letter or digit.
        changes: What was done to the text to get it, in words; empty when nothing was.
    """

    value: str
    changes: tuple[str, ...] = ()


def slugify(text: str) -> Slug:
    """Turn free text into a session name.

    Raises:
        UsageError: When nothing that can stand in a name is left of it.
    """
    if _safe(text):
        return Slug(text)
    import unicodedata

    changes: list[str] = []
    folded = unicodedata.normalize("NFKD", text.strip()).encode("ascii", "ignore").decode()
    if folded != text.strip():
        changes.append("characters outside ASCII were dropped or folded")
    lowered = folded.lower()
    if lowered != folded:
        changes.append("upper case became lower case")
    dashed = _DOTS.sub(".", re.sub(r"-{2,}", "-", _SEPARATORS.sub("-", lowered)))
    if dashed != lowered:
        changes.append("characters that git, tmux or a shell could misread became '-'")
    trimmed = dashed.strip("-._")
    if trimmed != dashed:
        changes.append("leading and trailing punctuation was dropped")
    if len(trimmed) > MAX_SLUG:
        trimmed = trimmed[:MAX_SLUG].rstrip("-._")
        changes.append(f"cut to {MAX_SLUG} characters")
    if trimmed.endswith(".lock"):  # after the cut, which can bring such an end about
        trimmed = trimmed[: -len(".lock")] + "-lock"
        changes.append("git reserves names that end in .lock")
    if not trimmed:
        raise UsageError(
            f"No session name can be made of {text!r}",
            hint="Use at least one letter or digit of the Latin alphabet.",
        )
    return Slug(trimmed, tuple(changes))


def _safe(text: str) -> bool:
    """Whether nothing has to be done to a text, told without an expression; most often so."""
    words = text.split("-")
    plain = all(word.isalnum() for word in words) and text.isascii() and text == text.lower()
    return plain and len(text) <= MAX_SLUG


def branch_for(slug: str, kind: Kind) -> str:
    """Name of a new session's branch."""
    from parallel_tui.model.settings.config import PREFIXES

    return PREFIXES[kind] + slug


def branch_problem(branch: str) -> str | None:
    """Why git refuses a branch name, in words; `None` when it does not.

    The rules are those of `git check-ref-format --branch`.
    """
    if not branch:
        return "it is empty"
    found = _FORBIDDEN.search(branch)
    if found:
        return f"it contains {found.group()!r}"
    if branch.startswith("-"):
        return "it begins with '-'"
    for text in ("..", "@{", "//"):
        if text in branch:
            return f"it contains {text!r}"
    if branch.startswith("/") or branch.endswith(("/", ".")):
        return "it begins or ends with '/', or ends with '.'"
    if branch in ("@", "HEAD"):
        return "git reserves that name"
    for part in branch.split("/"):
        if part.startswith(".") or part.endswith(".lock"):
            return f"its part {part!r} begins with '.' or ends with '.lock'"
    return None


def overlapping_branch(branch: str, existing: Iterable[str]) -> str | None:
    """An existing branch that conflicts with a new one: one name is a folder of the other."""
    for other in existing:
        if branch.startswith(other + "/") or other.startswith(branch + "/"):
            return other
    return None


def name_from_branch(branch: str) -> str:
    """The session name for a branch: its last part, made safe; `session` at worst."""
    from parallel_tui.model.settings.config import PREFIXES, Kind

    for kind in (Kind.FEATURE, Kind.FIX, Kind.MIGRATION):
        if branch.startswith(PREFIXES[kind]):
            branch = branch[len(PREFIXES[kind]) :]
            break
    try:
        return slugify(branch).value
    except UsageError:
        return "session"


def directory_for(template: str, *, main_path: str, repo: str, slug: str, kind: Kind) -> str:
    """Absolute directory of a new worktree.

    Raises:
        UsageError: When the template has an unknown placeholder.
    """
    values = {"{repo}": repo, "{name}": slug, "{kind}": kind.value}
    unknown = [found for found in _PLACEHOLDER.findall(template) if found not in values]
    if unknown:
        raise UsageError(
            f"The directory template {template!r} cannot be filled in: {unknown[0]} is unknown",
            hint="It may contain {repo}, {name} and {kind}.",
        )
    relative = _PLACEHOLDER.sub(lambda match: values[match.group()], template)
    from pathlib import PurePath  # only where a session is made

    parts: list[str] = []
    for part in (PurePath(main_path) / relative).parts:
        if part == "..":
            if len(parts) > 1:
                parts.pop()
        elif part != ".":
            parts.append(part)
    return str(PurePath(*parts))


def name_from_directory(path: str, repo: str) -> str:
    """Session name of a worktree that pdev did not make, after the guide's `<repo>-<name>`."""
    last = path.rstrip("/").rpartition("/")[2]
    short = last[len(repo) + 1 :] if last.startswith(repo + "-") else last
    for candidate in (short, last):
        try:
            return slugify(candidate).value
        except UsageError:
            continue
    return "session"


def unique(name: str, taken: set[str]) -> str:
    """The name itself, or the first of `name-2`, `name-3`, … that is not taken."""
    if name not in taken:
        return name
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"
