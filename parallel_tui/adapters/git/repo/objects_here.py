"""Check which objects are present locally, without fetching in a partial clone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.errors import GitError

_FORM: Final = "%(objectname) %(objecttype)"
_KINDS: Final = frozenset({"blob", "tree", "commit", "tag"})
_NEVER: Final = {"GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}


def kinds(
    runner: Runner, oids: Iterable[str], *, env: Mapping[str, str] | None = None
) -> Mapping[str, str]:
    """The kinds (`blob`, `tree`, `commit`, `tag`) of those objects that exist locally; one process.

    In a partial clone that lacks one of them git ends at that one; then it lists what it has, which
    is slower.

    Args:
        runner: The gateway to git.
        oids: Object ids.
        env: Variables in addition.

    Raises:
        GitError: When git gave no answer.
    """
    wanted = dict.fromkeys(oids)
    if not wanted:
        return {}
    stdin = "".join(f"{oid}\n" for oid in wanted).encode("ascii")
    args = ["cat-file", f"--batch-check={_FORM}"]
    variables = {**(env or {}), **_NEVER}
    try:
        lines = runner.run(args, stdin=stdin, env=variables).text.splitlines()
    except GitError as error:
        if "promisor" not in error.stderr:
            raise
        listing = [*args, "--batch-all-objects", "--unordered"]
        lines = runner.run(listing, env=variables).text.splitlines()
    rows = (line.partition(" ") for line in lines)
    return {oid: kind for oid, _, kind in rows if oid in wanted and kind in _KINDS}
