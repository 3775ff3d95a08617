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
        nodes: By path.
        inside: Paths of what lies directly in a folder, folders first, by its path.
    """

    nodes: Mapping[str, OwnedPath]
    inside: Mapping[str, tuple[str, ...]]

    def opened_at_first(self) -> frozenset[str]:
        """Folders that say nothing while they are closed: those of several owners."""
        return frozenset(path for path, node in self.nodes.items() if node.folder and node.mixed)

    def shown(self, opened: Collection[str]) -> Iterator[OwnedPath]:
        """What is shown, from the top down, where some folders are open."""
        todo = list(reversed(self.inside.get("", ())))
        while todo:
            path = todo.pop()
            yield self.nodes[path]
            if path in opened:
                todo += reversed(self.inside.get(path, ()))


def owner_tree(
    paths: Iterable[str], owner: Callable[[str], str | None], touched: Collection[str] = ()
) -> OwnerTree:
    """The tree of some files.

    Args:
        paths: Of files, from the top.
        owner: Whose a path is.
        touched: Paths that somebody changed who does not own them; they need not be files.
    """
    counts: dict[str, Counter[str | None]] = {"": Counter()}
    strange: Counter[str] = Counter()
    inside: dict[str, dict[str, None]] = {"": {}}
    for path in dict.fromkeys((*paths, *touched)):
        whose = owner(path)
        counts[path] = Counter({whose: 1})
        child = path
        while child:
            folder = child.rpartition("/")[0]
            inside.setdefault(folder, {})[child] = None
            counts.setdefault(folder, Counter())[whose] += 1
            strange[child] += path in touched
            child = folder
    nodes = {
        path: OwnedPath(path, path in inside, dict(found), strange[path])
        for path, found in counts.items()
    }
    ordered = {
        folder: tuple(sorted(children, key=lambda each: (each not in inside, each)))
        for folder, children in inside.items()
    }
    return OwnerTree(nodes, ordered)
