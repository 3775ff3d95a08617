"""Which commits may have the same patch, so that a rebase leaves one of them out.

Only a filter: who passes it is still asked about, for git knows best what it takes for the same.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from typing import Final

from parallel_tui.adapters.git.overlap.quarantine import OPTIONS, Quarantine
from parallel_tui.adapters.git.runner import Runner

Frame = tuple[str, str]
"""Trees before and after a commit."""

_HEADER: Final = re.compile(rb"^([0-9a-f]{40,64}) ([0-9a-f]{40,64})$")
_PLACES: Final = (b"index ", b"@@ ")
"""Lines of a patch that name places, and not what is changed there."""
_PATCH: Final = ("-r", "-p", "-U0", "--no-renames", "--no-color", "--no-ext-diff", "--no-textconv")


def digests(
    runner: Runner, quarantine: Quarantine, frames: Collection[Frame]
) -> Mapping[Frame, str]:
    """What each commit changes, as one value; one process for all of them.

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
    for line in runner.run(args, stdin=stdin, env=quarantine.env).stdout.split(b"\n"):
        if header := _HEADER.match(line):
            digest = hashlib.sha256()
            frame = (header[1].decode(), header[2].decode())
        elif not line.startswith(_PLACES):
            digest.update(b"".join(line.split()))
            found[frame] = digest.hexdigest()
    return found
