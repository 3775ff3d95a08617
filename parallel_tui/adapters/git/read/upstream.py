"""Find the remote branch of base: the one rule for fetching and for merges made there."""

from __future__ import annotations

from parallel_tui.adapters.git.run.runner import Runner
from parallel_tui.model.session.repository import Base
from parallel_tui.model.session.upstream import Upstream


def upstream_of(runner: Runner, base: Base) -> Upstream | None:
    """Base's configured upstream, else the remote's branch of its name; `None` without a remote.

    Raises:
        GitError: When git gave no answer.
    """
    remotes = runner.run(["remote"]).text.splitlines()
    if base.ref.startswith("refs/remotes/"):
        short = base.ref.removeprefix("refs/remotes/")
        fitting = [name for name in remotes if short.startswith(f"{name}/")]
        if not fitting:
            return None
        remote = max(fitting, key=len)
        branch = short.removeprefix(f"{remote}/")
        return Upstream(remote, f"refs/heads/{branch}", base.ref)
    if not base.ref.startswith("refs/heads/") or not remotes:
        return None
    form = "%(refname)%00%(upstream)%00%(upstream:remotename)%00%(upstream:remoteref)%00"
    fields = runner.run(["for-each-ref", f"--format={form}", base.ref]).text.split("\0")
    rows = zip(*[iter(fields)] * 4, strict=False)
    for ref, tracking, remote, source in rows:
        if ref.strip("\n") == base.ref and remote in remotes and tracking and source:
            return Upstream(remote, source, tracking)
    remote = "origin" if "origin" in remotes else remotes[0] if len(remotes) == 1 else ""
    if not remote:
        return None
    short = base.ref.removeprefix("refs/heads/")
    return Upstream(remote, base.ref, f"refs/remotes/{remote}/{short}")
