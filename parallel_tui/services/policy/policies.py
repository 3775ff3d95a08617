"""Keep the boundaries of base compiled, where a hook reads them."""

from __future__ import annotations

from contextlib import suppress

from parallel_tui.errors import ConfigError, CouldNotLookError
from parallel_tui.model.policy import core
from parallel_tui.model.policy.boundaries import SOURCE, Boundaries
from parallel_tui.model.policy.compiling import compiled_policy
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.model.policy.formats import CompiledPolicy
    from parallel_tui.model.session.repository import Base
    from parallel_tui.ports.git import GitReader
    from parallel_tui.ports.policy import Changes, CompiledFile, ParseBoundaries
    from parallel_tui.ports.system import Clock


@dataclass(frozen=True, slots=True)
class Policies:
    """Reads boundaries from base, never from a worktree: nobody widens their own rights.

    Attributes:
        git: Reads files of base.
        changes: Knows how the file system takes names.
        parse: Reads boundaries from a text.
        file: Where they are kept compiled.
        own_levels: What the person's own configuration sets under `boundaries:`.
        clock: Time.
    """

    git: GitReader
    changes: Changes
    parse: ParseBoundaries
    file: CompiledFile
    own_levels: Mapping[str, str]
    clock: Clock

    def current(self, base: Base, *, unasked: bool = False) -> CompiledPolicy:
        """The boundaries of base, compiled; written anew where what is kept is out of date.

        That they cannot be written is no failure: the answer is the same.

        Args:
            base: Where base stands.
            unasked: Whether nobody asked about boundaries: where there are none, nothing is
                written in a repository that is only looked at.

        Raises:
            GitError: When git gave no answer. A file that cannot be used is no error: it is what
                the answer says.
        """
        kept, made = self._kept_or_made(base)
        if made is None:
            return kept
        if not unasked or made["base"]["blob"] is not None or self.file.read() is not None:
            with suppress(CouldNotLookError):
                self.file.write(made)
        return made

    def refresh(self, base: Base) -> CompiledPolicy:
        """The boundaries of base, compiled and kept for hooks.

        Raises:
            CouldNotLookError: When git gave no answer, or they cannot be written.
        """
        kept, made = self._kept_or_made(base)
        if made is None:
            return kept
        self.file.write(made)
        return made

    def at(self, base: Base) -> CompiledPolicy:
        """The boundaries of another base than the configured one; nothing is written."""
        return self._compiled(base, self.file.settings())

    def _kept_or_made(self, base: Base) -> tuple[CompiledPolicy, CompiledPolicy | None]:
        """What is kept, and what is to be kept instead where that is out of date."""
        kept = self.file.read()
        settings = self.file.settings()
        same = kept is not None and (kept["base"]["name"], kept["base"]["ref"]) == (
            base.name,
            base.ref,
        )
        if kept is not None and same and core.stale(kept, base.oid, settings) is None:
            return kept, None
        made = self._compiled(base, settings)
        return made, made

    def _compiled(self, base: Base, settings: list[list[object]]) -> CompiledPolicy:
        boundaries, blob, problem = Boundaries(), None, None
        found = self.git.files_at(base.oid, [SOURCE])
        if found:
            blob = found[0].digest
            where = f"{base.name}:{SOURCE}"
            if found[0].content is None:
                problem = f"{where} is too large, or is no text in UTF-8"
            else:
                try:
                    boundaries = self.parse(where, found[0].content)
                except ConfigError as error:
                    problem = error.message
        fold = self.changes.ignores_case()
        return compiled_policy(
            base,
            blob,
            boundaries,
            own_levels=self.own_levels,
            fold=fold,
            now=self.clock(),
            settings=settings,
            problem=problem,
        )
