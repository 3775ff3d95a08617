"""Runs one PostgreSQL server for as long as somebody holds its `users` file.

    python -m tests.hosts.keeper FOLDER PORT

A process of its own, so that the server also ends when a test run is killed.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.waiting import eventually

SETTINGS = (
    *("fsync=off", "listen_addresses=127.0.0.1", "max_connections=60", "shared_buffers=16MB"),
    *("log_min_messages=fatal", "autovacuum_naptime=1h"),
)


def programs() -> str:
    """The folder of the newest server that is installed, or of another; empty without one."""
    other = os.environ.get("PDEV_TEST_POSTGRES")
    if other:
        return other
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    there = shutil.which("initdb")
    return str(found[-1].parent) if found else str(Path(there).parent) if there else ""


def _version(path: Path) -> int:
    name = path.parts[-3]
    return int(name) if name.isdigit() else 0


def unprivileged() -> dict[str, object]:
    """As whom to run a server, which refuses to run as root."""
    if os.geteuid():
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def start(
    folder: Path, port: int, *more: str, before: tuple[str, ...] = ()
) -> subprocess.Popen[bytes]:
    """Start the server of a folder, and wait until it answers.

    Args:
        folder: Where its data are.
        port: Where it listens.
        more: Settings.
        before: Stands before its command line, and makes the unprivileged user of root.
    """
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"}
    options = [f"-c{each}" for each in (*SETTINGS, f"unix_socket_directories={folder}", *more)]
    made: subprocess.Popen[bytes] = subprocess.Popen(
        [*before, f"{programs()}/postgres", "-D", str(folder / "data"), "-p", str(port), *options],
        env=env,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=(folder / "log").open("ab"),
        **({} if before else unprivileged()),  # type: ignore[call-overload]
    )
    ask = [f"{programs()}/pg_isready", "-q", "-h", str(folder), "-p", str(port)]
    eventually(lambda: made.poll() is not None or not subprocess.call(ask, env=env))
    if made.returncode is not None:
        raise RuntimeError((folder / "log").read_text())
    return made


def make(folder: Path) -> None:
    """Make a data directory."""
    if not os.geteuid():
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
    subprocess.run(
        [
            *(f"{programs()}/initdb", "-D", str(folder / "data"), "-N", "-E", "UTF8"),
            *("--locale=C", "-A", "trust", "-U", "owner"),
        ],
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        **unprivileged(),  # type: ignore[call-overload]
    )


def main(folder: Path, port: int) -> None:
    """Run it to its end."""
    make(folder)
    server = start(folder, port)
    (folder / "ready").touch()
    with (folder / "users").open("rb") as users:
        fcntl.flock(users, fcntl.LOCK_EX)  # held shared by whoever tests
    server.send_signal(signal.SIGQUIT)
    server.wait()
    shutil.rmtree(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
