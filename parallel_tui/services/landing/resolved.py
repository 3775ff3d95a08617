"""Show and forget how conflicts were resolved before."""

from __future__ import annotations

from parallel_tui.errors import UsageError
from parallel_tui.record import dataclass
from parallel_tui.services.receipt import Receipt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from parallel_tui.model.landing.resolution import Resolution
    from parallel_tui.ports.overlaps import Resolutions
    from parallel_tui.ports.store import Store


@dataclass(frozen=True, slots=True)
class ResolvedBefore:
    """Looks after resolutions.

    Attributes:
        remembered: Where git remembers them.
        store: For the journal.
    """

    remembered: Resolutions
    store: Store

    def find(self, wanted: str) -> Resolution:
        """One resolution, by its id or the beginning of it.

        Raises:
            UsageError: When there is none, or several begin so.
        """
        every = self.remembered.kept()
        found = [each for each in every if each.id == wanted]
        found = found or [each for each in every if wanted and each.id.startswith(wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(
                f"{len(found)} resolutions begin with {wanted!r}", hint="Name more of it."
            )
        raise UsageError(
            f"No resolution is called {wanted!r}",
            hint=f"There are: {', '.join(each.id[:10] for each in every[:5])}." if every else "",
        )

    def forget(self, chosen: Sequence[Resolution]) -> Receipt:
        """Forget resolutions; what they were about conflicts again.

        Raises:
            RefusedError: When one cannot be deleted.
        """
        for each in chosen:
            self.remembered.forget(each)
        names = [each.id[:10] for each in chosen]
        with self.store.change("user") as tx:
            tx.journal.add("forget resolution", {"name": ", ".join(names)})
        count = "1 resolution" if len(names) == 1 else f"{len(names)} resolutions"
        return Receipt(f"Forgot {count}: {', '.join(names)}", warnings=tx.warnings)
