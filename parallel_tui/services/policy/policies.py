"""Keep the boundaries of base compiled, where a hook reads them."""

from __future__ import annotations

from contextlib import suppress

from parallel_tui.errors import ConfigError, CouldNotLookError
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
        """The boundaries of base, compiled; what hooks read is written anew where it differs.

        That it cannot be written is no failure: the answer is the same.

        Args:
            base: Where base stands.
            unasked: Whether nobody asked about boundaries: where there are none, nothing is
                written in a repository that is only looked at.

        Raises:
            GitError: When git gave no answer. A file that cannot be used is no error: it is what
                the answer says.
        """
        made = self.at(base)
        if not unasked or made["base"]["blob"] is not None or self.file.read() is not None:
            self.keep(made)
        return made

    def keep(self, policy: CompiledPolicy) -> None:
        """Write what hooks read, unless it is that already; that it cannot be is no failure."""
        with suppress(CouldNotLookError):
            self._keep(policy)

    def drafted(self) -> bool:
        """Whether boundaries are written down in the main worktree, whatever base has."""
        return self.file.drafted()

    def refresh(self, base: Base) -> CompiledPolicy:
        """The boundaries of base, compiled and kept for hooks.

        Raises:
            CouldNotLookError: When git gave no answer, or they cannot be written.
        """
        made = self.at(base)
        self._keep(made)
        return made

    def _keep(self, made: CompiledPolicy) -> None:
        """Write what hooks read, unless it is that already."""
        kept = self.file.read()
        if kept is None or {**kept, "at": 0} != {**made, "at": 0}:
            self.file.write(made)

    def at(self, base: Base) -> CompiledPolicy:
        """The boundaries of any base, compiled; nothing is written.

        What is kept for hooks is never the answer: a session could have written it.

        Raises:
            GitError: When git gave no answer.
        """
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
            settings=self.file.settings(),
            problem=problem,
        )
