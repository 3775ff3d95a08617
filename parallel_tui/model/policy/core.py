"""Who may write a path: the one evaluator of locks and boundaries, without importing anything.

`hook.py` runs on every edit of an agent, outside of this package, and loads this file by its path::

    import _frozen_importlib as importing, _frozen_importlib_external as files
    spec = files.spec_from_file_location("pdev_policy_core", "<package>/model/policy/core.py")
    core = importing.module_from_spec(spec)
    spec.loader.exec_module(core)        # from its cached byte code: well below a millisecond

**`<root>/pdev/policy.json`**, the compiled boundaries, is `formats.CompiledPolicy`: written by
whoever looks, read by the hook, and used only while `stale` says nothing against it.

**A call**: `evaluate(paths, session, policy, locks, now)`.

* `paths`: `(path, role)` pairs relative to the worktree's top, `/`-separated, without a slash at
  either end. Roles: `edit`; `old` and `new` name of a rename; `link` and the `target` it leads to;
  `folder` for what stands for all below it, such as a submodule. An edit through a link is both.
* `session`: who writes; `None` when nobody knows.
* `policy`: what `policy.json` holds; `None` when it is missing, stale or unreadable, which is never
  taken for "everything is allowed".
* `locks`: one `LockView` a lock of whatever session; dead ones may be left out.

The answer is a `Ruling`: one action for the whole edit (`allow` < `observe` < `warn` < `ask` <
`deny`), the worst remark, and a remark for each path and reason that is not plainly allowed. What
to do about it is data (`act`, `what`); each face passes its own words for it to `worded`.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from parallel_tui.model.policy.formats import (
        CompiledPolicy,
        CompiledSession,
        Line,
        LockView,
        Remark,
        Ruling,
    )
    from parallel_tui.model.text.glob_tables import Table

SCHEMA = 1
ACTIONS = ("allow", "observe", "warn", "ask", "deny")
"""What is to happen, the mildest first."""

LEVELS = {
    "foreign": "deny",
    "readable": "deny",
    "shared": "warn",
    "unowned": "observe",
    "locks": "deny",
}
"""What happens where nothing else is set."""

_BELOW = "/\0"  # no pattern has this name in mind: what covers it covers a folder as a whole


def folded(text: str) -> str:
    """A path as a file system that ignores case compares it."""
    if text.isascii():
        return text.lower()
    from unicodedata import normalize

    text = normalize("NFC", text)
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def matches(table: "Table", path: str) -> bool:
    """Whether a compiled pattern matches a path, or a folder that it lies in."""
    prefix, states, accepting, sinks = table
    if not path.startswith(prefix):  # type: ignore[arg-type]
        return False
    current = {0}
    for char in path[len(prefix) :]:  # type: ignore[arg-type]
        reached = set()
        for state in current:
            for chars, negated, to in states[state]:  # type: ignore[index]
                if (char in chars) != negated:
                    reached.add(to)
        if not reached:
            return False
        current = reached
        if not current.isdisjoint(sinks):  # type: ignore[arg-type]
            return True
    return not current.isdisjoint(accepting)  # type: ignore[arg-type]


def covers(lines: "Sequence[Line]", path: str) -> str | None:
    """The line of a list that gives a path to it; `None` when none does.

    The last line that matches decides, and one that begins with `!` takes the path out again.
    """
    for negated, text, table in reversed(lines):
        # Most lines are about other folders, and a call for each would be most of the time.
        if path.startswith(table[0]) and matches(table, path):  # type: ignore[index, arg-type]
            return None if negated else str(text)
    return None


def stale(
    policy: "CompiledPolicy",
    commit: str | None,
    settings: "Sequence[Sequence[object]] | None",
    blob: str | None = "",
) -> str | None:
    """Why compiled boundaries may not be used any more; `None` when they may.

    Args:
        policy: What `policy.json` holds.
        commit: Where base's reference stands now (`base_commit`); `None` when not known.
        settings: The files of `policy["settings"]` as they are now.
        blob: Where git was asked, id of base's file now (`None` without): base may have moved then.
    """
    if policy.get("schema") != SCHEMA:
        return "they were compiled by another version of pdev"
    if commit is None and blob == "":
        return f"it is not known where {policy['base']['name']} stands"
    if commit != policy["base"]["commit"] and blob != policy["base"]["blob"]:
        return f"{policy['base']['name']} has moved since they were compiled"
    if list(map(list, settings or ())) != policy["settings"]:
        return "the settings have changed since they were compiled"
    return None


def base_commit(common_dir: str, ref: str) -> str | None:
    """Where a reference (`refs/heads/main`) stands by git's own files; `None` if not told."""
    for name in (ref, "packed-refs"):
        try:
            with open(f"{common_dir}/{name}", errors="surrogateescape") as file:  # noqa: PTH123
                for line in file:
                    commit, _, named = line.rstrip("\n").partition(" ")
                    if named == ("" if name == ref else ref):
                        return commit
        except OSError:
            continue
    return None


def evaluate(
    paths: "Iterable[tuple[str, str]]",
    session: str | None,
    policy: "CompiledPolicy | None",
    locks: "Iterable[LockView]",
    now: float,
) -> "Ruling":
    """Say whether a session may write some paths; see the head of this file."""
    levels = {**LEVELS, **(policy["levels"] if policy else {})}
    fold = bool(policy and policy["fold"])
    others = [lock for lock in locks if lock["owner"] != session or lock.get("elsewhere")]
    standing = [lock for lock in others if lock["state"] != "dead"]
    verdicts: list[tuple[str, str]] = []
    remarks: list[Remark] = []
    for path, role in paths:
        asked = folded(path) if fold else path
        held = [lock for lock in standing if _locks(lock, asked, role, fold)]
        remarks += [_locked(path, role, lock, levels["locks"], now) for lock in held]
        remark = _bounded(path, role, session, policy, levels)
        verdicts.append((path, remark["verdict"]))
        if remark["action"] != "allow":
            remarks.append(remark)
    action = max((each["action"] for each in remarks), key=ACTIONS.index, default="allow")
    worst = next((each for each in remarks if each["action"] == action), None)
    return {"action": action, "worst": worst, "verdicts": verdicts, "remarks": remarks}


def worded(remark: "Remark", lines: "Mapping[str, str]") -> str:
    """A remark as one sentence: who, since when, and what to do about it.

    `lines` has by `act` the words for it, `{0}` and `{1}` standing for what it is done to.
    """
    line = lines.get(remark["act"])
    said = remark["sentence"]
    return f"{said}; {line.format(*map(quoted, remark['what']))}." if line else f"{said}."


def _locks(lock: "LockView", path: str, role: str, fold: bool) -> bool:
    """Whether a lock covers a path, which is folded where case is ignored."""
    target = folded(lock["target"]) if fold else lock["target"]
    table = lock.get("table")
    if path == target or (role == "folder" and target.startswith(path + "/")):
        return True
    if table is None and path.startswith(target.rstrip("/") + "/"):
        return True
    ways = (path, path + _BELOW) if role == "folder" else (path,)
    if table is not None and any(matches(table, way) for way in ways):
        return True
    # Of a lock of another program only the name is certain, and many paths share one.
    name = folded(lock["name"]) if fold else lock["name"]
    return lock["state"] in ("foreign", "unknown") and path.replace("/", "_") == name


def _locked(path: str, role: str, lock: "LockView", action: str, now: float) -> "Remark":
    since, owner = lock.get("since"), lock["owner"]
    where = f" on {shown(lock['elsewhere'])}" if lock.get("elsewhere") else ""
    said = [f"{shown(path)} is locked by {shown(owner or 'somebody unknown')}{where}"]
    if since is not None:
        said.append(f"for {lasting(now - since)}")
    if lock.get("reason"):
        said.append(f"“{shown(str(lock['reason']))}”")
    act, what = ("ask", [owner, path]) if owner is not None else ("locks", [])
    if lock["state"] == "takeable":
        said.append("its time is over")
        act, what = "take", [lock["target"]]
    return {
        "path": path,
        "role": role,
        "verdict": "locked",
        "action": action,
        "owner": owner,
        "pattern": lock["target"],
        "since": since,
        "sentence": ", ".join(said),
        "act": act,
        "what": what,
    }


def _bounded(
    path: str,
    role: str,
    session: str | None,
    policy: "CompiledPolicy | None",
    levels: "dict[str, str]",
) -> "Remark":
    """What the boundaries say about one path, locks aside."""
    found: Remark = {
        "path": path,
        "role": role,
        "verdict": "unknown",
        "action": "warn",
        "owner": None,
        "pattern": "",
        "since": None,
        "sentence": "The boundaries between sessions are not known here",
        "act": "check",
        "what": [],
    }
    if policy is None:
        return found
    base = f"{policy['base']['name']} at {policy['base']['commit'][:7]}"
    if policy["problems"]:
        found["sentence"] = (
            f"The boundaries of {base} cannot be used, so nobody's paths are known: "
            f"{policy['problems'][0]}"
        )
        return found
    asked = folded(path) if policy["fold"] else path
    mine: CompiledSession | None = None
    owners: list[tuple[CompiledSession, str]] = []
    for entry in policy["sessions"]:
        is_mine = session is not None and session in entry["names"]
        mine = entry if is_mine else mine
        line = covers(entry["owns"], asked)
        if line is None and role == "folder":
            line = covers(entry["owns"], asked + _BELOW)
        if line is not None and is_mine:
            return {**found, "verdict": "own", "action": "allow", "pattern": line}
        if line is not None:
            owners.append((entry, line))
    if not owners:
        action = levels["unowned"] if policy["sessions"] else "allow"
        said = f"{shown(path)} belongs to no session in the boundaries of {base}"
        return {**found, "verdict": "unowned", "action": action, "act": "", "sentence": said}
    entry, line = min(owners, key=lambda each: each[0]["shared"])
    found |= {"owner": entry["name"], "pattern": line, "act": "ask", "what": [entry["name"], path]}
    if entry["shared"]:
        note = f" (“{shown(entry['note'])}”)" if entry["note"] else ""
        said = f"{shown(path)} is shared by all sessions{note}"
        found |= {"verdict": "shared", "action": levels["shared"], "act": "emit", "what": []}
        return {**found, "sentence": said}
    readable = mine is not None and covers(mine["can_read"], asked) is not None
    who = shown(session) if session else "you"
    you = f"; {who} may only read it" if readable else f", not to {who}"
    said = (
        f"{shown(path)} belongs to {shown(entry['name'])} ({shown(line)} in the boundaries of "
        f"{base}){you}"
    )
    verdict = "readable" if readable else "foreign"
    return {**found, "verdict": verdict, "action": levels[verdict], "sentence": said}


def shown(text: str) -> str:
    """A text from outside inside a sentence, with escapes where a terminal would act on it."""
    return text if text.isprintable() else ascii(text)


def quoted(text: str) -> str:
    """A text as one word of a command line."""
    if text and all(char.isalnum() or char in "_-./+@%:,=" for char in text) and text[0] != "-":
        return text
    return shown("'" + text.replace("'", "'\\''") + "'")


def lasting(seconds: float) -> str:
    """A duration in the largest unit that fits: `20s`, `5m`, `3h`, `12d`."""
    left = max(0, int(seconds))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if left >= size:
            return f"{left // size}{unit}"
    return f"{left}s"
