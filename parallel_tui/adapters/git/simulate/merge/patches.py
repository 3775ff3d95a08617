"""Find commits with equal patches, which a rebase skips.

Only filters: who passes them is still asked about, for git knows best what it takes for the same.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from io import BytesIO

from parallel_tui.adapters.git.run.environment import raw
from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.quarantine import OPTIONS, Quarantine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

Frame = tuple[str, str]
"""Trees before and after a commit."""

_HEADER: Final = re.compile(rb"^([0-9a-f]{40,64}) ([0-9a-f]{40,64})\n?$")
_PLACES: Final = (b"index ", b"@@ ")
"""Lines of a patch that name places, and not what is changed there."""
_PATCH: Final = ("-r", "-p", "-U0", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv")


def digests(
    runner: Runner, quarantine: Quarantine, frames: Collection[Frame]
) -> Mapping[Frame, str]:
    """A digest of the changes of each commit; one process for all of them.

    Commits with the same patch have the same, wherever in a file it stands and however it is
    spaced, as git-patch-id(1) has it; others may have the same.
    """
    wanted = list(dict.fromkeys(frames))
    if not wanted:
        return {}
    stdin = "".join(f"{before} {after}\n" for before, after in wanted).encode("ascii")
    args = [*OPTIONS, "diff-tree", "--stdin", *_PATCH]
    found: dict[Frame, str] = {}
    digest, frame = hashlib.sha256(), wanted[0]
    for line in BytesIO(runner.run(args, stdin=stdin, env=quarantine.env).stdout):
        if header := _HEADER.match(line):
            digest = hashlib.sha256()
            frame = (header[1].decode(), header[2].decode())
        elif not line.startswith(_PLACES):
            digest.update(b"".join(line.split()))
            found[frame] = digest.hexdigest()
    return found


def paths_digest(paths: Iterable[str]) -> bytes:
    """A set of paths as a short value."""
    return hashlib.blake2b(b"\0".join(sorted(map(raw, paths))), digest_size=16).digest()


def path_sets(
    runner: Runner, quarantine: Quarantine, base: str, forks: Sequence[str]
) -> frozenset[bytes]:
    """The paths changed by each commit that base has since any of some forks.

    Merges are left out, as a rebase does when it looks for commits that are there already. One
    process, and one more for several forks.
    """
    oldest = forks[0]
    if len(forks) > 1:
        args = ["merge-base", "--octopus", *forks]
        told = runner.run(args, env=quarantine.env, ok=(0, 1)).text.split()
        oldest = told[0] if told else ""
    mark = f"\1{os.urandom(16).hex()}"  # which no path can be by design
    args = [
        "log",
        "-z",
        "--no-merges",
        "--name-only",
        "--no-renames",
        f"--format=tformat:{mark}",
        base,
    ]
    since = [f"^{oldest}"] if oldest else []
    listed = runner.run([*args, *since, "--"], env=quarantine.env).fields()
    found: list[list[str]] = []
    fresh = False
    for field in listed:
        if field == mark:
            found.append([])
            fresh = True
        else:
            found[-1].append(field.removeprefix("\n") if fresh else field)
            fresh = False
    return frozenset(map(paths_digest, found))
