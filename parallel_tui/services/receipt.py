"""Receipt: the result of a verb that has done its work."""

from __future__ import annotations

from parallel_tui.model.record import dataclass, field, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from parallel_tui.model.scope import Scope


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof of something done.

    Attributes:
        message: What was done, in one sentence for a person.
        scopes: What the live view has to look at again.
        warnings: What did not go as wished without making the whole fail.
        details: Facts for `--json`, such as `{"branch": …, "directory": …}`.
        session: Name of the session it was about, so that it can be selected.
    """

    message: str
    scopes: tuple[Scope, ...] = ()
    warnings: tuple[str, ...] = ()
    details: dict[str, str | int | None] = field(default_factory=dict)
    session: str | None = None

    def with_warnings(self, more: Sequence[str]) -> Receipt:
        """The same receipt with further warnings."""
        return replace(self, warnings=(*self.warnings, *more)) if more else self
