"""Find an ordinary repository, and list its worktrees, from git's files. Starts no process.

A command that is over in a moment would spend a tenth of its time on asking git. Ordinary is what
`git init`, `git clone` and `git worktree add` make. `None` is answered for everything else, and git
is asked then: for a bare repository, a submodule, links and relative pointers, references that are
no plain files, an owner that `safe.directory` would have to know, a variable that git goes by, and
settings of the repository that are no plain lines or say something about where it is.

What is answered is what git would say: `tests/adapters/git/test_ordinary.py` compares the two.
"""

# On the way of every command, where importing pathlib would cost more than asking git does.
# ruff: noqa: PTH116, PTH120, PTH208

from __future__ import annotations

import os
import stat

from parallel_tui.adapters import small_file
from parallel_tui.adapters.git.repo.identity import Place, has_checkout
from parallel_tui.adapters.small_file import text
from parallel_tui.model.session.listing import ListedWorktree
from parallel_tui.model.session.repository import Repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_DECIDES: Final = (
    *("GIT_CEILING_", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS", "GIT_DISCOVERY_", "GIT_TEST_"),
)
"""Beginnings of variables by which our own git commands would find another repository, or none."""

_HEADS: Final = b"refs/heads/"
_BAD_IN_NAMES: Final = (b"..", b"@{", b"//", b"/.", b".lock/")
_BAD_ENDS: Final = (b".lock", b"/", b".")
_BAD_BYTES: Final = frozenset((*range(33), 127, *b"~^:?*[\\"))
_VALUES: Final = {b"repositoryformatversion": (b"0",), b"bare": (b"true", b"false")}
"""What is ordinary for settings by which git knows a repository."""

_MOST_PACKED: Final = 1 << 24
"""Bytes of packed references that are read; a quarter of a million branches."""

_HEX: Final = frozenset(b"0123456789abcdef")


class _OddError(Exception):
    """Something is not ordinary: git has to say what it means."""


def find(start: str) -> Repository | None:
    """The ordinary repository that a directory belongs to; `None` where git has to be asked.

    Args:
        start: Absolute, without symbolic links.
    """
    if any(name.startswith(_DECIDES) for name in os.environ):
        return None
    try:
        common = _common_of(start)
        _demand_plain(_content(f"{common}/config"))
    except (_OddError, OSError, ValueError):
        return None
    main = os.path.dirname(common)
    place = Place(main, direct=True)
    if not all(has_checkout(common, place, said_bare=said) for said in (False, True)):
        return None
    return Repository(
        name=os.path.basename(main) or "repository",  # noqa: PTH119
        common_dir=common,
        main_path=main,
        bare=False,
        coordination_root=f"{main.rstrip('/')}/.claude",
    )


def listing(common: str) -> tuple[ListedWorktree, ...] | None:
    """Worktrees of an ordinary repository, as git lists them; `None` where git has to be asked.

    Args:
        common: Its common git directory, as `find` gives it.
    """
    try:
        main = _entry(common, common, os.path.dirname(common))
        return main, *sorted(_linked(common), key=lambda entry: os.fsencode(entry.path))
    except (_OddError, OSError, ValueError):
        return None


def lacks(common: str, branch: str) -> bool:
    """Whether there is provably no branch of a name; false where git has to be asked.

    Args:
        common: The common git directory of a repository whose references are files.
        branch: Its short name.
    """
    try:
        return _tip(common, _HEADS + os.fsencode(branch)) is None
    except (_OddError, OSError, ValueError):
        return False


def linked(common: str, path: str) -> tuple[str, ListedWorktree] | None:
    """A linked worktree that stands on a branch, as git lists it; `None` where git has to be asked.

    Args:
        common: The common git directory of its repository.
        path: Its directory, absolute and without symbolic links.

    Returns:
        Its own git directory, and its entry.
    """
    try:
        pointer = _content(f"{path}/.git")
        own = text(pointer.removeprefix(b"gitdir: ").removesuffix(b"\n"))
        if not pointer.startswith(b"gitdir: /") or own != f"{common}/worktrees/{_last(own)}":
            return None
        if _content(f"{own}/gitdir") != os.fsencode(f"{path}/.git\n"):
            return None
        entry = _entry(own, common, path)
    except (_OddError, OSError, ValueError):
        return None
    return None if entry.branch is None or entry.head is None else (own, entry)


def _common_of(start: str) -> str:
    """The common git directory of the repository that git would find above a directory."""
    here, device = start, os.stat(start).st_dev
    while True:
        there = os.lstat(here)
        if not stat.S_ISDIR(there.st_mode) or there.st_dev != device:
            raise _OddError
        try:
            entry = os.lstat(f"{here}/.git")
        except FileNotFoundError:
            if here == "/" or os.path.lexists(f"{here}/HEAD"):  # perhaps a bare repository
                raise _OddError from None
            here = os.path.dirname(here)
            continue
        break
    own = f"{here}/.git"
    common = own
    if stat.S_ISREG(entry.st_mode):
        content = _content(own)
        if not content.startswith(b"gitdir: /"):
            raise _OddError
        own = text(content.removeprefix(b"gitdir: ").rstrip(b"\r\n"))
        common = os.path.dirname(os.path.dirname(own))
        if _content(f"{own}/commondir") != b"../..\n" or own != f"{common}/worktrees/{_last(own)}":
            raise _OddError
    elif not stat.S_ISDIR(entry.st_mode) or os.path.lexists(f"{own}/commondir"):
        raise _OddError
    _demand_git_directory(common)
    us = os.geteuid()
    if not there.st_uid == entry.st_uid == os.lstat(own).st_uid == us:
        raise _OddError
    for git_directory in {own, common}:
        _head(git_directory)
    return common


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _demand_git_directory(common: str) -> None:
    if os.path.realpath(common) != common or _last(common) != ".git":
        raise _OddError
    for part in ("objects", "refs"):
        if not os.access(f"{common}/{part}", os.X_OK):
            raise _OddError


def _demand_plain(config: bytes) -> None:
    """Make sure that a file of settings has nothing but plain lines, none of which moves anything.

    Only those of the repository itself can do that: git does not read the user's for it.
    """
    for line in config.split(b"\n"):
        line = line.strip()
        if not line or line.startswith((b"#", b";")):
            continue
        if line.startswith(b"["):
            name, *rest = line[1:-1].split(b'"')
            plain = line.endswith(b"]") and b"\\" not in line and b"]" not in line[:-1]
            kind = name.strip().lower()
            named = not rest or (len(rest) == 2 and not rest[1] and name.endswith(b" "))
            if not plain or not named or not kind.replace(b"-", b"").isalnum():
                raise _OddError
            if kind.startswith((b"include", b"extensions")):
                raise _OddError
            continue
        key, given, value = (part.strip() for part in line.partition(b"="))
        key = key.lower()
        if not key[:1].isalpha() or not key.replace(b"-", b"").isalnum():
            raise _OddError
        if not given or b'"' in value or b"\\" in value or key in (b"worktree", b"ignorecase"):
            raise _OddError
        if value not in _VALUES.get(key, (value,)):
            raise _OddError


def _linked(common: str) -> list[ListedWorktree]:
    try:
        names = os.listdir(f"{common}/worktrees")
    except FileNotFoundError:
        return []
    found = []
    for name in names:
        own = f"{common}/worktrees/{name}"
        pointer = _content(f"{own}/gitdir").rstrip()
        if not pointer.startswith(b"/") or not pointer.endswith(b"/.git"):
            raise _OddError
        os.lstat(pointer)  # one that is gone git calls prunable, and says why
        found.append(_entry(own, common, text(pointer.removesuffix(b"/.git"))))
    return found


def _entry(own: str, common: str, path: str) -> ListedWorktree:
    branch, head = _head(own)
    if branch is not None:
        head = _tip(common, branch)
    return ListedWorktree(
        path=path,
        head=None if head is None else head.decode(),
        branch=None if branch is None else text(branch.removeprefix(_HEADS)),
        locked=None if own == common else _locked(own),
    )


def _locked(own: str) -> str | None:
    try:
        return text(_content(f"{own}/locked").strip())
    except FileNotFoundError:
        return None


def _head(own: str) -> tuple[bytes | None, bytes | None]:
    """The branch that a worktree is on, else the commit."""
    content = _content(f"{own}/HEAD")
    if not content.endswith(b"\n"):
        raise _OddError
    content = content[:-1]
    if not content.startswith(b"ref: " + _HEADS):
        return None, _commit(content)
    branch = content.removeprefix(b"ref: ")
    if not _BAD_BYTES.isdisjoint(branch) or branch.endswith(_BAD_ENDS):
        raise _OddError
    if any(bad in branch for bad in _BAD_IN_NAMES):
        raise _OddError
    return branch, None


def _commit(name: bytes) -> bytes:
    if len(name) != 40 or not _HEX.issuperset(name):
        raise _OddError
    return name


def _tip(common: str, branch: bytes) -> bytes | None:
    """The commit of a branch; `None` while there is none."""
    try:
        content = _content(f"{common}/{text(branch)}")
    except (FileNotFoundError, NotADirectoryError):
        return _packed(common, branch)
    if not content.endswith(b"\n"):
        raise _OddError
    return _commit(content[:-1])


def _packed(common: str, branch: bytes) -> bytes | None:
    try:
        path = f"{common}/packed-refs"
        size = os.stat(path).st_size
        if size > _MOST_PACKED:
            raise _OddError
        packed = small_file.read(path, size + 1, links=False)
    except FileNotFoundError:
        return None
    end = packed.find(b" " + branch + b"\n")
    if end < 0:
        return None
    if end > 40 and packed[end - 41] != 10:
        raise _OddError
    return _commit(packed[max(0, end - 40) : end])


def _content(path: str) -> bytes:
    content = small_file.read(path, links=False)
    if len(content) == small_file.LIMIT:
        raise _OddError
    return content
