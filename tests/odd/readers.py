"""The one list of what reads files that others may have changed.

`test_readers.py` puts odd things before each of them, and holds that no module reads such a file
without being listed here.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from parallel_tui.adapters.agents.conversations import Conversations
from parallel_tui.adapters.agents.looked import LookedFile
from parallel_tui.adapters.agents.own_pages import OwnPageFiles
from parallel_tui.adapters.agents.reader import AgentReader
from parallel_tui.adapters.config import agent_settings, hook_reports, prepared, yaml_file
from parallel_tui.adapters.config.hook_files import LocalHookFiles
from parallel_tui.adapters.config.team_files import TeamFileReader
from parallel_tui.adapters.config.trust import TrustFile
from parallel_tui.adapters.disk import carry, git_exclude, seen_requests, segment
from parallel_tui.adapters.disk.checks import KeptChecks
from parallel_tui.adapters.disk.habits import HabitsFile
from parallel_tui.adapters.disk.local import LocalDisk
from parallel_tui.adapters.disk.policy_file import PolicyFile
from parallel_tui.adapters.disk.proofs import KeptProofs
from parallel_tui.adapters.disk.seen import SeenFile
from parallel_tui.adapters.git.hosts.choice import ShareFile
from parallel_tui.adapters.git.read import changed_paths
from parallel_tui.adapters.git.repo import gitdir_pointer, identity, nearby, ordinary, worktree_list
from parallel_tui.adapters.git.repo.operation import operation_in
from parallel_tui.adapters.git.repo.recorded_name import recorded_name
from parallel_tui.adapters.git.simulate.snapshot import conversion
from parallel_tui.adapters.git.simulate.verdict.cache import VerdictCache, fingerprint
from parallel_tui.adapters.layouts import file as layout_file
from parallel_tui.adapters.machine.ledger import LedgerFile
from parallel_tui.adapters.machine.slot_files import SlotFiles
from parallel_tui.adapters.panes.known_servers import KnownServers
from parallel_tui.adapters.process import liveness
from parallel_tui.adapters.screen.escape import escape_key
from parallel_tui.adapters.ssh.known import CloneNotes, KnownFile
from parallel_tui.adapters.store.files.documents import reports
from parallel_tui.adapters.store.files.documents.journal_check import unreadable_lines
from parallel_tui.adapters.store.files.mechanics import json_document
from parallel_tui.adapters.store.files.mechanics.folder import Folder
from parallel_tui.adapters.store.files.store import FileStore
from parallel_tui.adapters.store.files.upkeep import FileUpkeep
from parallel_tui.adapters.undo.intents import Intents
from parallel_tui.adapters.undo.landing_record import LandingRecords
from parallel_tui.adapters.undo.sync_record import SyncRecords
from parallel_tui.adapters.undo.team_record import TeamRecordFiles
from parallel_tui.adapters.undo.trash import Trash
from parallel_tui.command_lines import undo_line
from parallel_tui.errors import ParallelError
from parallel_tui.model.landing.check import CheckKey, condition
from parallel_tui.model.lifecycle.trash import TrashItem
from parallel_tui.model.machine.ports import env_text, environment, words
from parallel_tui.model.machine.slots import who
from parallel_tui.model.proving.proof import JointProof, LeftOut, Member, ProvedBreak, marks
from parallel_tui.model.session.repository import Repository
from parallel_tui.model.settings.loaded import ConfigPaths
from parallel_tui.model.sharing.conflict_report import lines_of
from parallel_tui.model.sharing.sentences import event_sentence, journal_sentence
from parallel_tui.model.sharing.status_page import render
from parallel_tui.model.sharing.told_once import told_once
from parallel_tui.model.state.verdict import judge
from parallel_tui.model.text import strict_json
from parallel_tui.record import replace
from parallel_tui.services.doctor import leftovers as doctor_leftovers
from parallel_tui.services.hooks.installer import HookInstaller
from parallel_tui.services.trash.restore_steps import Restoring
from parallel_tui.services.trash.toolbox import Tools
from parallel_tui.ui.present import sharing
from tests.support import fake_agent

ROOT = ".claude"
HASH = "0123456789abcdef0123456789abcdef01234567"


def team_files(root: Path) -> TeamFileReader:
    """What finds teams in a folder."""
    return TeamFileReader(ConfigPaths("/no/where", "/no/where"), str(root), str(root), ())


@dataclass(frozen=True)
class Reader:
    """One reader of one file.

    Attributes:
        name: For the test's name.
        modules: Modules of `parallel_tui` that it stands for, without the package's name.
        path: The file, below the test's folder.
        sample: What stands there when all is well.
        read: Reads it, given the test's folder.
        json: Whether it is JSON, so that single values of it are worth changing.
    """

    name: str
    modules: tuple[str, ...]
    path: str
    sample: bytes
    read: Callable[[Path], object]
    json: bool = True


def repository(root: Path) -> Repository:
    """A repository in the test's folder that git need not know."""
    return Repository("w", str(root / "git"), str(root), False, str(root / ROOT))


HOOK = json.dumps(
    {
        "schema": 1, "agent": "claude", "session": "a", "pid": os.getpid(),
        "start": fake_agent.start_of(os.getpid()), "conversation": "c", "at": 1750000000.5,
        "event": "PermissionRequest", "state": "waiting", "for": "permission", "tool": "Bash",
        "detail": "ls", "error": None, "background": 0, "message": "", "until": 1750000000,
    }
).encode()  # fmt: skip

REPLY = json.dumps(
    {
        "type": "assistant", "isSidechain": False, "timestamp": "2026-11-28T17:08:28.197Z",
        "message": {"model": "claude-opus-5-5", "usage": {"input_tokens": 1200}},
    }
).encode()  # fmt: skip


def _read_agents(root: Path) -> object:
    env = {"CLAUDE_CONFIG_DIR": str(root / "home")}
    found = AgentReader(env, str(root / ROOT)).read((), 2e9)
    for record in found.records:
        assert judge([record], (), 2e9) is not None
    return found


def _read_looks(root: Path) -> object:
    file = LookedFile(str(root / "git/pdev"))
    found = file.read()
    return sorted(found.items())


def _store(root: Path) -> FileStore:
    return FileStore(str(root / ROOT))


@contextmanager
def _calm() -> Iterator[None]:
    """An error for a person is one of the right answers."""
    try:
        yield
    except ParallelError:
        return


def _read_store(root: Path) -> object:
    store = _store(root)
    seen = store.read(events=None)
    strict_json.line(asdict(seen).pop("tasks"))
    render((), seen).encode("utf-8", "backslashreplace")
    for lock in seen.locks:
        _ = lock.pattern
        seen.lock_state(lock, 1.0)
    seen.unread_of(["a", "b"])
    return seen


def _read_lock(root: Path) -> object:
    store = _store(root)
    store.locks.generation("a")
    return store.locks.read("a"), _read_store(root)


def _read_state(root: Path) -> object:
    seen = _read_store(root)
    with _calm():
        data = _store(root).state.for_change()
        json_document.dump(data)
        found = reports.reports_of(data)
        lines_of(found)
        reports.put_reports(data, found)
        json_document.dump(data)
    return seen


def _read_event(root: Path) -> object:
    seen = _read_store(root)
    for event in _store(root).events.newest()[0]:
        event_sentence(event)
        told_once([event, replace(event, type="landed"), replace(event, type="base_moved")])
        for row in [sharing.event_row(event, unread=True, now=1.0)]:
            assert row.key
        if event.problem is None:
            strict_json.line(strict_json.parse(event.payload))
    return seen


def _read_journal(root: Path) -> object:
    found = _store(root).journal(50)
    for entry in found:
        strict_json.line(
            [entry.minute, journal_sentence(entry), dict(entry.about), undo_line(entry.undo)]
        )
    with _calm():
        unreadable_lines(str(root / ROOT / "pdev/journal.jsonl"))
    return found


def _read_waiting(root: Path) -> object:
    store = _store(root)
    upkeep = FileUpkeep(store)
    for each in doctor_leftovers.unfinished(
        repository(root), (), upkeep, SyncRecords(repository(root))
    ):
        assert each.what
    return store.line.load()


def _read_outbox(root: Path) -> object:
    outbox = _store(root).outbox
    return [(m.id, m.kind.value, m.sender, m.text, m.at) for m in outbox.queued()]


def _read_intents(root: Path) -> object:
    intents = Intents(root / "n")
    broken = [(path.name, error.message, error.hint) for path, error in intents.unreadable()]
    return [(each.verb, list(each.steps)) for each in intents.abandoned()], broken


def _read_servers(root: Path) -> object:
    return KnownServers(root / "n").running()


def _read_screenrc(root: Path) -> object:
    return escape_key({"HOME": str(root / "home"), "SYSSCREENRC": "/dev/null"})


def _read_main(root: Path) -> object:
    return identity.recorded_main(str(root / "git"))


def _read_ordinary(root: Path) -> object:
    git = root / "plain/.git"
    for folder in ("objects", "refs"):
        (git / folder).mkdir(exist_ok=True)
    (git / "index").touch()
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    return ordinary.find(str(root / "plain")), ordinary.listing(str(git))


def _read_trash(root: Path) -> object:
    trash = Trash(root / "trash")
    (root / "trash/x-1/git").mkdir(exist_ok=True)
    found = trash.items()
    for item in found:
        strict_json.line(item.as_json())
        assert TrashItem.from_json(item.as_json()) == item
    return found, trash.unreadable()


def _read_grants(root: Path) -> object:
    found = LedgerFile(str(root)).all()
    for each in found:
        strict_json.line([words(each), environment(each)])
        env_text(each).encode("utf-8", "surrogatepass")
    return found


def _read_place(root: Path) -> object:
    files = SlotFiles(str(root))
    path = root / "slot-test.00000001.run"
    if not path.is_file():
        return files.tickets()
    with path.open("rb+") as held:  # as whoever runs there has it
        fcntl.flock(held, fcntl.LOCK_EX)
        found = files.tickets()
    for each in found:
        strict_json.line([who(each), each.asked, each.limit])
    return found


def _read_sync(root: Path) -> object:
    records = SyncRecords(repository(root))
    record = records.load("20260131-140500")
    strict_json.line(asdict(record))
    return record


def _read_landing(root: Path) -> object:
    record = LandingRecords(root / "git/pdev/landings").load("20260131-140500")
    strict_json.line(asdict(record))
    return record


def _read_hook_settings(root: Path) -> object:
    files = LocalHookFiles(str(root / ROOT), str(root / ".git"), root / "records", lambda: "")
    env = {"HOME": str(root)}
    repository = Repository("r", str(root / ".git"), str(root), False, str(root / ROOT))
    return HookInstaller(files, repository, str(root), env).statuses("claude")[1]


def _read_cache(root: Path) -> object:
    cache = VerdictCache(root, repository(root))
    (root / "overlap").mkdir(exist_ok=True)
    place = root / "overlap/odd.json"
    cache.path = place
    return cache.load("f")


def _read_attributes(root: Path) -> object:
    settings = cast(Any, SimpleNamespace(line_ends=False, rules=(str(root / "attributes"),)))
    tree = cast(Any, SimpleNamespace(path=str(root / "no")))
    runner = SimpleNamespace(
        run=lambda *a, **k: SimpleNamespace(
            stdout=b"core.attributesfile\n" + bytes(root / "attributes") + b"\0"
        ),
        version=(2, 39),
        repository=repository(root),
    )
    fingerprint(cast(Any, runner), cast(Any, SimpleNamespace(env={})))
    return conversion.rules_for(settings, tree, ())


def _read_pointers(root: Path) -> object:
    found: list[object] = [
        recorded_name(str(root / "tree")),
        worktree_list._take({}, str(root / "tree")),
    ]
    try:
        found.append(gitdir_pointer.named_in(str(root / "tree")))
    except (OSError, ValueError) as error:
        found.append(str(error))
    item = SimpleNamespace(id="x", tree=str(root / "tree"))
    trash = SimpleNamespace(git_dir=lambda item: root / "no")
    tools = SimpleNamespace(trash=trash, disk=LocalDisk(root / "no"))
    return found, Restoring(cast(Tools, tools)).pointers(cast(TrashItem, item))


def _read_git_dir(root: Path) -> object:
    folder = str(root / "dir")
    return (
        operation_in(folder),
        worktree_list.back_pointer(folder),
        worktree_list._assigned_name(folder),
    )


def _share_events(root: Path) -> object:
    return FileUpkeep(_store(root)).share_events(Folder(str(root / "linked/.claude"), ("events",)))


GRANTS = strict_json.document(
    {
        "schema": 1,
        "grants": [
            {
                "git_dir": "/g",
                "repository": "/r",
                "session": "a",
                "ports": {"web": 3001},
                "compose": "r-a",
                "database": "r_a",
            }
        ],
    }
)

STATE = strict_json.document(
    {
        "sessions": {
            "a": {"status": "idle", "current_task": "t", "last_update": 5, "ended": 6, "x": [1]}
        },
        "completed_tasks": ["t"],
        "pending_handoffs": [
            {"from": "a", "to": "b", "task": "t", "context": "c", "timestamp": 5,
             "id": "h1", "files": ["f"], "branch": "b", "commit": HASH, "state": "pending",
             "why": "w", "changed": 7}
        ],
        "closed_handoffs": [{"from": "a", "to": "b", "task": "t", "changed": 3}],
        "conflicts": ["c"],
        "pdev_conflicts": {
            "main": {
                "pairs": {'["a", "b"]': {"line": "l", "proofs": ["p"]}},
                "by": {"host": "h", "boot": "b", "pid": 1, "start": "2"},
            }
        },
    }
)  # fmt: skip
SIDECAR = strict_json.document(
    {"schema": 1, "target": "a", "owner": "w", "held": True, "generation": 3, "since": 5.5,
     "reason": "r", "ttl": 60, "host": "h", "boot": "b", "pid": 9, "start": "1",
     "worktree": "/x"}
)  # fmt: skip
EVENT = strict_json.document(
    {"id": "5_x", "type": "note", "session": "a", "payload": {"target": "t", "n": 1.5},
     "timestamp": 5, "acknowledged": ["b"], "recipients": ["c"]}
)  # fmt: skip
ITEM = strict_json.document(
    TrashItem(
        "x-1", "x", "/p", "/g", "b", HASH, HASH, 1.5, "remove", 3, "/t", 4, (("k", "v"),), True, "r"
    ).as_json()
)
RECORD = strict_json.document(
    {"time": "20260131-140500",
     "entries": [{"name": "a", "git_dir": "/g", "branch": "b", "before": HASH, "after": HASH,
                  "undone": False}],
     "running": {"branch": "b", "head": HASH, "index": HASH, "original": HASH,
                 "status": [{"path": "p", "kind": "changed", "index": ".", "worktree": "M",
                             "origin": None, "submodule": False}]}}
)  # fmt: skip
LANDING = strict_json.document(
    {"time": "20260131-140500", "base": "main", "strategy": "merge", "before": HASH,
     "landed": [{"session": "a", "branch": "f/a", "commit": HASH, "tree": HASH, "before": HASH,
                 "after": HASH}],
     "running": {"doing": "land", "session": "b", "branch": "f/b", "commit": HASH, "tree": HASH,
                 "before": HASH, "new": "", "git_dir": "/g",
                 "standing": {"branch": "b", "head": HASH, "index": HASH, "original": HASH,
                              "status": []}},
     "pushing": None,
     "pushed": {"name": "origin/main", "remote": "origin", "ref": "refs/heads/main",
                "before": HASH, "after": HASH},
     "undone": False}
)  # fmt: skip
CACHE = strict_json.document(
    {"format": 4, "fingerprint": "f",
     "verdicts": [["a", "b", "c",
                   {"level": 3, "dirty": False, "raw": False, "limited": "", "notes": ["n"],
                    "trees": [HASH], "first": "", "landed": "",
                    "paths": [{"path": "p", "level": 3, "kind": "content", "text": "t",
                               "ours": [{"start": 1, "count": 2}], "theirs": []}]}]],
     "since": [["a", "b", 3, 1.5]]}
)  # fmt: skip
JOURNAL = b"".join(
    strict_json.compact({"when": n, "who": "a", "what": "lock", "about": {"n": n}, "undo": ""}
    ).encode() + b"\n"
    for n in (1, 2)
)  # fmt: skip
WAITING = strict_json.document(
    {"schema": 1,
     "waiting": [{"id": "i", "owner": "a", "targets": ["x"], "blockers": ["b"], "host": "h",
                  "boot": "b", "pid": 5, "start": "1"}]}
)  # fmt: skip
MESSAGE = strict_json.document(
    {"schema": 1, "id": "5_x", "kind": "prompt", "from": "b", "text": "go on", "at": 5.5}
)
SETTINGS = strict_json.document(
    {"disableAllHooks": False,
     "hooks": {"Stop": [{"matcher": "", "hooks": [{"type": "command", "command": "pdev x"}]}]}}
)  # fmt: skip
NOTE = b'{"verb": "remove", "about": {"item": {"session": "x"}}}\n{"step": "kept"}\n'

CHECKED = CheckKey("b" * 40, ("make test",), "Linux x86_64")
CHECK = json.dumps(
    {
        "schema": 1, "key": asdict(CHECKED) | {"commands": ["make test"]}, "commit": HASH,
        "status": 0, "failed": "", "at": 1750000000.5, "seconds": 1.5,
    }
).encode()  # fmt: skip


def _read_check(root: Path) -> object:
    found = KeptChecks(root / "checks").record(CHECKED)
    return found, condition(found, HASH, 2e9)


PROOFS = json.dumps(
    {
        "schema": 1,
        "proofs": [
            asdict(
                JointProof(
                    at=1750000000.5, base="main", base_commit=HASH, strategy="merge",
                    commands=("make test",), environment="Linux x86_64",
                    members=(Member("a", HASH), Member("b", HASH)), aboard=("a",),
                    breaks=(ProvedBreak(("a", "b"), ("t",), ("a", "b"), HASH, "/log"),),
                    out=(LeftOut("c", "why"),), base_fails=("old",), unsteady=("u",),
                    unknown="", tree=HASH, runs=3, known=1, seconds=1.5, log="/log",
                )
            )
        ],
    }
).encode()  # fmt: skip


def _read_proofs(root: Path) -> object:
    found = KeptProofs(root).all()
    heads = {"a": HASH, "b": HASH}
    return found, marks(found, heads, HASH, commands=("make test",)).pair("a", "b")


READERS: tuple[Reader, ...] = (
    Reader(
        "a session's own page",
        ("adapters/agents/own_pages",),
        ".claude/status.md",
        b"# Status\n\n## Current task\nThe parser\n",
        lambda root: OwnPageFiles(str(root / "none")).read([str(root)]),
        json=False,
    ),
    Reader(
        "setup for others",
        ("adapters/config/prepared",),
        ".cursor/worktrees.json",
        b'{"setup-worktree": ["npm ci"]}',
        prepared.read,
    ),
    Reader(
        "setup for others, as TOML",
        ("adapters/config/prepared",),
        ".codex/environments/environment.toml",
        b'[setup]\nscript = "npm ci"\n',
        prepared.read,
        json=False,
    ),
    Reader(
        "a layout",
        ("adapters/layouts/file",),
        "layout.yaml",
        b"session_name: x\nwindows: [{panes: [top, {shell_command: [a, {cmd: b}]}]}]\n",
        lambda root: layout_file.read(str(root / "layout.yaml"), {"HOME": str(root)}),
        json=False,
    ),
    Reader(
        "a layout as JSON",
        ("adapters/layouts/file",),
        "layout.json",
        b'{"windows": [{"panes": ["top", {"command": "x", "size": 30}]}]}',
        lambda root: layout_file.read(str(root / "layout.json"), {"HOME": str(root)}),
    ),
    Reader("grants of ports", ("adapters/machine/ledger",), "ports.json", GRANTS, _read_grants),
    Reader(
        "place in line",
        ("adapters/machine/slot_files",),
        "slot-test.00000001.run",
        json.dumps({"limit": 1, "pid": 1, "started": "", "place": "x", "asked": 5}).encode(),
        _read_place,
    ),
    Reader("proofs", ("adapters/disk/proofs",), "proofs.json", PROOFS, _read_proofs),
    Reader(
        "seen",
        ("adapters/disk/seen",),
        "state/pdev/seen/2d09593ea5e01029.json",
        b'{"format": 1, "repository": "/r/.git", "seen": ["1_x", "2_y"]}',
        lambda root: SeenFile("/r/.git", {"XDG_STATE_HOME": str(root / "state")}).read(),
    ),
    Reader(
        "share",
        ("adapters/git/hosts/choice",),
        "run/share.json",
        json.dumps(
            {"format": 1, "mode": "work", "remote": "origin", "host": "red", "clone": "c"}
        ).encode(),
        lambda root: ShareFile(str(root / "run")).read(),
    ),
    Reader(
        "reached",
        ("adapters/ssh/known",),
        "run/ssh.json",
        b'{"format": 1, "hosts": {"red": {"ssh": "me@red", "program": "bin/pdev"}}}',
        lambda root: KnownFile(str(root / "run")).read(),
    ),
    Reader(
        "clones",
        ("adapters/ssh/known",),
        "clones/0123456789abcdef",
        b"/",
        lambda root: CloneNotes(root / "clones").find("0123456789abcdef"),
        json=False,
    ),
    Reader(
        "requests",
        ("adapters/disk/seen_requests",),
        "run/shown/requests.json",
        json.dumps(
            {
                "schema": 1,
                "requests": [
                    {
                        "number": 1,
                        "branch": "a",
                        "state": "open",
                        "checks": "pass",
                        "title": "t",
                        "url": "u",
                        "seen": 5.0,
                    },
                ],
            }
        ).encode(),
        lambda root: seen_requests.read(str(root / "run"), 6.0),
    ),
    Reader(
        "check",
        ("adapters/disk/checks",),
        "checks/89fec47d41eacc5003ca028dc7092de7.json",
        CHECK,
        _read_check,
    ),
    Reader(
        "lock",
        ("adapters/store/files/documents/locks", "adapters/store/files/mechanics/json_document"),
        f"{ROOT}/locks/a.lock",
        b"w\n",
        _read_lock,
        json=False,
    ),
    Reader(
        "sidecar",
        ("adapters/store/files/documents/locks",),
        f"{ROOT}/locks/.meta/a.json",
        SIDECAR,
        _read_lock,
    ),
    Reader(
        "state",
        ("adapters/store/files/documents/state", "model/sharing/conflict_report"),
        f"{ROOT}/parallel-state.json",
        STATE,
        _read_state,
    ),
    Reader(
        "event",
        (
            "adapters/store/files/documents/events",
            "model/sharing/sentences",
            "model/sharing/told_once",
            "cli/commands/events",
        ),
        f"{ROOT}/events/5_x.json",
        EVENT,
        _read_event,
    ),
    Reader(
        "tasks",
        ("adapters/store/files/documents/tasks",),
        f"{ROOT}/session-a-tasks.md",
        b"# a\n- [ ] x\n",
        _read_store,
        json=False,
    ),
    Reader(
        "agent's own state",
        ("adapters/agents/mechanics/watched_folder",),
        f"home/sessions/{os.getpid()}.json",
        json.dumps(fake_agent.record(os.getpid(), "waiting", waitingFor="input needed")).encode(),
        _read_agents,
    ),
    Reader(
        "what hooks told",
        (),
        f"{ROOT}/pdev/agents/a--{os.getpid()}.json",
        HOOK,
        _read_agents,
    ),
    Reader(
        "end of a conversation",
        ("adapters/agents/conversations",),
        f"home/projects/-w/{'c' * 12}.jsonl",
        REPLY,
        lambda root: Conversations(str(root / "home")).use("c" * 12, "/w"),
    ),
    Reader(
        "looks at sessions",
        ("adapters/agents/looked",),
        "git/pdev/looked.json",
        b'{"schema": 1, "looked": {"/w": 1750000000.5}}',
        _read_looks,
    ),
    Reader(
        "waiting",
        ("adapters/store/files/documents/waiting",),
        f"{ROOT}/pdev/waiting.json",
        WAITING,
        _read_waiting,
    ),
    Reader(
        "message",
        ("adapters/store/files/documents/outbox",),
        f"{ROOT}/pdev/outbox/a/5_x.json",
        MESSAGE,
        _read_outbox,
    ),
    Reader(
        "journal",
        ("adapters/store/files/documents/journal", "adapters/store/files/documents/journal_check"),
        f"{ROOT}/pdev/journal.jsonl",
        JOURNAL,
        _read_journal,
        json=False,
    ),
    Reader(
        "status page",
        ("adapters/store/files/documents/page",),
        f"{ROOT}/status.md",
        b"# x\n",
        lambda root: _store(root).root.read("status.md"),
        json=False,
    ),
    Reader(
        "note of a change",
        ("adapters/undo/intents",),
        "n/remove-1.jsonl",
        NOTE,
        _read_intents,
        json=False,
    ),
    Reader("trash", ("adapters/undo/trash",), "trash/x-1/manifest.json", ITEM, _read_trash),
    Reader(
        "sync",
        ("adapters/undo/sync_record",),
        "git/pdev/sync/20260131-140500.json",
        RECORD,
        _read_sync,
    ),
    Reader(
        "landing",
        ("adapters/undo/landing_record",),
        "git/pdev/landings/20260131-140500.running",
        LANDING,
        _read_landing,
    ),
    Reader(
        "trust",
        ("adapters/config/trust",),
        "state/pdev/trust.json",
        b'{"format": 1, "granted": {"h": "r"}}',
        lambda root: TrustFile({"XDG_STATE_HOME": str(root / "state")}).trusts("r", "c"),
    ),
    Reader(
        "habits",
        ("adapters/disk/habits",),
        "state/pdev/view.json",
        b'{"format": 1, "theme": "nord", "zoom": "detail", "tab": "diff", "order": "name"}',
        lambda root: HabitsFile({"XDG_STATE_HOME": str(root / "state")}).read(),
    ),
    Reader(
        "agent settings",
        ("adapters/config/agent_settings",),
        f"{ROOT}/settings.json",
        SETTINGS,
        lambda root: agent_settings.read(str(root), str(root), {}),
    ),
    Reader(
        "hook reports",
        ("adapters/config/hook_reports",),
        f"{ROOT}/pdev/agents/x--1.json",
        b'{"agent": "claude", "session": "x", "at": 1.5}',
        lambda root: hook_reports.reports(str(root / ROOT)),
    ),
    Reader(
        "hook troubles",
        ("adapters/config/hook_reports",),
        f"{ROOT}/pdev/warnings/hook-x--1.json",
        b'{"session": "x", "at": 1.5, "what": ["it"], "count": 2}',
        lambda root: hook_reports.troubles(str(root / ROOT)),
    ),
    Reader(
        "settings for hooks",
        ("adapters/config/hook_files",),
        f"{ROOT}/settings.local.json",
        b'{"hooks": {"Stop": [{"hooks": [{"command": "x pdev-hook"}]}]}}',
        lambda root: _read_hook_settings(root),
    ),
    Reader(
        "configuration",
        ("adapters/config/yaml_file",),
        f"{ROOT}/parallel-config.yml",
        b"base: main\n",
        lambda root: yaml_file.read(str(root / ROOT / "parallel-config.yml")),
        json=False,
    ),
    Reader(
        "a list of tasks or bugs",
        ("adapters/config/team_files",),
        "bugs.md",
        b"- the login is slow\n",
        lambda root: team_files(root).lines("bugs.md"),
        json=False,
    ),
    Reader(
        "starts of teams",
        ("adapters/undo/team_record",),
        "git/pdev/teams/up-20260131T140500Z.jsonl",
        b'{"what": "begin", "team": "t", "when": 5}\n{"what": "end"}\n',
        lambda root: TeamRecordFiles(root / "git/pdev/teams").all(),
        json=False,
    ),
    Reader(
        "heads of a merge",
        ("adapters/git/read/changed_paths",),
        "dir/MERGE_HEAD",
        f"{HASH}\n".encode(),
        lambda root: changed_paths.merged_heads(str(root / "dir")),
        json=False,
    ),
    Reader(
        "compiled boundaries",
        ("adapters/disk/policy_file",),
        f"{ROOT}/pdev/policy.json",
        b'{"schema": 1, "base": {"name": "main"}, "sessions": [{"owns": [[0, "a", ["a"]]]}]}',
        lambda root: PolicyFile(str(root / ROOT), str(root / "git")).read(),
    ),
    Reader(
        ".worktreeinclude",
        ("adapters/disk/carry",),
        ".worktreeinclude",
        b".env\n",
        carry.include_patterns,
        json=False,
    ),
    Reader(
        "carried files",
        ("adapters/disk/carry",),
        "dir/pdev-carried.json",
        b'{"files": {"a": "file 1 2"}}',
        lambda root: carry.Untouched.of(root, root / "dir"),
    ),
    Reader(
        "log of HEAD",
        ("adapters/git/repo/worktree_list",),
        "git/logs/HEAD",
        b"0 1 A <a@b> 1 +0000\tcommit: x\n",
        lambda root: worktree_list.last_commit(str(root / "git"), "1"),
        json=False,
    ),
    Reader(
        "verdicts", ("adapters/git/simulate/verdict/cache",), "overlap/odd.json", CACHE, _read_cache
    ),
    Reader(
        "exclude",
        ("adapters/disk/git_exclude",),
        "git/info/exclude",
        b"x\n",
        lambda root: git_exclude.contents(root / "git"),
        json=False,
    ),
    Reader(
        "attributes",
        ("adapters/git/simulate/snapshot/conversion",),
        "attributes",
        b"* text\n",
        _read_attributes,
        json=False,
    ),
    Reader(
        "pointer",
        (
            "adapters/git/repo/gitdir_pointer",
            "adapters/disk/local",
            "adapters/git/repo/recorded_name",
            "adapters/git/repo/worktree_list",
        ),
        "tree/.git",
        b"gitdir: /x\n",
        _read_pointers,
        json=False,
    ),
    Reader(
        "pointer seen without git",
        ("adapters/git/repo/nearby",),
        "tree/.git",
        b"gitdir: /x\n",
        lambda root: nearby.common_dir_near(str(root / "tree"), {}),
        json=False,
    ),
    Reader(
        "numbers for a status line",
        ("adapters/disk/segment",),
        "pdev/shown/segment",
        f"1 {os.getpid()} {liveness.start_token(os.getpid())}\nwaiting 1\n".encode(),
        lambda root: segment.read(str(root)),
        json=False,
    ),
    Reader(
        "back pointer",
        ("adapters/git/repo/worktree_list",),
        "dir/gitdir",
        b"/x/.git\n",
        _read_git_dir,
        json=False,
    ),
    Reader(
        "name of a session",
        ("adapters/git/repo/worktree_list",),
        "dir/pdev-session",
        b"x\n",
        _read_git_dir,
        json=False,
    ),
    Reader(
        "rebase",
        ("adapters/git/repo/operation",),
        "dir/rebase-merge/head-name",
        b"refs/heads/x\n",
        _read_git_dir,
        json=False,
    ),
    Reader(
        "servers of windows",
        ("adapters/panes/known_servers",),
        "n/0123456789abcdef",
        b"1 \n/tmp/tmux-0/default",
        _read_servers,
        json=False,
    ),
    Reader(
        "settings of GNU Screen",
        ("adapters/screen/escape",),
        "home/.screenrc",
        b"escape ^Bb\n",
        _read_screenrc,
        json=False,
    ),
    Reader(
        "settings of a repository",
        ("adapters/git/repo/ordinary",),
        "plain/.git/config",
        b"[core]\n\tbare = false\n",
        _read_ordinary,
        json=False,
    ),
    Reader(
        "packed references",
        ("adapters/git/repo/ordinary",),
        "plain/.git/packed-refs",
        b"0123456789012345678901234567890123456789 refs/heads/main\n",
        _read_ordinary,
        json=False,
    ),
    Reader(
        "main worktree",
        (
            "adapters/git/repo/identity",
            "adapters/git/unlisted/nested_repositories",
            "adapters/git/simulate/snapshot/under_way",
        ),
        "git/pdev/main-worktree",
        b"/x\n",
        _read_main,
        json=False,
    ),
    Reader(
        "own events",
        ("adapters/store/files/upkeep",),
        "linked/.claude/events/6_y.json",
        EVENT,
        _share_events,
    ),
)
"""Every reader. One that is not listed makes `test_readers.py` fail."""

ELSEWHERE = {
    "model/sharing/told_once": "payloads of events that a reader has understood",
    "adapters/git/hosts/note": "a note of ours to ourselves, which is only shown",
    "model/hosts/reach": "a word of a command line; tested with what it may say",
    "services/hosts/elsewhere": "what `services/hosts/answers` has understood",
    "services/hosts/answers": "what another machine's pdev prints; tested with ssh",
    "adapters/store/postgres/server/admin": "the server's rows, which are JSON",
    "model/hosts/shared": "a line of a commit; tested with what it may say",
    "adapters/undo/followed_base": "a reference and a commit; tested with the command",
    "adapters/store/files/documents/briefs": "written over where it differs, whatever stands there",
    "adapters/git/repo/first_commit": "a commit or nothing; tested with the store on a server",
    "adapters/store/files/contents": "refused where it cannot be read; tested with the transfer",
    "adapters/store/postgres/contents": "the server's rows, which are JSON",
    "adapters/store/postgres/hosts": "the machine's id, which no session writes",
    "adapters/store/postgres/kinds/events": "the server's rows, which are JSON",
    "adapters/store/postgres/kinds/locks": "the server's rows, which are JSON",
    "adapters/store/postgres/kinds/state": "the server's rows, which are JSON",
    "adapters/store/postgres/known": "a copy of the server's rows; tested with the store away",
    "adapters/store/postgres/away": "what waits for the server; tested with the store away",
    "adapters/store/postgres/mirrored/mirror": "the server's rows, and what `LockFiles` reads",
    "adapters/store/postgres/mirrored/claims": "the server's rows, and what `LockFiles` reads",
    "adapters/store/postgres/leases": "the server's rows, which are JSON",
    "adapters/store/postgres/store": "the server's rows, which are JSON",
    "services/sharing/events": "a payload from the command line; tested with the command",
    "adapters/process/liveness": "/proc, which no session writes",
    "adapters/machine/look": "/proc, which no session writes",
    "adapters/hosting/programs_of_hosts": "what a program prints; tested with its stand-in",
    "bootstrap/landing/ci": "an event that a service describes; tested with the command",
    "cli/mcp/server": "the answer of a command of our own",
    "adapters/agents/asked": "what a program prints; tested with the doctor",
    "adapters/disk/reports": "what a check wrote; tested with the command",
    "adapters/git/workspaces/preview": "where the train is shown; tested with the command",
    "adapters/agents/not_begun": "/proc, which no session writes",
    "adapters/agents/mechanics/ancestry": "/proc, which no session writes",
}
"""Modules that parse what is no shared file."""
