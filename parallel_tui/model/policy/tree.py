"""The tree of files by owner, folders of one owner as one line. Pure."""

from __future__ import annotations

from collections import Counter

from parallel_tui.record import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping


@dataclass(frozen=True, slots=True)
class OwnedPath:
    """A folder or file of the tree.

    Attributes:
        path: From the top, without a slash at its end; empty for the top itself.
        folder: Whether it is a folder.
        owners: Number of files by owner, `None` for those of nobody.
        touched: Number of files in it that somebody changed who does not own them.
    """

    path: str
    folder: bool
    owners: Mapping[str | None, int] = field(repr=False)
    touched: int = 0

    @property
    def mixed(self) -> bool:
        """Whether its files have more than one owner."""
        return len(self.owners) > 1

    @property
    def depth(self) -> int:
        """How many folders it lies in."""
        return self.path.count("/")


@dataclass(frozen=True, slots=True)
class OwnerTree:
    """All files by owner.

    Attributes:
        folders: Number of files by owner, by path of the folder; the top's path is empty.
        files: Owners by path of the file.
        inside: Paths of what lies directly in a folder, folders first, by its path.
        touched: Number of files somebody changed who does not own them, by path, where any.
    """

    folders: Mapping[str, Mapping[str | None, int]]
    files: Mapping[str, str | None]
    inside: Mapping[str, tuple[str, ...]]
    touched: Mapping[str, int]

    def at(self, path: str) -> OwnedPath:
        """The folder or file of a path.

        Raises:
            KeyError: When there is none.
        """
        owners = self.folders.get(path)
        found = {self.files[path]: 1} if owners is None else owners
        return OwnedPath(path, owners is not None, found, self.touched.get(path, 0))

    def opened_at_first(self) -> frozenset[str]:
        """Folders that say nothing while they are closed: those of several owners."""
        return frozenset(path for path, owners in self.folders.items() if len(owners) > 1)

    def shown(self, opened: Collection[str]) -> Iterator[OwnedPath]:
        """What is shown, from the top down, where some folders are open."""
        todo = list(reversed(self.inside[""]))
        while todo:
            path = todo.pop()
            yield self.at(path)
            if path in opened and path in self.inside:
                todo += reversed(self.inside[path])


def owner_tree(
    paths: Iterable[str], owner: Callable[[str], str | None], touched: Collection[str] = ()
) -> OwnerTree:
    """The tree of some files.

    Args:
        paths: Of files, from the top.
        owner: Whose a path is.
        touched: Paths that somebody changed who does not own them; they need not be files.
    """
    files: dict[str, str | None] = {}
    folders: dict[str, dict[str | None, int]] = {"": {}}
    inside: dict[str, dict[str, None]] = {"": {}}
    strange: Counter[str] = Counter()
    for path in dict.fromkeys((*paths, *touched)):
        files[path] = whose = owner(path)
        child, known = path, False
        while child:
            folder = child.rpartition("/")[0]
            if not known:
                known = folder in inside
                inside.setdefault(folder, {})[child] = None
            counts = folders.setdefault(folder, {})
            counts[whose] = counts.get(whose, 0) + 1
            if path in touched:
                strange[child] += 1
            child = folder
    ordered = {
        folder: tuple(sorted(children, key=lambda each: (each not in inside, each)))
        for folder, children in inside.items()
    }
    return OwnerTree(folders, files, ordered, strange)
