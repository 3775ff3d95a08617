"""Map a changed path below the git directory to what must be read again. Pure.

`reference` of what git touches: a commit writes the index, then the branch below `refs/`; a
checkout the index, then `HEAD`; a rebase makes and deletes `rebase-merge/`; packing makes loose
references vanish into `packed-refs`.
"""

from __future__ import annotations

from typing import Final

from parallel_tui.model.machine.slots import FILES as SLOT_FILE
from parallel_tui.model.scope import (
    COORDINATION,
    HOSTS,
    MACHINE,
    MUX,
    PROOFS,
    TOPOLOGY,
    Scope,
    status_of,
)
from parallel_tui.model.session.repository import PROOFS as PROOF_FILE
from parallel_tui.model.session.repository import PROVING, SHARE_FILE, SHARE_NOTE, Repository
from parallel_tui.model.sharing.message import OUTBOX

_SHARED_WORK: Final = ["refs", "pdev", "hosts"]
_TOPOLOGY: Final = frozenset(
    {
        "HEAD",
        "packed-refs",
        "config",
        "config.worktree",
        "worktrees",
        "refs",
        "reftable",
        "gitdir",
        "locked",
        "MERGE_HEAD",
        "CHERRY_PICK_HEAD",
        "REVERT_HEAD",
        "REBASE_HEAD",
        "BISECT_LOG",
        "rebase-merge",
        "rebase-apply",
        "sequencer",
        "pdev-session",
    }
)


def classify(repository: Repository, path: str) -> Scope | None:
    """The scope to read again after a path has changed.

    Args:
        repository: Where it happened.
        path: Absolute path of the changed entry.

    Returns:
        What to look at again; `None` for what says nothing: lock files (their rename is the
        news), objects, logs, messages, and our own files.
    """
    common = repository.common_dir
    if path == repository.doorbell:
        return MUX
    folder, _, name = path.rpartition("/")
    if folder == repository.runtime_dir and name.startswith((PROOF_FILE, PROVING)):
        return PROOFS if name.endswith(".json") else None
    if folder == repository.runtime_dir and name in (SHARE_FILE, SHARE_NOTE):
        return HOSTS
    if folder == repository.runtime_dir and name.startswith(SLOT_FILE):
        return MACHINE if name.endswith((".wait", ".run")) else None
    root = repository.coordination_root
    if path == root or path.startswith(root + "/"):
        return _shared(path[len(root) + 1 :])
    if not path.startswith(common + "/") or path.endswith(".lock"):
        return None
    parts = path[len(common) + 1 :].split("/")
    if parts[:3] == _SHARED_WORK:
        return None  # whoever fetches it reads it
    if parts[0] in ("refs", "reftable"):
        return TOPOLOGY
    git_dir = common
    if parts[0] == "worktrees" and len(parts) > 1:
        git_dir = f"{common}/worktrees/{parts[1]}"
        parts = parts[2:]
        if not parts or parts[0] == "reftable":
            return TOPOLOGY
    if len(parts) != 1:
        return None
    if parts[0] == "index":
        return status_of(git_dir)
    return TOPOLOGY if parts[0] in _TOPOLOGY else None


def _shared(path: str) -> Scope | None:
    """The scope of a path below the coordination root; temporary files have none."""
    folder, _, name = path.rpartition("/")
    if name.startswith(".") and name != ".meta":
        return None
    known = {
        "": ("", "locks", "events", "parallel-state.json"),
        "locks": (".meta",),
    }
    if name in known.get(folder, ()):
        return COORDINATION
    tasks = folder == "" and name.startswith("session-") and name.endswith("-tasks.md")
    if tasks or (folder == "locks" and name.endswith(".lock")):
        return COORDINATION
    if path == OUTBOX or folder == OUTBOX or folder.rpartition("/")[0] == OUTBOX:
        return COORDINATION
    if folder in ("events", "locks/.meta") and name.endswith(".json"):
        return COORDINATION
    return None
