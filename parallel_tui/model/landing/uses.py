"""Who uses what a landing has changed, by name: definitions here, lines that name them there. Pure.

A definition counts as changed where a line that begins one was changed, removed or moved to another
file: what stands only in its body concerns nobody who calls it. A use is a line that somebody has
added elsewhere, in a file of the same kind, and that has the name as a word. Both are read from
lines alone, so that a name that means two things is told of both; the sentence names the place.
"""

from __future__ import annotations

import os
import re

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Final

_SHORTEST: Final = 3
_MOST_NAMES: Final = 200
_LONGEST: Final = 300
"""Characters of a line that defines something; what is longer was written by a program."""
_WORD: Final = re.compile(r"[A-Za-z_$][\w$]*")
_MODIFIERS: Final = (
    r"(?:(?:export|default|async|public|private|protected|internal|static|final|abstract|sealed|"
    r"override|open|virtual|inline|extern|unsafe|const|pub(?:\([^)]*\))?|declare|partial)\s+)*"
)
_DEFINES: Final = tuple(
    re.compile(rf"^\s*{_MODIFIERS}{rest}")
    for rest in (
        # Python, Ruby, Go, Rust, Kotlin, Swift, PHP, JavaScript, shell
        r"(?:def|func|fn|fun|function\*?|sub|proc)\s+(?:\([^)]*\)\s*|self\.)?([A-Za-z_$][\w$]*)",
        # Types of most languages
        r"(?:data\s+)?(?:class|struct|interface|trait|enum|protocol|record|object|module|type|"
        r"typedef|union|namespace)\s+([A-Za-z_$][\w$]*)",
        # Values of a module
        r"(?:let|var|const|val)\s+([A-Za-z_$][\w$]*)\s*[:=]",
        r"#\s*define\s+([A-Za-z_]\w*)",
        # Constants of Python, Ruby and shell
        r"([A-Z][A-Z0-9_]{2,})\s*(?::[^=]+)?=[^=]",
        # C and its kin, Java: a type, a name, and what opens a body
        r"(?!(?:return|else|throw|raise|new|yield|await|not|case|delete|assert)\b)"
        r"[A-Za-z_][\w:<>,*&\[\]\s]*[\s*&]([A-Za-z_]\w*)\s*\([^;]*\)\s*(?:const\s*)?\{?\s*$",
    )
)
_NONE: Final = frozenset(
    {"and", "case", "catch", "class", "def", "do", "else", "elif", "except", "for", "from",
     "func", "function", "if", "import", "in", "is", "main", "new", "not", "or", "return",
     "self", "switch", "test", "this", "throw", "try", "while", "with", "yield", "raise",
     "await", "async", "print"}
)  # fmt: skip
_KIN: Final = {
    each: kin
    for kin in (
        (".js", ".jsx", ".ts", ".tsx", ".mjs", ".cjs", ".vue", ".svelte"),
        (".c", ".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".m", ".mm"),
        (".java", ".kt", ".kts", ".scala", ".groovy"),
        (".py", ".pyi", ".pyx"),
        (".sh", ".bash", ".zsh"),
    )
    for each in kin
}


@dataclass(frozen=True, slots=True)
class LineChange:
    """Lines of a file that were changed.

    Attributes:
        path: The file.
        removed: Lines as they were, without their ends.
        added: Lines as they are.
    """

    path: str
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NameUse:
    """A changed line that names what was changed elsewhere.

    Attributes:
        name: The name.
        defined: File that has, or had, its definition.
        path: File with the line.
    """

    name: str
    defined: str
    path: str


def changed_names(changes: Iterable[LineChange]) -> Mapping[str, str]:
    """Names whose definition was changed, removed or moved, each with the file that had it.

    Args:
        changes: All of them.
    """
    found: dict[str, str] = {}
    for change in changes:
        kept = set(change.added)
        for line in change.removed:
            if line not in kept and (name := _defined(line)) and len(found) < _MOST_NAMES:
                found.setdefault(name, change.path)
    return found


def uses(names: Mapping[str, str], own: Iterable[LineChange]) -> tuple[NameUse, ...]:
    """Where somebody's changed lines use names; each name once, with the first place.

    Args:
        names: With the file of each definition.
        own: What they have changed.
    """
    found: dict[str, NameUse] = {}
    for change in own:
        here = {name: path for name, path in names.items() if _akin(path, change.path)}
        if not here:
            continue
        gone = set(change.removed)
        for line in change.added:
            if line in gone or _defined(line) in here:
                continue
            for word in _WORD.findall(line):
                if word in here and word not in found and here[word] != change.path:
                    found[word] = NameUse(word, here[word], change.path)
    return tuple(found[name] for name in sorted(found))


def kinds(names: Mapping[str, str]) -> tuple[str, ...]:
    """Endings of the files in which names can be used: `.py`, `.pyi`."""
    every = {each for path in names.values() for each in _kin(path)}
    return tuple(sorted(every))


def use_words(found: Iterable[NameUse]) -> str:
    """What was changed and is used, in words: `parse (cli.py), used in app.py`."""
    every = list(found)
    told = [f"{each.name} ({each.defined}), used in {each.path}" for each in every[:2]]
    more = f" and {len(every) - 2} more" if len(every) > 2 else ""
    return "; ".join(told) + more


def _defined(line: str) -> str:
    """The name that a line begins to define; empty for none."""
    if len(line) > _LONGEST:
        return ""
    for pattern in _DEFINES:
        if (match := pattern.match(line)) is not None:
            name = match[1]
            fits = len(name) >= _SHORTEST and name not in _NONE and not name.startswith("__")
            return name if fits else ""
    return ""


def _akin(one: str, other: str) -> bool:
    return os.path.splitext(other)[1] in _kin(one)  # noqa: PTH122 - a name of git's, no path here


def _kin(path: str) -> tuple[str, ...]:
    ending = os.path.splitext(path)[1]  # noqa: PTH122
    return _KIN.get(ending, (ending,)) if ending else ()
