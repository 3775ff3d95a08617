"""A stand-in for Claude Code: it writes state files as that program does, and does nothing else.

Run as `python fake_agent.py CONFIG_DIR`. Each line of input is a status, with what it waits for
behind a colon (`waiting: permission prompt`); `end` ends it and takes its file away.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
import uuid
from pathlib import Path


def start_of(pid: int) -> str:
    """When a process started, as the kernel prints it."""
    stat = Path(f"/proc/{pid}/stat").read_text()
    return stat[stat.rfind(")") + 2 :].split()[19]


def record(pid: int, status: str | None, **more: object) -> dict[str, object]:
    """A state file of version 2.1.332, of a process that is there."""
    now = int(time.time() * 1000)
    said: dict[str, object] = {
        "pid": pid,
        "sessionId": str(uuid.uuid5(uuid.NAMESPACE_OID, str(pid))),
        "cwd": str(Path(f"/proc/{pid}/cwd").readlink()),
        "startedAt": now,
        "procStart": start_of(pid),
        "version": "2.1.332",
        "kind": "interactive",
        "entrypoint": "cli",
        "pidDomain": f"linux:{'0' * 32}:{os.readlink('/proc/self/ns/pid')}",  # noqa: PTH115
        "updatedAt": now,
        "statusUpdatedAt": now,
    }
    if status is not None:
        said["status"] = status
    return {**said, **more}


def write(config: Path, data: dict[str, object]) -> Path:
    """Write a state file, as a whole."""
    folder = config / "sessions"
    folder.mkdir(parents=True, exist_ok=True)
    draft, path = folder / ".draft", folder / f"{data['pid']}.json"
    draft.write_text(json.dumps(data))
    draft.replace(path)
    return path


def main() -> None:
    """Do what the input says."""
    config, pid = Path(sys.argv[1]), os.getpid()
    place = os.environ.get("TMUX_PANE", "")
    begun = record(pid, None, tmux=f"work:@0.{place}")
    path = write(config, begun)
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        status, _, what = (part.strip() for part in line.partition(":"))
        if status == "end":
            break
        now = int(time.time() * 1000)
        waits = {"waitingFor": what} if what else {}
        write(config, {**begun, "status": status, "statusUpdatedAt": now, **waits})
        print(f"now {status}", flush=True)  # noqa: T201
    with contextlib.suppress(OSError):
        path.unlink()


if __name__ == "__main__":
    main()
