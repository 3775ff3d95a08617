"""The hook that coding agents call: records what they do, keeps them off what is not theirs.

One file, the standard library alone, and little of it: it runs at every step of every agent, and
each import would cost more than all that it does. `os`, `json` and `re` are among what it leaves
out; `posix` and `_json` are what these are made of. It changes nothing of git, and starts no
process, but for one question to git where base has moved. Rules that stand elsewhere in this
program are here once more, because importing them would cost ten times as much; tests hold both to
the same answers.

    PY -I -S hook.py EVENT [AGENT]   < the event as the agent describes it, as JSON

What it leaves in the coordination root: `pdev/agents/` (what each agent does), `pdev/warnings/`
(what went wrong here), messages it has delivered, and the time until which locks are held.
"""

import _json
import posix
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

VARIABLES = ("PDEV_SESSION", "CLAUDE_SESSION_ID", "CLAUDE_SESSION")
EDITS = {
    "Edit": "file_path", "Write": "file_path", "MultiEdit": "file_path",
    "NotebookEdit": "notebook_path", "write_file": "file_path", "replace": "file_path",
}  # fmt: skip
"""Tools that write one file, and where they say which."""
SAME_EVENT = {
    "BeforeAgent": "UserPromptSubmit", "AfterAgent": "Stop", "BeforeTool": "PreToolUse",
    "AfterTool": "PostToolUse",
}  # fmt: skip
"""Names of Gemini for what the others call otherwise."""
DELIVERS = ("SessionStart", "UserPromptSubmit", "PostToolUse")
LOUD = ("SessionStart", "UserPromptSubmit", "PreToolUse", "Stop")
"""Events at which a warning reaches the person at the screen; at the others it would be noise."""
COMMAND = {"command", "description", "timeout", "run_in_background"}
"""What stands beside a command that is shown as such."""
ASKS = {"AskUserQuestion": "question", "ExitPlanMode": "plan"}
MAGIC = ("*", "?", "[")
MOST_INPUT = 64 << 20
MOST_FILE = 1 << 20
MOST_CONTEXT = 1900
MOST_TOLD = 8  # troubles that are told as events within TOLD_FOR seconds
TOLD_FOR = 86400.0
"""Bytes told an agent at once: 2 KiB with what stands around them."""
SHORT = 400
LEASE_SECONDS = 20.0
"""How often the locks of a session are renewed at most."""
STALE_OVERLAPS = 3600.0
ANSWER = "Answer"
"""What we are called with to wait for an answer, beside the agent's own dialog."""
ANSWER_SECONDS = 3500.0
ANSWER_PACE = 0.2


HOW = {
    "ask": "ask with `pdev handoff send {0} --file {1} --task …`",
    "take": "take it over with `pdev lock --take -- {0}`",
    "emit": "tell the others with `pdev event emit note`",
    "locks": "`pdev locks` has all that is known of it",
    "check": "`pdev check --boundaries` says more",
}
"""What to do about a path that is not one's own, by the evaluator's word for it."""


class HeldError(Exception):
    """An internal error at a path that is known to be somebody else's: the edit is blocked."""


# --- small parts of the standard library -------------------------------------------------------


def _no_constant(word: str) -> object:
    raise ValueError(f"{word} is no JSON")


class _Context:
    """What the reader of JSON is told: everything as usual."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = _no_constant
    memo: "dict[str, str]" = {}  # noqa: RUF012 - read once


def parse(raw: bytes) -> "Any":
    """Read a JSON text.

    Raises:
        ValueError: When it is none.
    """
    text = raw.removeprefix(b"\xef\xbb\xbf").decode().strip(" \t\r\n")
    try:
        value, end = _scan(text, 0)
    except (StopIteration, SystemError):  # the latter of a reader that lacks its own error class
        raise ValueError("no JSON") from None
    if end != len(text):
        raise ValueError("more than one JSON value")
    return value


if TYPE_CHECKING:
    _scan: Callable[[str, int], tuple[Any, int]]
    _quote: Callable[[str], str]
else:
    try:
        _scan = _json.make_scanner(_Context())
        _quote = _json.encode_basestring_ascii
    except AttributeError:  # another Python than CPython
        import json

        _scan, _quote = json.JSONDecoder().scan_once, json.dumps


def dump(value: "Any", indent: str | None = None) -> str:
    """Write JSON as the store does: on one line, or each member on its own."""
    if isinstance(value, str):
        return _quote(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if not isinstance(value, dict | list):
        return repr(value)
    inner = None if indent is None else indent + "  "
    gap, last = (" ", "") if indent is None else (f"\n{inner}", f"\n{indent}")
    first = "" if indent is None else gap
    if isinstance(value, dict):
        parts = [f"{_quote(str(key))}: {dump(each, inner)}" for key, each in value.items()]
        return "{" + first + ("," + gap).join(parts) + last + "}" if parts else "{}"
    parts = [dump(each, inner) for each in value]
    return "[" + first + ("," + gap).join(parts) + last + "]" if parts else "[]"


def read(path: str, limit: int = MOST_FILE) -> bytes:
    """A regular file of a bounded size; never waits for a pipe."""
    here = posix.open(path, posix.O_RDONLY | posix.O_NONBLOCK | posix.O_NOCTTY | posix.O_CLOEXEC)
    try:
        seen = posix.fstat(here)
        if seen.st_mode & 0o170000 != 0o100000 or seen.st_size > limit:
            raise OSError(22, "not a regular file of an ordinary size", path)
        data = b""
        while len(data) <= limit and (more := posix.read(here, limit + 1)):
            data += more
        return data
    finally:
        posix.close(here)


def read_or(path: str, default: bytes = b"") -> bytes:
    """A file, or a default where there is none that can be read."""
    try:
        return read(path)
    except (OSError, ValueError):
        return default


def object_in(path: str) -> "dict[str, Any]":
    """The JSON object in a file; empty where there is none that can be read."""
    try:
        found = parse(read(path))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def is_dir(path: str, *, follow: bool = False) -> bool:
    """Whether a directory stands there."""
    try:
        return (posix.stat if follow else posix.lstat)(path).st_mode & 0o170000 == 0o040000
    except (OSError, ValueError):
        return False


def exists(path: str) -> bool:
    """Whether something stands there."""
    try:
        posix.lstat(path)
    except (OSError, ValueError):
        return False
    return True


def names(path: str) -> list[str]:
    """Entries of a directory; none where it is not there."""
    try:
        return sorted(posix.listdir(path))
    except FileNotFoundError:
        return []


def join(folder: str, path: str) -> str:
    """A path seen from a folder, without `.` and `..`; links are not looked at."""
    parts: list[str] = []
    for part in (path if path.startswith("/") else f"{folder}/{path}").split("/"):
        if part == "..":
            if parts:
                parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)


def real(path: str) -> str:
    """A path without links; what is not there yet stays as it is."""
    rest, at, budget = path.split("/")[::-1], "", 80
    while rest:
        part = rest.pop()
        if part in ("", "."):
            continue
        if part == "..":
            at = at.rpartition("/")[0]
            continue
        try:
            target = posix.readlink(f"{at}/{part}")
        except (OSError, ValueError):
            at = f"{at}/{part}"
            continue
        budget -= 1
        if not budget:
            raise OSError(40, "links that lead to themselves", path)
        rest += target.split("/")[::-1]
        at = "" if target.startswith("/") else at
    return at or "/"


def make_dir(path: str) -> None:
    """Make a directory and those above it.

    Raises:
        OSError: When it cannot be made, or something else stands there: a link leads elsewhere.
    """
    if is_dir(path):
        return
    above = path.rpartition("/")[0]
    if above and not is_dir(above, follow=True):
        make_dir(above)
    try:
        posix.mkdir(path, 0o755)
    except FileExistsError:
        if not is_dir(path):
            raise OSError(20, "not a plain directory", path) from None


def put(place: "Whereabouts", folder: str, name: str, data: str, *, sync: bool = False) -> None:
    """Replace a file below the coordination root, whole or not at all.

    Raises:
        OSError: When the disk refuses; the file is then as it was.
    """
    target, drafts = f"{place.root}/{folder}", f"{place.root}/pdev/tmp"
    make_dir(f"{place.root}/pdev")
    make_dir(target)
    make_dir(drafts)
    draft = f"{drafts}/.pdev-draft.hook.{posix.getpid()}.tmp"
    flags = posix.O_WRONLY | posix.O_CREAT | posix.O_TRUNC | posix.O_NOFOLLOW | posix.O_CLOEXEC
    here = posix.open(draft, flags, 0o644)
    try:
        try:
            left = data.encode("utf-8", "backslashreplace")
            if not sync:
                _allocate(here, len(left))
            while left:
                left = left[posix.write(here, left) :]
            if sync:
                posix.fsync(here)
        finally:
            posix.close(here)
        posix.rename(draft, f"{target}/{name}")
    except BaseException:
        posix.unlink(draft)
        raise


def _allocate(descriptor: int, size: int) -> None:
    """Give a draft its room at once: else ext4 writes it out, and waits, as it replaces a file."""
    try:
        posix.posix_fallocate(descriptor, 0, size)
    except AttributeError:
        pass  # a system without it
    except OSError as error:
        if error.errno not in (22, 38, 95):  # a file system without it
            raise


def clean(text: object, most: int = SHORT) -> str:
    """A text from outside on one line, without what a terminal would obey, and not too long."""
    line = " ".join(str(text).split())
    line = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in line)
    return line if len(line) <= most else line[: most - 1] + "…"


# --- where we are -------------------------------------------------------------------------------


class Whereabouts:
    """A worktree, and the repository that it belongs to.

    Attributes:
        top: Its directory; of a bare repository that itself.
        git_dir: Its own git directory.
        common: The one that all worktrees share.
        root: The coordination root.
        main: The main worktree; empty where there is none.
    """

    def __init__(self, top: str, git_dir: str, common: str) -> None:
        self.top, self.git_dir, self.common = top, git_dir, common
        self._config: dict[str, str] | None = None
        self.root, self.main = self._shared()

    def config(self, name: str) -> str:
        """A setting of `core` in the repository's own configuration; empty where it is not set."""
        if self._config is None:
            self._config, section = {}, ""
            for raw in read_or(f"{self.common}/config").decode("utf-8", "replace").split("\n"):
                line = raw.strip()
                if line.startswith("["):
                    section = line.strip("[] ").lower()
                elif section == "core" and line[:1] not in ("#", ";", ""):
                    key, has, value = line.partition("=")
                    said = value.strip().strip('"') if has else "true"
                    self._config[key.strip().lower()] = said
        return self._config.get(name, "")

    def _true(self, name: str) -> bool:
        return self.config(name).lower() in ("true", "yes", "on", "1")

    @property
    def ignores_case(self) -> bool:
        """Whether its file system takes `A` and `a` for one name."""
        return self._true("ignorecase")

    def _shared(self) -> tuple[str, str]:
        """Where sessions share their files: the same rule as `adapters/git/repo/discover.py`."""
        common = self.common
        above, _, last = common.rpartition("/")
        direct = last == ".git" or is_dir(f"{above}/.git", follow=True)
        if last == ".git" or leads_to(above, common):
            shares, within = _used(f"{above}/.claude"), _used(f"{common}/pdev")
            if direct and exists(f"{common}/index"):
                checkout = not (within and not shares and self._true("bare"))
            else:
                checkout = shares if shares != within else not self._true("bare")
            return (f"{above}/.claude", above) if checkout else (f"{common}/pdev", "")
        named = self.config("worktree")
        named = join(common, named) if named and not self._true("bare") else ""
        if named and leads_to(named, common):
            return f"{named}/.claude", named
        return f"{common}/pdev", ""

    def used(self) -> bool:
        """Whether this program was ever used in the repository: else nothing is left in it."""
        return is_dir(f"{self.root}/pdev") or is_dir(f"{self.common}/pdev")

    def hidden(self) -> bool:
        """Whether git does not see what is left below the coordination root."""
        if exists(f"{self.root}/pdev") or self.root.startswith(self.common):
            return True
        return b"/.claude/pdev/" in read_or(f"{self.common}/info/exclude")


def _used(root: str) -> bool:
    return any(
        exists(f"{root}/{name}") for name in ("pdev/journal.jsonl", "locks", "parallel-state.json")
    )


def git_dir_of(folder: str) -> str:
    """The git directory that a folder's `.git` is or names; empty where it has none."""
    found = f"{folder}/.git"
    try:
        kind = posix.stat(found).st_mode & 0o170000
        if kind == 0o040000:
            return real(found) if exists(f"{found}/HEAD") else ""
        content = read(found) if kind == 0o100000 else b""
    except (OSError, ValueError):
        return ""
    if not content.startswith(b"gitdir:"):
        return ""
    pointer = content[7:].lstrip(b" ").rstrip(b"\r\n").decode("utf-8", "surrogateescape")
    return real(join(folder, pointer))


def leads_to(folder: str, common: str) -> bool:
    """Whether a folder's `.git` is or names a git directory."""
    return git_dir_of(folder) == common


def common_of(git_dir: str) -> str:
    """The git directory that all worktrees share."""
    named = read_or(f"{git_dir}/commondir").rstrip(b"\r\n").decode("utf-8", "surrogateescape")
    return real(join(git_dir, named)) if named else git_dir


def above(folder: str) -> "Iterator[str]":
    """A folder and all above it."""
    while folder and folder != "/":
        yield folder
        folder = folder.rpartition("/")[0]


def find(start: str) -> Whereabouts | None:
    """The worktree that a directory stands in; `None` where it is in no repository."""
    for folder in above(real(start)):
        git_dir = git_dir_of(folder)
        if not git_dir and is_dir(f"{folder}/objects") and is_dir(f"{folder}/refs"):
            git_dir = folder if exists(f"{folder}/HEAD") else ""
        if git_dir:
            return Whereabouts(folder, git_dir, common_of(git_dir))
    return None


def relative(path: str, place: Whereabouts) -> str | None:
    """A path as the repository calls it; `None` where it is in none of its worktrees.

    A submodule is no worktree of the repository: what lies in it has the path that it has there.
    """
    for folder in above(path.rpartition("/")[0]):
        if exists(f"{folder}/.git"):
            git_dir = git_dir_of(folder)
            if git_dir and common_of(git_dir) == place.common:
                return path[len(folder) + 1 :]
    return None


def slug(text: str) -> str:
    """A name made safe, as `model/session/naming.py` does; empty where nothing is left of it."""
    text = text.strip()
    if not text.isascii():
        import unicodedata

        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    made = ""
    for char in text.lower():
        if char not in "abcdefghijklmnopqrstuvwxyz0123456789._":
            char = "-"
        if char not in "-." or not made.endswith(char):
            made += char
    made = made.strip("-._")[:60].rstrip("-._")
    return made[:-5] + "-lock" if made.endswith(".lock") else made


def session_name(place: Whereabouts, env: "dict[str, str]") -> str:
    """The session that this agent works for: told, recorded, else made of where it stands."""
    for variable in VARIABLES:
        told = env.get(variable, "").strip()
        if told and all(ord(char) > 31 and ord(char) != 127 for char in told):
            return told
    return recorded(place.git_dir) or _derived(place)


def recorded(git_dir: str) -> str:
    """The name that a worktree was given; empty where it was given none."""
    first = read_or(f"{git_dir}/pdev-session")[:200].partition(b"\n")[0]
    return first.decode("utf-8", "surrogateescape").strip()


def _derived(place: Whereabouts) -> str:
    """A name for each worktree, as `model/session/join.py` gives them; ours of them."""
    linked: list[tuple[bytes, str, str]] = []
    for each in names(f"{place.common}/worktrees"):
        git_dir = f"{place.common}/worktrees/{each}"
        pointer = read_or(f"{git_dir}/gitdir").rstrip().decode("utf-8", "surrogateescape")
        if pointer:
            path = join(git_dir, pointer).removesuffix("/.git")
            linked.append((path.encode("utf-8", "surrogateescape"), path, git_dir))
    trees = [("", place.common), *((path, git_dir) for _, path, git_dir in sorted(linked))]
    found: dict[str, str] = {}
    for _, git_dir in trees:
        name = recorded(git_dir)
        if name and name not in found.values():
            found[git_dir] = name
    repo = (place.main or place.common.removesuffix("/.git")).rpartition("/")
    name = repo[2] or "repository"
    if not place.main:
        short = name.removesuffix(".git") or name
        name = repo[0].rpartition("/")[2] or "repository" if name.startswith(".") else short
    for path, git_dir in trees:
        if git_dir in found:
            continue
        last = path.rstrip("/").rpartition("/")[2]
        short = last[len(name) + 1 :] if last.startswith(name + "-") else last
        wish = (slug(short) or slug(last) or "session") if path else "main"
        number, free = 2, wish
        while free in found.values():
            free, number = f"{wish}-{number}", number + 1
        found[git_dir] = free
    return found.get(place.git_dir, "main")


# --- who may write a path -----------------------------------------------------------------------


def load(path: str) -> "Any":
    """A module of this program that imports nothing itself, by its file."""
    import _frozen_importlib as importing
    import _frozen_importlib_external as files

    spec: Any = files.spec_from_file_location("pdev_hook_part", path)
    module = importing.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def here() -> str:
    """The folder of this file."""
    return join(posix.getcwd(), __file__).rpartition("/")[0]


def written(tool: str, given: "dict[str, Any]") -> list[str]:
    """The paths that a tool is about to write, as it names them."""
    if tool == "apply_patch":
        patch = given.get("command", given.get("input", ""))
        text = "\n".join(map(str, patch)) if isinstance(patch, list) else str(patch)
        marks = ("*** Add File: ", "*** Update File: ", "*** Delete File: ", "*** Move to: ")
        lines = [line.strip() for line in text.split("\n")]
        return [line[len(m) :].strip() for line in lines for m in marks if line.startswith(m)]
    key = EDITS.get(tool)
    path = given.get(key) or given.get("path") if key else None
    return [path] if isinstance(path, str) and path and "\0" not in path else []


def asked_paths(place: Whereabouts, cwd: str, paths: list[str]) -> list[tuple[str, str]]:
    """Paths of the repository that an edit would write: as named, and where a link leads."""
    found: dict[tuple[str, str], None] = {}
    for path in paths:
        named = join(cwd, path)
        target = real(named)
        inside, behind = relative(named, place), relative(target, place)
        if inside is not None and (behind is None or inside == behind):
            found[(inside, "edit")] = None
        elif inside is None and behind is not None:
            found[(behind, "edit")] = None
        elif inside is not None and behind is not None:
            found[(inside, "link")] = None
            found[(behind, "target")] = None
    return list(found)


def could_cover(name: str, wished: list[str], *, fold: bool) -> bool:
    """Whether a lock file's name can be that of one of some paths, or of a folder above it."""
    name = name.lower() if fold else name
    for each in wished:
        if each == name or each.startswith(name + "_"):
            return True
    return any(mark in name for mark in MAGIC)


def locks_about(place: Whereabouts, paths: list[str]) -> "Iterator[dict[str, Any]]":
    """Locks that may cover one of some paths, as `model/policy/core.py` wants them.

    Raises:
        OSError: When the folder cannot be read: nobody knows then.
    """
    folder = f"{place.root}/locks"
    entries = [each[:-5] for each in names(folder) if each.endswith(".lock")]
    if not entries:
        return
    if not is_dir(folder):
        raise OSError(20, "not a plain directory", folder)
    fold = place.ignores_case
    wished = [path.replace("/", "_") for path in paths]
    wished = [each.lower() for each in wished] if fold else wished
    for name in entries:
        if could_cover(name, wished, fold=fold):
            lock = one_lock(folder, name)
            if lock is not None:
                yield lock


def one_lock(folder: str, name: str) -> "dict[str, Any] | None":
    """One lock, by the same rules as `LockFiles.read`; `None` when it is gone."""
    guess = {"name": name, "target": name.replace("_", "/"), "owner": None, "state": "unknown"}
    try:
        raw = read(f"{folder}/{name}.lock")
    except FileNotFoundError:
        return None
    except OSError:
        return guess
    owner = raw.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    owner = owner.split("\n", 1)[0].strip()
    if not owner or any(ord(char) < 32 or ord(char) == 127 for char in owner):
        return guess
    try:
        side = parse(read(f"{folder}/.meta/{name}.json"))
    except FileNotFoundError:
        return {**guess, "owner": owner, "state": "foreign"}
    except (OSError, ValueError, RecursionError):
        return guess
    if not isinstance(side, dict):
        return guess
    central = side.get("central")
    if isinstance(central, dict) and isinstance(central.get("owner"), str):
        side, owner = central, central["owner"]  # this file came second, and counts for nothing
    target = side.get("target")
    since, ours = side.get("since"), side.get("held") is True and side.get("owner") == owner
    lock: dict[str, Any] = {**guess, "owner": owner, "state": "foreign"}
    if ours and isinstance(side.get("elsewhere"), str):
        lock["elsewhere"] = clean(side["elsewhere"], 100)
    if ours and isinstance(since, int | float):
        lock["since"] = since
    if not ours or not isinstance(target, str):
        return lock
    if target.replace("/", "_") != name:
        return guess
    lock["target"], lock["state"] = target, state_of(side)
    if isinstance(side.get("reason"), str):
        lock["reason"] = clean(side["reason"], 200)
    return lock


def _table(target: str, *, fold: bool) -> object:
    """A pattern compiled; read by its file, and only where a lock is a pattern."""
    tables = load(f"{here()}/model/text/glob_tables.py")
    try:
        return tables.table_of(target, fold=fold)
    except tables.PatternError:  # guessed from the name of another program's lock
        return None


def state_of(side: "dict[str, Any]") -> str:
    """A lock's state for others: `dead`, `takeable` or `held`, as `model/sharing/lock.py` says."""
    worktree = side.get("worktree")
    if isinstance(worktree, str) and "/worktrees/" in worktree and not exists(worktree):
        repository = worktree.rpartition("/")[0].rpartition("/")[0]
        if exists(repository):
            return "dead"
    pid, start = side.get("pid"), side.get("start")
    if isinstance(pid, int) and 0 < pid < 2**31 and side.get("host") == posix.uname().nodename:
        boot = read_or("/proc/sys/kernel/random/boot_id").decode().strip()
        if boot and side.get("boot") != boot:
            return "dead"
        token = start_of(pid)
        if boot and (token is None or (token and start and token != start)):
            return "dead"
    ttl, since = side.get("ttl"), side.get("since")
    renewed = side.get("renewed")
    if isinstance(ttl, int | float) and isinstance(since, int | float):
        last = max(since, renewed) if isinstance(renewed, int | float) else since
        if time.time() >= last + ttl:
            return "takeable"
    return "held"


def start_of(pid: int) -> str | None:
    """When a process began, as the kernel prints it; `None` without it, empty when not known."""
    try:
        stat = read(f"/proc/{pid}/stat")
    except FileNotFoundError:
        return None
    except OSError:
        return ""
    fields = stat[stat.rfind(b")") + 2 :].split()
    return None if fields[0] == b"Z" else fields[19].decode()


def policy_of(place: Whereabouts, core: "Any") -> "tuple[dict[str, Any] | None, str]":
    """The compiled boundaries, and why they are not used; empty when there is no such reason."""
    path = f"{place.root}/pdev/policy.json"
    try:
        policy = parse(read(path, 16 << 20))
        stands = core.base_commit(place.common, policy["base"]["ref"])
        marks = [_stamp(each[0]) for each in policy["settings"]]
        why = core.stale(policy, stands, marks)
        if why and stands != policy["base"]["commit"]:
            # Base moves with everything that lands; its file of boundaries seldom does.
            where = f"{stands or policy['base']['ref']}:{policy['source']}"
            known, blob = object_at(place, where)
            why = core.stale(policy, stands, marks, blob) if known else why
    except FileNotFoundError:
        # Where nobody set any there is nothing to compile.
        some = exists(f"{place.root}/parallel-config.yml")
        return None, "they were not compiled yet" if some else ""
    except (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        return None, f"{path} cannot be used ({clean(error, 120)})"
    return (None, str(why)) if why else (policy, "")


def object_at(place: Whereabouts, name: str) -> tuple[bool, str | None]:
    """Whether git knew, and the id of a file in a commit; the one process this may start.

    Args:
        place: In which repository.
        name: `COMMIT:PATH`.
    """
    own = {key: value for key, value in posix.environ.items() if not key.startswith(b"GIT_")}
    env = {**own, b"GIT_OPTIONAL_LOCKS": b"0", b"GIT_NO_LAZY_FETCH": b"1"}
    asked = ["git", f"--git-dir={place.common}", "rev-parse", "--verify", "--quiet", name]
    answers, theirs = posix.pipe()
    silent = posix.open("/dev/null", posix.O_RDWR | posix.O_CLOEXEC)
    try:
        turn = [
            (posix.POSIX_SPAWN_DUP2, silent, 0),
            (posix.POSIX_SPAWN_DUP2, theirs, 1),
            (posix.POSIX_SPAWN_DUP2, silent, 2),
        ]
        pid = posix.posix_spawnp("git", asked, env, file_actions=turn)
    except OSError:
        posix.close(answers)
        return False, None
    finally:
        posix.close(theirs)
        posix.close(silent)
    try:
        said = posix.read(answers, 200).decode("ascii", "replace").strip()
    finally:
        posix.close(answers)
    status = posix.waitpid(pid, 0)[1]
    return status in (0, 256), said if status == 0 else None


def _stamp(path: object) -> list[object]:
    try:
        seen = posix.stat(str(path))
    except (OSError, ValueError):
        return [path, 0, 0]
    return [path, seen.st_mtime_ns, seen.st_size]


class EditVerdict:
    """What is to happen with an edit.

    Attributes:
        decision: `deny` or `ask`; empty when it may go on.
        deny: One sentence why.
        told: Sentences for the agent beside that.
        paths: Paths of the repository that it is about.
        unknown: Why the boundaries are not known; empty when they are, or there are none.
    """

    def __init__(self) -> None:
        self.decision = self.deny = ""
        self.unknown = ""
        self.told: list[str] = []
        self.paths: list[str] = []


def judge(place: Whereabouts, session: str, cwd: str, paths: list[str]) -> EditVerdict:
    """Say whether a session may write some paths.

    Raises:
        HeldError: When something failed here although another session holds one of them.
        OSError: When nobody can know.
    """
    made = EditVerdict()
    asked = asked_paths(place, cwd, paths)
    made.paths = [path for path, _ in asked]
    if not asked:
        return made
    locks = list(locks_about(place, made.paths))
    others = [
        each
        for each in locks
        if (each["owner"] != session or each.get("elsewhere")) and each["state"] != "dead"
    ]
    try:
        core = load(f"{here()}/model/policy/core.py")
        policy, made.unknown = policy_of(place, core)
        fold = bool(policy and policy["fold"])
        for each in locks:
            if any(mark in each["target"] for mark in MAGIC):
                each["table"] = _table(each["target"], fold=fold)
        ruling = core.evaluate(asked, session, policy, locks, time.time())
    except Exception as error:
        for each in others:
            for path in made.paths:
                below = path.startswith(each["target"].rstrip("/") + "/")
                if below or each["target"] == path or each["name"] == path.replace("/", "_"):
                    raise HeldError(
                        f"{clean(path)} is locked by {clean(each['owner'])}, and what guards it "
                        f"failed ({type(error).__name__}: {clean(error, 120)}); see `pdev locks`."
                    ) from error
        raise
    remarks = [each for each in ruling["remarks"] if each["action"] == ruling["action"]]
    said = [core.worded(each, HOW) for each in remarks if each["verdict"] != "unknown"]
    if ruling["action"] in ("deny", "ask"):
        made.decision, made.deny = ruling["action"], said[0]
    elif ruling["action"] == "warn":
        made.told = said
    return made


# --- what agents do -----------------------------------------------------------------------------


def process_of(env: "dict[str, str]") -> int:
    """The agent's process: as it says itself, else the first above us that is no shell."""
    told = env.get("CLAUDE_PID", "")
    if told.isascii() and told.isdigit():
        return int(told)
    pid = parent = posix.getppid()
    for _ in range(6):
        stat = read_or(f"/proc/{parent}/stat")
        name, _, rest = stat.partition(b"(")[2].rpartition(b")")
        if name not in (b"sh", b"bash", b"dash", b"zsh", b"fish", b"ksh", b"ash"):
            return parent if stat else pid
        parent = int(rest.split()[1])
    return pid


def status(event: str, told: "dict[str, Any]", before: "dict[str, Any]") -> "dict[str, Any] | None":
    """What an event says about the state of its agent; `None` when it says nothing.

    Args:
        event: Its name, as Claude Code has it.
        told: What the agent tells of it.
        before: What was recorded last.
    """
    tool, by = told.get("tool_name"), told.get("agent_id")
    given = told.get("tool_input")
    detail = _detail(given if isinstance(given, dict) else {})
    waits = {"state": "waiting", "for": ASKS.get(str(tool), "permission"), "by": by}
    was = str(before.get("state"))
    if event == "SessionStart":
        return None if told.get("source") == "compact" else {"state": "idle"}
    if event == "UserPromptSubmit":
        return {"state": "working"}
    if event == "PreToolUse" and tool in ASKS:
        return {**waits, "tool": tool, "detail": detail}
    if event == "PermissionRequest":
        return {**waits, "tool": tool, "detail": detail}
    if event in ("PreToolUse", "PostToolUse", "PostToolUseFailure"):
        # A helper of the agent goes on while the agent, or another helper, waits for an answer.
        waiting = was == "waiting" and before.get("by") != by
        return None if waiting else {"state": "working", "tool": tool, "detail": detail}
    if event == "Notification":
        kind = told.get("notification_type")
        if kind == "idle_prompt":
            return {"state": "idle"} if was in ("working", "waiting", "None") else None
        if kind in ("permission_prompt", "ToolPermission", "elicitation_dialog"):
            shown = told.get("details")
            said = _detail(shown) if isinstance(shown, dict) else clean(told.get("message", ""))
            dialog = "dialog" if kind == "elicitation_dialog" else "permission"
            return None if was == "waiting" else {"state": "waiting", "for": dialog, "detail": said}
        return None
    if event == "Stop":
        running = told.get("background_tasks")
        count = len(running) if isinstance(running, list) else 0
        said = clean(told.get("last_assistant_message") or told.get("prompt_response") or "")
        return {"state": "done", "background": count, "message": said}
    if event == "StopFailure":
        error = clean(told.get("error") or "unknown", 60)
        state = "limited" if error == "rate_limit" else "failed"
        said = clean(told.get("last_assistant_message") or "")
        return {"state": state, "error": error, "message": said}
    if event == "SessionEnd":
        lives_on = told.get("reason") in ("clear", "resume")
        return {"state": "idle" if lives_on else "ended"}
    return None


def _detail(given: "dict[str, Any]") -> str:
    """The command, question, plan or path of a tool's call, for people."""
    asked = given.get("questions")
    if isinstance(asked, list) and asked and isinstance(asked[0], dict):
        return clean(asked[0].get("question", ""))
    for key in ("command", "question", "plan", "file_path", "notebook_path", "url", "title",
                "pattern", "path", "description"):  # fmt: skip
        if isinstance(given.get(key), str):
            return clean(given[key])
    return ""


class Hook:
    """One call of the hook.

    Attributes:
        event: What happened, as Claude Code names it.
        agent: Which agent tells.
        told: What it tells.
        place: Where it stands.
        session: For whom.
        tidy: The session's name as a part of a file's name.
        pid: The agent's process.
        pane: Id of the tmux pane that it is in; empty for none.
        context: What the agent is to be told.
        warnings: What went wrong.
        judged: Whether an edit was judged.
        taken: Messages taken out of the queue: where each is now, and where it was.
    """

    def __init__(
        self,
        event: str,
        agent: str,
        told: "dict[str, Any]",
        place: Whereabouts,
        env: "dict[str, str]",
    ) -> None:
        self.event, self.agent, self.told, self.place = event, agent, told, place
        self.session = session_name(place, env)
        self.tidy = slug(self.session) or "session"
        self.pid = process_of(env)
        self.pane = env.get("TMUX_PANE", "")
        self.name = f"{self.tidy}--{self.pid}.json"
        self.before = object_in(f"{place.root}/pdev/agents/{self.name}")
        self.after: dict[str, Any] = {}
        self.context: list[str] = []
        self.warnings: list[str] = []
        self.taken: list[tuple[str, str]] = []
        self.judged = False

    def trying(self, what: str, part: "Callable[[], None]") -> None:
        """Do one part; what it fails with becomes a warning, and the others are still done."""
        if not self.place.hidden():
            return  # only looked at so far: what is left there would show as untracked
        try:
            part()
        except Exception as error:  # nothing that fails here may stop an agent
            self.warnings.append(f"{what}: {type(error).__name__}: {clean(error, 200)}")

    def record(self) -> None:
        """Write down what the agent does."""
        found = status(self.event, self.told, self.before)
        keys = ("state", "for", "tool", "detail", "error", "background", "message", "by")
        if found is None and not self.before.get("state"):
            return  # nothing is known, and nothing is made up
        found = {key: self.before.get(key) for key in keys} if found is None else found
        start = start_of(self.pid)
        line = {
            "schema": 1, "agent": self.agent, "session": self.session, "pid": self.pid,
            "start": start or "", "conversation": self.told.get("session_id"),
            "event": self.event, "at": time.time(), "state": found["state"],
            "for": found.get("for"), "tool": found.get("tool"), "detail": found.get("detail") or "",
            "error": found.get("error"), "background": found.get("background") or 0,
            "message": found.get("message") or "", "by": found.get("by"),
            "source": self.told.get("source"), "cwd": self.told.get("cwd"),
            "worktree": self.place.top, "pane": self.pane,
            "transcript": self.told.get("transcript_path"),
            "renewed": self.before.get("renewed"), "briefed": self.before.get("briefed"),
            "doubt": None if self.judged else self.before.get("doubt"),
            **self.after,
        }  # fmt: skip
        put(self.place, "pdev/agents", self.name, dump(line) + "\n")

    def renew(self) -> None:
        """Renew the session's locks that have a time; under the store's guard, or not at all."""
        last, now = self.before.get("renewed"), time.time()
        if isinstance(last, int | float) and 0 <= now - last < LEASE_SECONDS:
            return
        self.after["renewed"] = now
        folder = f"{self.place.root}/locks"
        held = [each for each in names(folder) if each.endswith(".lock")]
        mine = [each[:-5] for each in held if self._is_mine(f"{folder}/{each}")]
        sides = [object_in(f"{folder}/.meta/{each}.json") for each in mine]
        if not any(isinstance(each.get("ttl"), int | float) for each in sides):
            return
        import fcntl

        flags = posix.O_RDWR | posix.O_CREAT | posix.O_CLOEXEC | posix.O_NOFOLLOW
        guard = posix.open(f"{self.place.root}/pdev/guard", flags, 0o644)
        try:
            try:
                fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                del self.after["renewed"]  # whoever holds it is busy: the next call will do
                return
            for name in mine:
                side = object_in(f"{folder}/.meta/{name}.json")
                ours = side.get("held") is True and side.get("owner") == self.session
                ours = ours and not side.get("elsewhere")
                lasts = isinstance(side.get("ttl"), int | float)
                if ours and lasts and self._is_mine(f"{folder}/{name}.lock"):
                    side["renewed"] = now
                    text = dump(side, "") + "\n"
                    put(self.place, "locks/.meta", f"{name}.json", text, sync=True)
        finally:
            posix.close(guard)

    def _is_mine(self, path: str) -> bool:
        first = read_or(path).removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].strip()
        return first == self.session.encode("utf-8", "surrogateescape")

    def doubt(self, why: str) -> None:
        """Say once that boundaries are not known: to the agent, and to the person."""
        if why:
            self.after["doubt"] = why
            if why != self.before.get("doubt"):
                said = f"the boundaries between sessions are not used: {why}"
                self.warnings.append(f"{said}; `pdev check --boundaries --compile` fixes that")
                self.context.append(f"[pdev] {said[0].upper()}{said[1:]}.")

    def brief(self, paths: list[str]) -> None:
        """Tell the agent who else changed the file that it is about to edit."""
        found = object_in(f"{self.place.root}/pdev/overlaps/{self.tidy}.json")
        at, changed = found.get("at"), found.get("paths")
        age = time.time() - at if isinstance(at, int | float) else STALE_OVERLAPS
        if not isinstance(changed, dict) or age >= STALE_OVERLAPS:
            return
        earlier = self.before.get("briefed")
        seen: dict[str, Any] = dict(earlier) if isinstance(earlier, dict) else {}
        for path in paths:
            for each in changed.get(path) or ():
                hunk = str(each.get("hunk") or "")[:1400]
                who, level = clean(each.get("session"), 60), each.get("level")
                key = f"{path}\n{who}"
                mark = f"{level} {len(hunk)} {sum(map(ord, hunk))}"
                if seen.get(key) == mark:
                    continue  # it was told before
                seen[key] = mark
                how = {"conflict": "and the two changes conflict", "near": "within a few lines"}
                told = how.get(str(level), "elsewhere in the file")
                self.context.append(
                    f"Session {who} has changed {clean(path)} too, {told}. Its change, for you to "
                    f"take into account; nothing is blocked:\n{visible(hunk)}"
                )
        self.after["briefed"] = dict(list(seen.items())[-40:])

    def deliver(self) -> None:
        """Tell the agent what waits for it, oldest first; each message once, by whoever is first.

        What does not fit stays in the queue for the next time.
        """
        box = f"{self.place.root}/pdev/outbox/{self.tidy}"
        waiting = [each for each in names(box) if each.endswith(".json")]
        room = MOST_CONTEXT - sum(len(each.encode()) for each in self.context)
        for number, each in enumerate(waiting):
            message = object_in(f"{box}/{each}")
            if message.get("kind") == "sync":
                continue  # for its session, not for the agent
            text = visible(str(message.get("text") or ""))
            who = clean(message.get("from") or "somebody", 60)
            kinds = {"handoff": "A handoff", "event": "An event"}
            kind = kinds.get(str(message.get("kind")), "A message")
            head = f"[pdev] {kind} from {who} (another session or person, not your user's input):"
            line = f"{head}\n{text}".encode("utf-8", "replace")
            if not message:
                make_dir(f"{box}/broken")
                posix.rename(f"{box}/{each}", f"{box}/broken/{each}")
                raise ValueError(f"{box}/{each} is no message; it was moved to {box}/broken")
            if len(line) > room:
                if number or room < MOST_CONTEXT // 2:
                    return
                rest = f" … (cut; all of it: {box}/delivered/{each})".encode()
                line = line[: room - len(rest)].decode("utf-8", "ignore").encode() + rest
            make_dir(f"{box}/delivered")
            try:
                posix.rename(f"{box}/{each}", f"{box}/delivered/{each}")
            except FileNotFoundError:
                continue  # somebody else was faster
            self.taken.append((f"{box}/delivered/{each}", f"{box}/{each}"))
            room -= len(line) + 1
            self.context.append(line.decode("utf-8", "replace"))

    def warn(self) -> None:
        """Leave what went wrong where `pdev hooks status` shows it, and once as an event."""
        before = object_in(f"{self.place.root}/pdev/warnings/hook-{self.name}")
        earlier = before.get("count")
        count = earlier + 1 if isinstance(earlier, int) else 1
        now, what = time.time(), "\n".join(self.warnings)
        listed = before.get("told")
        # Troubles take turns: that another one was the last does not make this one news.
        told_before = [
            each for each in (listed if isinstance(listed, list) else [])
            if isinstance(each, list) and len(each) == 2 and isinstance(each[0], (int, float))
            and 0 <= now - each[0] < TOLD_FOR
        ][-MOST_TOLD:]  # fmt: skip
        news = len(told_before) < MOST_TOLD and all(each[1] != what for each in told_before)
        line = {
            "schema": 1, "at": now, "session": self.session, "agent": self.agent,
            "event": self.event, "what": self.warnings, "count": count,
            "told": told_before + ([[now, what]] if news else []),
        }  # fmt: skip
        put(self.place, "pdev/warnings", f"hook-{self.name}", dump(line) + "\n")
        if news:
            when = int(now * 1000)
            told = {
                "id": f"{when}_hook-{self.pid}", "type": "hook_trouble", "session": self.session,
                "payload": {"what": self.warnings}, "timestamp": when, "acknowledged": [],
                "recipients": [self.session],
            }  # fmt: skip
            put(self.place, "events", f"{told['id']}.json", dump(told, "") + "\n")


# --- answers from elsewhere ----------------------------------------------------------------------


def wait_for_answer(hook: Hook, env: "dict[str, str]") -> str:
    """Ask for leave where a dashboard sees it, and wait; what the agent is answered, or nothing.

    The agent's own dialog is open meanwhile: whoever answers first decides. Questions stand in the
    git directory, where an agent edits nothing unasked.
    """
    given = hook.told.get("tool_input")
    tool = hook.told.get("tool_name")
    if hook.agent != "claude" or not isinstance(tool, str) or tool in ASKS:
        return ""
    folder = f"{hook.place.common}/pdev/asks"
    make_dir(folder)
    posix.chmod(folder, 0o700)
    _forget_questions(folder)
    named = f"{hook.tidy}--{hook.pid}-{posix.getpid()}"
    whole = given.get("command") if isinstance(given, dict) and set(given) <= COMMAND else None
    line = {
        "schema": 1, "session": hook.session, "pid": hook.pid, "hook": posix.getpid(),
        "start": start_of(posix.getpid()) or "", "tool": tool,
        "given": whole if isinstance(whole, str) else dump(given, ""),
    }  # fmt: skip
    question, reply = f"{folder}/{named}.ask.json", f"{folder}/{named}.answer.json"
    here = posix.open(f"{folder}/.{named}", posix.O_WRONLY | posix.O_CREAT | posix.O_EXCL, 0o600)
    try:
        left = (dump(line) + "\n").encode("utf-8", "backslashreplace")
        while left:
            left = left[posix.write(here, left) :]
    finally:
        posix.close(here)
    posix.rename(f"{folder}/.{named}", question)
    parent, until = posix.getppid(), time.time() + ANSWER_SECONDS
    progress = _Progress(hook, env)
    try:
        while posix.getppid() == parent and time.time() < until and not progress.made():
            found = object_in(reply)
            if found.get("behavior") in ("allow", "deny"):
                decision = {"behavior": found["behavior"]}
                if found["behavior"] == "deny":
                    decision["message"] = clean(found.get("message") or "The user said no.")
                inner = {"hookEventName": "PermissionRequest", "decision": decision}
                return dump({"hookSpecificOutput": inner}) + "\n"
            time.sleep(ANSWER_PACE)
    finally:
        for path in (question, reply):
            if exists(path):
                posix.unlink(path)
    return ""


class _Progress:
    """Whether an agent has its answer from its own dialog, and goes on: it does not end us then."""

    def __init__(self, hook: Hook, env: "dict[str, str]") -> None:
        home = env.get("CLAUDE_CONFIG_DIR") or f"{env.get('HOME', '')}/.claude"
        self._own = f"{home}/sessions/{hook.pid}.json"
        self._told = f"{hook.place.root}/pdev/agents/{hook.name}"
        self._began = time.time()
        self._waited = False

    def made(self) -> bool:
        """Look at what it writes down of itself, and at what our other calls did."""
        doing = object_in(self._own).get("status")
        if self._waited and doing not in (None, "waiting"):
            return True
        self._waited = self._waited or doing == "waiting"
        told = object_in(self._told)
        at = told.get("at")
        return isinstance(at, float) and at > self._began and told.get("state") != "waiting"


def _forget_questions(folder: str) -> None:
    """Delete what hooks left that were ended."""
    for name in names(folder):
        stem, dot, _ = name.partition(".ask.json")
        found = object_in(f"{folder}/{name}") if dot else {}
        pid = found.get("hook")
        if isinstance(pid, int) and start_of(pid) != found.get("start"):
            for path in (f"{folder}/{name}", f"{folder}/{stem}.answer.json"):
                if exists(path):
                    posix.unlink(path)


def visible(text: str) -> str:
    """A text of several lines without what a terminal would obey."""
    return "".join(
        c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )


# --- the call -----------------------------------------------------------------------------------


def answer(
    agent: str, event: str, verdict: EditVerdict, context: list[str], warnings: list[str]
) -> str:
    """What an agent is answered, as its documentation has it; empty for nothing."""
    said: dict[str, Any] = {}
    inner: dict[str, Any] = {"hookEventName": event}
    if verdict.decision == "ask" and agent != "claude":  # it cannot ask: then it is told
        context = [*context, verdict.deny]
    elif verdict.decision and agent == "gemini":
        said |= {"decision": "deny", "reason": verdict.deny}
    elif verdict.decision:
        decision = {"permissionDecision": verdict.decision}
        inner |= {**decision, "permissionDecisionReason": verdict.deny}
    if context:
        inner["additionalContext"] = "\n\n".join(context)
    if len(inner) > 1:
        said["hookSpecificOutput"] = inner
    if warnings and event in LOUD:
        said["systemMessage"] = f"pdev's hook had trouble: {'; '.join(warnings)}"
    return dump(said) + "\n" if said else ""


def environment() -> "dict[str, str]":
    """Our environment as text."""
    pairs = posix.environ.items()
    return {
        key.decode("utf-8", "surrogateescape"): value.decode("utf-8", "surrogateescape")
        for key, value in pairs
    }


def main() -> int:
    """Answer one event; returns the exit status: 2 to block an edit, 1 after an error, else 0."""
    try:
        return _answered(sys.argv[1:])
    except Exception as error:  # agents show what is said here, and go on
        sys.stderr.write(f"pdev's hook failed: {type(error).__name__}: {clean(error, 200)}\n")
        return 1


def _answered(given: list[str]) -> int:
    event = given[0] if given else ""
    agent = given[1] if len(given) > 1 else "claude"
    env, verdict, trouble = environment(), EditVerdict(), []
    told: dict[str, Any] = {}
    try:
        found = parse(sys.stdin.buffer.read(MOST_INPUT))
        told = found if isinstance(found, dict) else {}
        trouble = [] if told else ["the agent told nothing that can be understood"]
    except Exception as error:
        why = "is no JSON" if isinstance(error, ValueError) else type(error).__name__
        trouble = [f"what the agent told cannot be read: {why}"]
    named = told.get("hook_event_name")
    own_event = named if isinstance(named, str) and named else event
    event = SAME_EVENT.get(own_event, own_event)
    cwd = told.get("cwd")
    cwd = cwd if isinstance(cwd, str) and cwd.startswith("/") and "\0" not in cwd else ""
    place = None
    for start in (cwd, env.get("CLAUDE_PROJECT_DIR"), env.get("GEMINI_PROJECT_DIR")):
        place = place or (find(start) if start else None)
    if place is None and not cwd:
        place = find(posix.getcwd())
    if place is None or not (place.used() or env.get("PDEV_SESSION")):
        return 0
    hook = Hook(event, agent, told, place, env)
    if given[:1] == [ANSWER]:
        said = wait_for_answer(hook, env).encode()
        posix.write(1, said)
        return 0
    hook.warnings += trouble
    tool = told.get("tool_name")
    tool_given = told.get("tool_input")
    if event == "PreToolUse" and isinstance(tool, str) and isinstance(tool_given, dict):
        paths = written(tool, tool_given)
        try:
            if paths:
                hook.judged = True
                verdict = judge(place, hook.session, cwd or place.top, paths)
        except HeldError as error:
            hook.warnings.append(str(error))
            hook.trying("its warning was not written down", hook.warn)
            sys.stderr.write(f"{error}\n")
            return 2
        except Exception as error:
            what = "whether another session holds this file is not known, and it was not blocked"
            hook.warnings.append(f"{what}: {type(error).__name__}: {clean(error, 200)}")
        hook.context += verdict.told
        hook.doubt(verdict.unknown)
        if paths and not verdict.decision:
            hook.trying("other sessions' changes were not told", lambda: hook.brief(verdict.paths))
    if event in DELIVERS and not told.get("agent_id"):  # a helper's context is not the agent's
        hook.trying("messages were not delivered", hook.deliver)
    if event not in ("SessionEnd", "SubagentStop"):
        hook.trying("locks were not renewed", hook.renew)
    if event != "SubagentStop":
        hook.trying("the agent's state was not written down", hook.record)
    if hook.warnings:
        hook.trying("its warning was not written down", hook.warn)
    said = answer(agent, own_event, verdict, hook.context, hook.warnings).encode()
    try:
        while said:
            said = said[posix.write(1, said) :]
    except OSError:
        for now, before in hook.taken:  # nobody heard them
            posix.rename(now, before)
        raise
    return 0


if __name__ == "__main__":
    sys.exit(main())
