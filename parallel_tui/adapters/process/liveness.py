"""Prove that a process is alive or dead, on this machine and this boot.

Rules (after the process-lock literature): a process id alone proves nothing, for ids are reused;
with its start time it names one process. Not being allowed to look means alive. Another machine
means unknown. Another boot of this machine means dead.
"""

from __future__ import annotations

import os
from functools import lru_cache

from parallel_tui.adapters import small_file
from parallel_tui.model.sharing.lock import Holder, Liveness

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


@lru_cache(maxsize=1)
def boot_id() -> str:
    """Identity of this machine's current boot; empty where the system has none."""
    try:
        return small_file.read("/proc/sys/kernel/random/boot_id").decode("ascii").strip()
    except OSError:
        import psutil

        return f"{psutil.boot_time():.0f}"


def host() -> str:
    """Name of this machine."""
    return os.uname().nodename  # what `socket.gethostname` says, without that module


def start_token(pid: int) -> str | None:
    """Start time of a process, as the kernel prints it; `None` without the process."""
    try:
        stat = small_file.read(f"/proc/{pid}/stat")
    except FileNotFoundError:
        if os.path.exists("/proc/self/stat"):  # noqa: PTH110 - pathlib costs every command
            return None
        import psutil

        try:
            return f"{psutil.Process(pid).create_time():.2f}"
        except psutil.NoSuchProcess:
            return None
    except OSError:
        return ""
    fields = stat[stat.rfind(b")") + 2 :].split()
    return None if fields[0] == b"Z" else fields[19].decode("ascii")


def began(pid: int, name: str) -> float | None:
    """Start time of the youngest program of a name at or below a process, in epoch seconds.

    Args:
        pid: The process.
        name: As the kernel calls the program.

    Returns:
        When the process itself started, where no program below it has the name; `None` when there
        is no such process.
    """
    import psutil

    try:
        top = psutil.Process(pid)
        found = [each for each in (top, *top.children(recursive=True)) if each.name() == name]
        return max((each.create_time() for each in found), default=top.create_time())
    except psutil.Error:
        return None


def holder_of(pid: int) -> Holder | None:
    """Describe a running process so that it can be recognised later."""
    token = start_token(pid)
    return Holder(host(), boot_id(), pid, token) if token is not None else None


def holder_from(env: Mapping[str, str], pane_pid: int | None) -> Holder | None:
    """The process that proves the session alive: the agent, else the pane it runs in.

    Args:
        env: `CLAUDE_PID` is the agent's own process id (hooks and tools have it).
        pane_pid: First process of the pane this command runs in, if it runs in one.
    """
    claimed = env.get("CLAUDE_PID", "")
    for pid in (int(claimed) if claimed.isascii() and claimed.isdigit() else None, pane_pid):
        if pid:
            holder = holder_of(pid)
            if holder is not None:
                return holder
    return None


def liveness(holder: Holder | None, worktree: str | None) -> Liveness:
    """Whether the session behind a holder and a worktree still exists.

    Args:
        holder: Process recorded at the grant, if any.
        worktree: Git directory of the session's worktree at the grant, if any.
    """
    if worktree is not None and _gone(worktree):
        return Liveness.DEAD
    if holder is None or holder.host != host():
        return Liveness.UNKNOWN
    if holder.boot != boot_id():
        return Liveness.DEAD
    token = start_token(holder.pid)
    if token is None or (token and holder.start and token != holder.start):
        return Liveness.DEAD
    return Liveness.ALIVE


def _gone(git_dir: str) -> bool:
    """Whether a worktree is proved to be deleted.

    One that cannot be looked at is not, nor is one whose whole repository is no longer there: that
    was moved, and the worktree with it.
    """
    try:
        os.lstat(git_dir)
    except FileNotFoundError:
        repository, kind, _ = git_dir.rsplit("/", 2) if git_dir.count("/") > 1 else ("", "", "")
        return kind == "worktrees" and os.path.lexists(repository)
    except (OSError, ValueError):  # a path that no file can have proves nothing
        return False
    return False


def myself() -> Holder | None:
    """This process, described so that others can recognise it; `None` when that is impossible."""
    return holder_of(os.getpid())


def is_dead(holder: Holder | None) -> bool:
    """Whether a process is proved dead; false when that is not known."""
    return liveness(holder, None) is Liveness.DEAD
