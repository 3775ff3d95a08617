"""Work that machines share: refs, and what the commits there say of themselves. Pure.

The work of a session stands at `refs/pdev/hosts/<host>/<session>` as one commit: its tree is all
work that is shared, its first parent the session's HEAD, and its subject says whose it is. What a
ref says is another's word: one that contradicts its own place is refused.
"""

from __future__ import annotations

import re
from enum import StrEnum

from parallel_tui.errors import UsageError
from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.model.text.strict_json import Json

ROOT: Final = "refs/pdev/hosts/"
SUBJECT: Final = "pdev: shared work "
_LONGEST: Final = 8192
"""Characters that the subject of such a commit may have."""

_NAME: Final = 100
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.-]")
_HOST: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,62}")
_OID: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class ShareMode(StrEnum):
    """What a machine shares of its sessions."""

    OFF = "off"
    COMMITS = "commits"
    WORK = "work"
    """Commits and uncommitted work."""


@dataclass(frozen=True, slots=True)
class SharedSession:
    """A session of another machine, as it was when that machine last told.

    Attributes:
        host: The machine.
        name: The session's name there.
        commit: The commit that was pushed.
        tree: Tree with all of its work.
        head: Where it stands; `commit` is on top of it.
        merges: Further parents: what a merge under way merges.
        branch: Its branch; `None` when detached.
        mode: What of it is shared.
        dirty: Whether uncommitted work is in `tree`.
        limited: Why there is more to come that nobody can see yet; empty when this is all.
        clone: Tells the clone apart that shares it.
        pushed: When it was made, in epoch seconds by that machine's clock.
        at: The same by this machine's clock; `None` where nobody has compared the two.
    """

    host: str
    name: str
    commit: str
    tree: str
    head: str
    merges: tuple[str, ...] = ()
    branch: str | None = None
    mode: ShareMode = ShareMode.COMMITS
    dirty: bool = False
    limited: str = ""
    clone: str = ""
    pushed: int = 0
    at: float | None = None

    @property
    def key(self) -> str:
        """Tells it apart from all sessions here, whose keys are paths; it is its name as well."""
        return f"{self.name}@{self.host}"

    @property
    def content(self) -> tuple[object, ...]:
        """What is worth another push when it differs."""
        told = (self.branch, self.mode, self.dirty, self.limited, self.clone)
        return (self.tree, self.head, self.merges, *told)


def is_host_name(name: str) -> bool:
    """Whether a text can be the name of a machine as it stands."""
    return _HOST.fullmatch(name) is not None and name == escaped(name)


def host_name(text: str) -> str:
    """A machine's name as it stands in refs.

    Raises:
        UsageError: When it is none.
    """
    name = text.strip().lower()
    if not is_host_name(name):
        raise UsageError(
            f"{text!r} cannot be the name of a machine",
            hint="Use lower-case letters, digits, '-', '_' and dots between them, at most 63.",
        )
    return name


def usual_host_name(told: str) -> str:
    """The name to begin with, made of what the system calls itself."""
    short = re.sub(r"[^a-z0-9-]+", "-", told.split(".")[0].lower()).strip("-")[:40]
    return short or "host"


def escaped(name: str) -> str:
    """A name as one component of a ref, from which `unescaped` gets it back."""
    made = []
    for at, char in enumerate(name):
        dot = char == "." and (at in (0, len(name) - 1) or name[at - 1] == ".")
        dot = dot or (char == "." and name[at:] == ".lock")
        if _PLAIN.fullmatch(char) and not dot:
            made.append(char)
        else:
            made += [f"%{byte:02X}" for byte in char.encode("utf-8", "surrogateescape")]
    return "".join(made)


def unescaped(part: str) -> str | None:
    """The name that a component of a ref stands for; `None` when `escaped` never makes it."""

    def byte(found: re.Match[bytes]) -> bytes:
        return bytes([int(found[1], 16)])

    found = re.sub(rb"%([0-9A-F]{2})", byte, part.encode("utf-8", "surrogateescape"))
    name = found.decode("utf-8", "surrogateescape")
    return name if name and escaped(name) == part else None


def ref_of(host: str, session: str) -> str:
    """Where the work of a session is shared."""
    return f"{ROOT}{escaped(host)}/{escaped(session)}"


def subject_of(session: SharedSession) -> str:
    """The one line by which a shared commit says what it is."""
    said: dict[str, Json] = {
        "host": session.host,
        "session": session.name,
        "clone": session.clone,
        "mode": session.mode.value,
        "branch": session.branch,
        "dirty": session.dirty,
        "limited": session.limited,
    }
    return SUBJECT + strict_json.compact(said)


@dataclass(frozen=True, slots=True)
class FoundRef:
    """A ref below `ROOT`, as git tells it.

    Attributes:
        ref: Its name.
        kind: Type of the object it names.
        commit: That object.
        tree: The commit's tree.
        parents: Its parents.
        when: Its time, in epoch seconds.
        subject: First line of its message.
    """

    ref: str
    kind: str
    commit: str
    tree: str
    parents: tuple[str, ...]
    when: str
    subject: str


def understood(found: FoundRef) -> SharedSession | str:
    """The session that a ref shares, or why it is not believed."""
    parts = found.ref.removeprefix(ROOT).split("/")
    names = [unescaped(part) for part in parts]
    if len(parts) != 2 or None in names:
        return "its name is none that pdev gives"
    host, name = names[0] or "", names[1] or ""
    if len(name) > _NAME or not is_host_name(host):
        return "its name is none that pdev gives"
    if found.kind != "commit":
        return f"it names a {found.kind or 'missing object'}, not a commit"
    if not found.subject.startswith(SUBJECT) or len(found.subject) > _LONGEST:
        return "its commit was not made by pdev"
    try:
        said = strict_json.parse(found.subject.removeprefix(SUBJECT))
    except ValueError:
        return "what its commit says cannot be understood"
    if not isinstance(said, dict):
        return "what its commit says cannot be understood"
    if said.get("host") != host or said.get("session") != name:
        return "its commit says that it is another session's"
    return _session(found, host, name, said)


def _session(found: FoundRef, host: str, name: str, said: dict[str, Json]) -> SharedSession | str:
    mode, branch, dirty = said.get("mode"), said.get("branch"), said.get("dirty")
    limited, clone = said.get("limited"), said.get("clone")
    if mode not in (ShareMode.COMMITS.value, ShareMode.WORK.value):
        return "what its commit says cannot be understood"
    if not isinstance(limited, str) or not isinstance(clone, str) or not isinstance(dirty, bool):
        return "what its commit says cannot be understood"
    if branch is not None and not isinstance(branch, str):
        return "what its commit says cannot be understood"
    if not found.parents or not all(map(_OID.fullmatch, (found.tree, *found.parents))):
        return "its commit stands on no other"
    if dirty and mode == ShareMode.COMMITS.value:
        return "its commit has uncommitted work, and says that it has none"
    return SharedSession(
        host,
        name,
        found.commit,
        found.tree,
        found.parents[0],
        found.parents[1:],
        branch,
        ShareMode(str(mode)),
        dirty,
        limited,
        clone,
        int(found.when) if re.fullmatch(r"[0-9]{1,11}", found.when) else 0,
    )
