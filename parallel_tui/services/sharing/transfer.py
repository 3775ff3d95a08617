"""Move what sessions share from one engine of the store to another."""

from __future__ import annotations

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from parallel_tui.ports.store.contents import StoreContents, StoreContentsPlace


@dataclass(frozen=True, slots=True)
class Transferred:
    """What was moved.

    Attributes:
        source: Where it came from.
        target: Where it is now.
        contents: What it was.
        aside: Where the files are that spoke of it before; empty where they stay.
    """

    source: str
    target: str
    contents: StoreContents
    aside: str = ""


def transfer(
    source: StoreContentsPlace,
    target: StoreContentsPlace,
    set_aside: Callable[[], str] | None = None,
) -> Transferred:
    """Take everything out of one store and put it into another, all or nothing.

    Args:
        source: Where it is; it stays there.
        target: Where it is to be, which must be empty.
        set_aside: Moves what the source was read from out of the way afterwards.

    Raises:
        RefusedError: When something cannot be read, or the target is not empty; nothing was done.
        CouldNotLookError: When one of the two cannot be asked; nothing was done.
    """
    contents = source.take()
    target.put(contents)
    return Transferred(source.shown, target.shown, contents, set_aside() if set_aside else "")
