"""Classify a failed git command by its output and the programs that it started.

One line of git's is not enough: the last one is often a consequence (`the remote end hung up`), and
a hook's name is in none. Whether paths are in conflict is not told here at all: only unmerged
entries of an index prove that.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum
from typing import Final

from parallel_tui.adapters.git.run.failed_children import Child
from parallel_tui.errors import NO_RIGHT, NO_ROOM, READ_ONLY
from parallel_tui.record import dataclass


class Cause(StrEnum):
    """Cause of a failure."""

    HOOK = "hook"
    SIGNATURE = "signature"
    IDENTITY = "identity"
    FILTER = "filter"
    LOCKED = "lock file"
    FULL = "full disk"
    READ_ONLY = "read-only"
    OWNER = "owner"
    SIGN_IN = "sign-in"
    NETWORK = "network"
    PERMISSION = "permission"
    UNKNOWN_REF = "unknown revision"
    DAMAGED = "damage"
    CONFIG = "configuration"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Meaning of a failure.

    Attributes:
        kind: Its sort.
        why: One sentence without a full stop: what failed.
        hint: What to do about it; empty when nothing better than git's words is known.
        said: All that git printed.
    """

    kind: Cause
    why: str
    hint: str
    said: str


_ANSWERS: Final = {
    Cause.SIGNATURE: "Make signing work (`git commit --allow-empty -S` tries it), or switch it off "
    "here: git config commit.gpgsign false",
    Cause.IDENTITY: "Tell git who you are: git config --global user.name NAME, and user.email",
    Cause.LOCKED: "Another git command is at work in this repository. If none is, remove the lock "
    "file that the message names.",
    Cause.FULL: NO_ROOM,
    Cause.READ_ONLY: READ_ONLY,
    Cause.OWNER: "The repository belongs to another user; if you trust it, run: "
    "git config --global --add safe.directory <its directory>",
    Cause.SIGN_IN: "Sign in to the remote by hand once (`git fetch`), so that git need not ask.",
    Cause.NETWORK: "Check the network and the remote's address (`git remote -v`).",
    Cause.PERMISSION: NO_RIGHT,
    Cause.UNKNOWN_REF: "`git branch --all` lists what there is; `git fetch` brings what is new.",
    Cause.DAMAGED: "Some objects are missing or damaged: run git fsck.",
    Cause.CONFIG: "Correct the git configuration file that the message names.",
}

_SIGNS: Final[tuple[tuple[Cause, str], ...]] = (
    (Cause.OWNER, r"dubious ownership"),
    (
        Cause.IDENTITY,
        r"(?:Author|Committer) identity unknown|Please tell me who you are"
        r"|empty ident name|unable to auto-detect email address|no email was given"
        r"|no name was given|name consists only of disallowed characters",
    ),
    (
        Cause.SIGNATURE,
        r"failed to sign the data|signing failed|user\.signingkey|Couldn't load public key"
        r"|gpg\.ssh\.defaultKeyCommand|unsupported value for gpg\.format|cannot run gpg\b",
    ),
    (Cause.LOCKED, r"\.lock': File exists|[Uu]nable to lock|cannot lock ref .*File exists"),
    (
        Cause.FULL,
        r"No space left on device|Disk quota exceeded|File too large|SIGXFSZ|Out of diskspace",
    ),
    (Cause.READ_ONLY, r"Read-only file system"),
    (
        Cause.FILTER,
        r"external filter .* (?:failed|is not available)|(?:smudge|clean|process) filter .* failed"
        r"|cannot (?:run|fork to run) (?:subprocess|external filter)"
        r"|git-lfs\S*: (?:command )?not found|git: 'lfs' is not a git command",
    ),
    (
        Cause.HOOK,
        r"[\w-]+ hook refused|ref updates aborted by hook|hook declined|cannot run [^\n]*/hooks/"
        r"|cannot exec '[^']*hooks/",
    ),
    (
        Cause.SIGN_IN,
        r"Authentication failed|could not read (?:Username|Password)|terminal prompts disabled"
        r"|Permission denied \(.*publickey|Host key verification failed|HTTP Basic: Access denied"
        r"|returned error: 40[13]",
    ),
    (
        Cause.NETWORK,
        r"[Cc]ould not resolve host|Connection (?:refused|reset|timed out)|Network is unreachable"
        r"|No route to host|Could not read from remote repository|unable to access 'http"
        r"|Failed to connect|does not appear to be a git repository|early EOF"
        r"|[Rr]epository .*not found|SSL certificate|Operation timed out",
    ),
    (
        Cause.UNKNOWN_REF,
        r"couldn't find remote ref|unknown revision|not a valid object name|invalid reference"
        r"|bad revision|Needed a single revision|does not point to a commit|not something we can",
    ),
    (Cause.CONFIG, r"bad (?:numeric |boolean )?config|bad config"),
    (
        Cause.DAMAGED,
        r"bad object|unable to read tree|missing blob|object file .* is empty"
        r"|loose object .* is corrupt|packfile .* (?:corrupt|cannot be accessed)",
    ),
    (Cause.PERMISSION, r"Permission denied|Operation not permitted|insufficient permission"),
)

_UNWRITTEN: Final = "Look whether there is room on the disk, and whether it is read-only."

_MORE: Final = (
    # Of a reference or a file that cannot be written git does not say why.
    ("couldn't write '", _UNWRITTEN),
    ("unable to write file", _UNWRITTEN),
    (
        "safe.bareRepository",
        "Start in one of its worktrees, or allow it: git config --global safe.bareRepository all",
    ),
    ("unknown repository extension", "The repository needs a newer git."),
    ("Expected git repo version", "The repository needs a newer git."),
    ("index file corrupt", "The worktree's index is damaged: git read-tree HEAD rebuilds it."),
    (
        "index file smaller than expected",
        "The worktree's index is damaged; git read-tree HEAD rebuilds it.",
    ),
)
"""Further words of git's with an answer of their own."""

_ABORTING: Final = frozenset(
    {"applypatch-msg", "commit-msg", "pre-applypatch", "pre-commit", "pre-merge-commit",
     "pre-push", "pre-rebase", "prepare-commit-msg", "update"}
)  # fmt: skip
"""Hooks whose failure ends what git does."""

_GIT: Final = re.compile(
    r"(?:fatal|error|warning|hint|Rebasing|Not committing|Merge made by|Fast-forward|Updating"
    r"|Auto-merging|Automatic merge|Squash commit)\b"
)
"""How a line begins that is git's own and not a hook's."""


def diagnose(
    stderr: str, status: int | None, failed: Sequence[Child] = (), *, stdout: str = ""
) -> Diagnosis:
    """Determine why a command failed.

    Args:
        stderr: All that it printed on standard error.
        status: How it ended; `None` when it never did.
        failed: Programs that it started and that failed.
        stdout: What it printed on standard output, where that may hold words too.
    """
    said = "\n".join(part.strip("\n") for part in (stderr, stdout) if part.strip())
    found = _of_children(said, failed)
    if found is not None:
        return Diagnosis(*found, said)
    told = said if said and (status or 0) >= 0 else f"{said}\n{_how(status)}"
    kind = next((kind for kind, words in _SIGNS if re.search(words, told)), Cause.OTHER)
    line = _line(told, dict(_SIGNS).get(kind))
    late = _last_resort(said, failed)
    if kind is Cause.OTHER and late is not None:
        return Diagnosis(Cause.HOOK, *late, said)
    if kind is Cause.FILTER:
        return Diagnosis(kind, *_filter(line, said), said)
    if kind is Cause.SIGNATURE:
        line = f"the commit could not be signed: {line}"
    if kind is Cause.IDENTITY:
        line = f"git does not know whose commits these are: {line}"
    hint = _ANSWERS.get(kind) or next((hint for sign, hint in _MORE if sign in said), "")
    if kind is Cause.HOOK:
        hint = "Run the hook by hand to see why it refuses."
        if "ref updates aborted by hook" in line:  # the only hook of which git says so
            line = f"the reference-transaction hook refused{_own_words(said)}"
    return Diagnosis(kind, line, hint, said)


def _of_children(said: str, failed: Sequence[Child]) -> tuple[Cause, str, str] | None:
    for child in reversed(failed):
        transaction = child.hook == "reference-transaction" and child.argv[1:2] != ("aborted",)
        if child.hook in _ABORTING or (transaction and "hook" in said):
            return (Cause.HOOK, *_hook(child, said))
        if child.signs:
            program = child.argv[0]
            why = f"{program} was not found" if child.missing else _ended(program, child)
            return (
                Cause.SIGNATURE,
                f"the commit could not be signed: {why}",
                _ANSWERS[Cause.SIGNATURE],
            )
        by_shell = len(child.argv) == 1 and child.what in ("?", "subprocess")
        if not child.hook and by_shell and (child.what == "subprocess" or "filter" in said):
            return (Cause.FILTER, *_filter_program(child))
    return None


def _last_resort(said: str, failed: Sequence[Child]) -> tuple[str, str] | None:
    """A failed post-checkout hook: git ends with its status and prints nothing of its own."""
    for child in reversed(failed):
        if child.hook == "post-checkout":
            return _hook(child, said)
    return None


def _hook(child: Child, said: str) -> tuple[str, str]:
    why = f"the {child.hook} hook ({child.argv[0]}) "
    if child.missing:
        return f"{why}could not be run", "Check its first line and its permissions."
    return (
        f"{why}ended with status {child.status}{_own_words(said)}",
        "Correct the hook, or ask whoever wrote it; run by hand it tells why.",
    )


def _how(status: int | None) -> str:
    """How git ended when it printed nothing."""
    if status is None or status >= 0:
        return f"git ended with status {status}"
    with suppress(ValueError):
        return f"git was ended by a signal ({signal.Signals(-status).name})"
    return f"git was ended by signal {-status}"


def _own_words(said: str) -> str:
    """The last line that a hook printed, after a colon; empty when it printed nothing."""
    own = [line.strip() for line in said.splitlines() if not _GIT.match(line)]
    return next((f": {line}" for line in reversed(own) if line), "")


def _filter_program(child: Child) -> tuple[str, str]:
    line = child.argv[0]
    if child.missing:
        program = line.split(" ")[0]
        return (
            f"the filter program {program!r} was not found (`{line}`)",
            f"Install {program}, or remove its filter from git's configuration: "
            "git config --show-origin --get-regexp ^filter",
        )
    return (
        f"the filter `{line}` ended with status {child.status}",
        "git config --show-origin --get-regexp ^filter shows where it is set.",
    )


def _filter(line: str, said: str) -> tuple[str, str]:
    found = re.search(r"external filter '(.*)' (?:failed|is not available)", said)
    # git names the path in another line than the program.
    named = re.search(r"(?m)^(?:fatal: |error: )?(.+: (?:smudge|clean|process) filter .*)$", said)
    line = named[1] if named else line
    why = f"the filter `{found[1]}` failed: {line}" if found else f"a filter failed: {line}"
    return why, "git config --show-origin --get-regexp ^filter shows where it is set."


def _ended(program: str, child: Child) -> str:
    return f"{program} ended with status {child.status}"


def _line(said: str, words: str | None) -> str:
    """The line that names the problem: the one marked as an error, else git's last verdict."""
    lines = [line.strip() for line in re.split(r"[\r\n]+", said) if line.strip()]
    if words is not None:
        for line in lines:
            if re.search(words, line):
                return re.sub(r"^(?:Rebasing \(\d+/\d+\))?(?:fatal|error): ", "", line)
    for prefix in ("fatal: ", "error: "):
        for line in lines:
            if line.startswith(prefix):
                return line[len(prefix) :]
    return lines[-1] if lines else ""
