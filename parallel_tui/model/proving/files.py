"""Names of the files that tell of proofs, in the program's own folder of a repository."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

KEPT: Final = "proofs.json"
"""What was proved."""

RUNNING: Final = "proving-"
"""Begins the name of a file for each proof under way."""

PROOF_FILES: Final = (KEPT, RUNNING)
"""Beginnings of the names of all of them."""
