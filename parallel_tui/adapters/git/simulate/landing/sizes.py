"""How much landings change."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.adapters.git.simulate.merge.changes import diff_tree
from parallel_tui.adapters.git.simulate.quarantine import Quarantine
from parallel_tui.model.landing.plan import ChangeSize

_OPTIONS: Final = ("--shortstat", "-M", "-l400", "--no-ext-diff", "--no-textconv")
_PAIR: Final = re.compile(r"([0-9a-f]{40,64}) ([0-9a-f]{40,64})")
_NUMBER: Final = re.compile(r"(\d+) (file|insertion|deletion)")


def change_sizes(
    runner: Runner, quarantine: Quarantine, pairs: Sequence[tuple[str, str]]
) -> Mapping[tuple[str, str], ChangeSize]:
    """How much differs between two trees, by pair; one process for all.

    Raises:
        GitError: When git gave no answer.
    """
    differing = [pair for pair in pairs if pair[0] != pair[1]]
    found = {pair: ChangeSize(0, 0, 0) for pair in pairs}
    if not differing:
        return found
    pair = differing[0]
    for line in diff_tree(runner, quarantine, differing, _OPTIONS).decode("ascii").splitlines():
        if header := _PAIR.fullmatch(line):
            pair = (header[1], header[2])
        elif numbers := {what: int(number) for number, what in _NUMBER.findall(line)}:
            added, removed = numbers.get("insertion", 0), numbers.get("deletion", 0)
            found[pair] = ChangeSize(numbers.get("file", 0), added, removed)
    return found
