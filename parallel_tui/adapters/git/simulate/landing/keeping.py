"""Write what a simulation made into the repository itself: the one way out of a quarantine."""

from __future__ import annotations

from collections.abc import Sequence

from parallel_tui.adapters.git.run.runner import WRITE_TIMEOUT, Runner
from parallel_tui.adapters.git.simulate.quarantine import Quarantine


def keep(
    runner: Runner, quarantine: Quarantine, trees: Sequence[str], behind: Sequence[str]
) -> None:
    """Write some trees, with all that is in them, into the repository.

    Args:
        runner: The gateway to git.
        quarantine: Where they are.
        trees: Object ids.
        behind: Commits that the repository has; what is in them is not written again.

    Raises:
        GitError: When they cannot be written; nothing refers to what was.
    """
    wanted = "".join(f"{each}\n" for each in dict.fromkeys(trees))
    asked = wanted + "".join(f"^{each}\n" for each in behind)
    args = ["pack-objects", "--revs", "--stdout", "-q", "--window=0"]
    pack = runner.run(args, stdin=asked.encode("ascii"), env=quarantine.env, timeout=WRITE_TIMEOUT)
    args = ["unpack-objects", "-q"]
    runner.run(args, stdin=pack.stdout, timeout=WRITE_TIMEOUT, write=True)
