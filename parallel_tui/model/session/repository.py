"""A repository, and the base branch that its sessions start from."""

from __future__ import annotations

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

PROOFS: Final = "proofs.json"
"""Name of the file that tells what was proved of sessions landed together."""

SHARE_FILE: Final = "share.json"
"""File in our own folder that says what is shared with other machines."""

SHARE_NOTE: Final = "share-done.json"
"""Another one, by which the process that does it tells others what it has come to."""

PROVING: Final = "proving-"
"""Begins the names of files that each tell of a proof under way."""


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository, whatever worktree or subfolder it was found from.

    Attributes:
        name: Directory name of the main worktree (of a bare repository: without `.git`).
        common_dir: Absolute path of the common git directory.
        main_path: Absolute path of the main worktree; of a bare repository its own directory.
        bare: Whether it has no main worktree that could be looked at.
        coordination_root: Where sessions share their files: `<main>/.claude`; where the common
            git directory does not lead to a main worktree (bare, or standing elsewhere)
            `<common>/pdev`.
        reftable: Whether references are stored as reftables rather than files.
        main_unknown: Whether there is a main worktree, and nothing tells where.
    """

    name: str
    common_dir: str
    main_path: str
    bare: bool
    coordination_root: str
    reftable: bool = False
    main_unknown: bool = False

    @property
    def runtime_dir(self) -> str:
        """Directory of this program's own files; inside git's, so never untracked."""
        return f"{self.common_dir}/pdev"

    @property
    def proofs(self) -> str:
        """The file that tells what was proved; there is none where nothing ever was."""
        return f"{self.runtime_dir}/{PROOFS}"

    @property
    def doorbell(self) -> str:
        """A file that the multiplexer touches when its windows change."""
        return f"{self.runtime_dir}/doorbell"


@dataclass(frozen=True, slots=True)
class Divergence:
    """Number of commits by which two histories differ.

    Attributes:
        ahead: Commits on this side only.
        behind: Commits on the other side only.
    """

    ahead: int
    behind: int


@dataclass(frozen=True, slots=True)
class Base:
    """The branch that sessions start from and are merged into.

    Attributes:
        name: Short name, such as `main` or `origin/main`.
        ref: Full reference name.
        oid: Commit it stands at.
        source: Why this one: `config`, `remote HEAD`, `main`, `master`, `current branch`.
        upstream: Its divergence from its own upstream, where it has one.
    """

    name: str
    ref: str
    oid: str
    source: str
    upstream: Divergence | None = None
