"""Whatever stands where a file should be: no reader crashes, waits, or changes it."""

from __future__ import annotations

import ast
import json
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parallel_tui.errors import ParallelError
from tests.odd.readers import ELSEWHERE, READERS, ROOT, SIDECAR, Reader

PACKAGE: Final = Path(__file__).parents[2] / "parallel_tui"

ODD_VALUES: Final = (
    "NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e308", "9" * 400, "9" * 5000,
    "9007199254740993",
    "9007199254740991",
    "253402300800000",
    "-9007199254740991", "-1", "0", "0.5", "true", "false", "null", "[]", "{}", '""', '"x"',
    r'"\ud83d"', r'"\udc80"', r'"\u0000"', r'"a\u0000b"', r'"[x](y)\u001b]52;c;"', '"[unclosed"',
    '"!x"', '"../../x"', '"/etc/passwd"', '"x\\ny"', '"' + "x" * 70000 + '"',
    "[" * 150 + "]" * 150, '{"a":' * 150 + "1" + "}" * 150, "[" * 50000, '{"a":1,"a":2}',
    '[["a"]]', '{"a":{"b":NaN}}', "[null]", "[1e400]", "undefined", "'x'",
)  # fmt: skip

BYTES: Final = (
    b"", b" ", b"\n", b"\0", b"\0" * 5000, b"\xff\xfe", b"\xff", b"\xef\xbb\xbf", b"{", b"[]",
    b"null", b"NaN", b'"x"', b"7", b"{}", b"\xed\xa0\xbd", b"x" * 200000, b"\r\n\r\n", b"---\n",
    b"<<<<<<< a\n=======\n>>>>>>> b\n", b"[" * 100000, b'{"a":' * 5000, b"\x80abc\n",
    b"gitdir: \0\n", b"\x1b]0;x\x07", "\u202e\u2028".encode(), b"a: &a [*a, *a]\n",
)  # fmt: skip


@contextmanager
def placed(reader: Reader) -> Iterator[tuple[Path, Path]]:
    """A folder with what the reader needs; also the path of its file, which is not there."""
    root = Path(tempfile.mkdtemp(prefix="odd-"))
    try:
        path = root / reader.path
        path.parent.mkdir(parents=True, exist_ok=True)
        (root / ROOT).mkdir(exist_ok=True)
        if reader.name == "sidecar":
            (root / ROOT / "locks/a.lock").write_bytes(b"w\n")
        if reader.name == "lock":
            (root / ROOT / "locks/.meta").mkdir()
            (root / ROOT / "locks/.meta/a.json").write_bytes(SIDECAR)
        yield root, path
    finally:
        shutil.rmtree(root)


def look(reader: Reader, root: Path) -> object:
    """Read; what a person is told is a right answer, any other error is none."""
    try:
        return reader.read(root)
    except ParallelError as error:
        return error


def check(reader: Reader, content: bytes) -> None:
    with placed(reader) as (root, path):
        path.write_bytes(content)
        look(reader, root)
        # A note cut off before its first line is nobody's; a server that ended is forgotten.
        if reader.name not in ("note of a change", "servers of windows"):
            assert path.read_bytes() == content


SILENT: Final = ("trust", "exclude", "attributes", "main worktree")
"""Readers that answer the same where the file is missing."""


def ids(reader: Reader) -> str:
    return reader.name


@pytest.mark.parametrize("reader", READERS, ids=ids)
def test_what_is_well_is_read(reader: Reader) -> None:
    with placed(reader) as (root, path):
        missing = look(reader, root)
        path.write_bytes(reader.sample)
        found = look(reader, root)
        assert not isinstance(found, ParallelError), found
        assert repr(found) != repr(missing) or reader.name in SILENT


@pytest.mark.parametrize("reader", READERS, ids=ids)
def test_odd_bytes(reader: Reader) -> None:
    tail = reader.sample
    for odd in (
        *BYTES,
        b"\xef\xbb\xbf" + tail,
        tail.replace(b"\n", b"\r\n"),
        tail + b"\0",
        tail[:-9],
    ):
        check(reader, odd)


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's name must be short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


def _piped(path: Path) -> None:
    os.mkfifo(f"{path}-pipe")
    path.symlink_to(f"{path}-pipe")


def _unreadable(path: Path) -> None:
    path.write_bytes(b"x\n")
    path.chmod(0)


THINGS: Final[dict[str, Callable[[Path], object]]] = {
    "fifo": _fifo,
    "socket": _socket,
    "folder": Path.mkdir,
    "huge": _huge,
    "unreadable": _unreadable,
    "link to a device": lambda path: path.symlink_to("/dev/zero"),
    "link to itself": lambda path: path.symlink_to(path.name),
    "link to nothing": lambda path: path.symlink_to("gone"),
    "link to a pipe": _piped,
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize("reader", READERS, ids=ids)
def test_what_is_no_file_is_never_waited_for(reader: Reader, thing: str) -> None:
    with placed(reader) as (root, path):
        THINGS[thing](path)
        before = path.lstat()
        look(reader, root)
        after = path.lstat()
        assert (after.st_ino, after.st_size) == (before.st_ino, before.st_size)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _places(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _places(each, (*path, number))


def with_odd(sample: bytes, place: tuple[Any, ...], odd: str) -> bytes:
    """A document with one value in it replaced by a text that need not be JSON."""
    data = json.loads(sample)
    mark = "\ufffcODD"
    if not place:
        return odd.encode()
    inner = data
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = mark
    return json.dumps(data, ensure_ascii=False).replace(f'"{mark}"', odd).encode()


@pytest.mark.parametrize("reader", [each for each in READERS if each.json], ids=ids)
def test_one_odd_value_at_any_depth(reader: Reader) -> None:
    for place in _places(json.loads(reader.sample)):
        for odd in ODD_VALUES:
            check(reader, with_odd(reader.sample, place, odd))


JSON: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["a", "b", "../x", "[", "\0", "\ud83d"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=10,
)


@pytest.mark.parametrize("reader", READERS, ids=ids)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_anything(reader: Reader, data: st.DataObject) -> None:
    if not reader.json or data.draw(st.integers(0, 3)) == 0:
        content = bytearray(reader.sample)
        for _ in range(data.draw(st.integers(1, 4))):
            start = data.draw(st.integers(0, len(content)))
            end = data.draw(st.integers(start, len(content)))
            content[start:end] = data.draw(st.binary(max_size=12))
        check(reader, bytes(content))
        return
    places = list(_places(json.loads(reader.sample)))
    odd = json.dumps(data.draw(JSON))
    check(reader, with_odd(reader.sample, data.draw(st.sampled_from(places)), odd))


READS: Final = {
    "reading.read", "reading.read_json", "reading.opened", "reading.json_object",
    "small_file.read", "json_document.load", "strict_json.parse",
}  # fmt: skip
OF_FOLDERS: Final = ("folder.read", "folder.read_tail", "root.read", "own.read")

OPENS: Final = {
    "json.load", "json.loads", "json.dump", "json.dumps", "open", "os.open", "os.fdopen",
    "tempfile.mkstemp", "os.write",
}  # fmt: skip
METHODS: Final = ("read_text", "read_bytes", "write_text", "write_bytes")

MAY_OPEN: Final = {
    "model/text/strict_json": "the one reader and writer of JSON",
    "model/text/json_spans": "a layout that is a text's own; opens no file",
    "adapters/disk/reading": "the one reader of shared files",
    "adapters/small_file": "the same for git's tiny files",
    "cli/quick_imports": "our own compiled modules",
    "adapters/disk/drafts": "the one writer of drafts",
    "adapters/disk/segment": "a file of our own that is worth nothing after a crash",
    "adapters/disk/scratch/folders": "a folder of our own, private to the user",
    "adapters/disk/files": "folders, guards and copies, by descriptor",
    "adapters/store/files/mechanics/folder": "folders below the root, by descriptor",
    "adapters/undo/intents": "a note is held by a lock while it is looked at",
    "model/policy/core": "git's references, for a hook that can import nothing",
    "adapters/process/asking": "/proc",
    "adapters/process/limited": "a pipe to a guard of our own",
    "adapters/process/in_front": "/proc",
    "adapters/process/liveness": "/proc",
    "adapters/process/leaders": "/proc",
    "adapters/screen/hardcopy": "a folder of our own, private to the user",
    "adapters/screen/windows": "a folder of our own, private to the user",
    "adapters/process/table": "/proc",
    "adapters/machine/look": "/proc",
    "adapters/git/hosts/alone": "nothing is read; it is held by a lock",
    "adapters/machine/slot_files": "a place in line is held by a lock while it is looked at",
    "adapters/git/simulate/snapshot/signature": "/proc",
    "adapters/git/simulate/quarantine": "a folder of our own, private to the user",
    "adapters/git/simulate/snapshot/work": "copies an index of git's",
    "adapters/git/simulate/merge/attributes": "writes into a folder of our own",
    "adapters/git/simulate/snapshot/contents": "files of a worktree, looked at before",
    "adapters/git/simulate/snapshot/without_index": "files of a worktree, opened without waiting",
    "adapters/git/read/inventory": "a folder of our own, private to the user",
    "adapters/git/read/diff": "files of a worktree, looked at before",
    "adapters/git/repo/referenced_objects": "git's own files, looked at before",
    "adapters/git/write/backup": "reflogs",
    "adapters/git/merged/lineage": "reflogs",
    "adapters/git/unlisted/only_here": "reflogs",
    "adapters/git/run/failed_children": "a record that git writes for us alone",
    "adapters/git/write/half_look": "git's own files during a rebase, and files it was writing",
    "adapters/git/unlisted/hidden_edits": "files of a worktree, looked at before",
    "adapters/git/simulate/snapshot/marked_files": "an index of git's",
    "adapters/git/simulate/resolutions": "git's own files, looked at before; a folder of our own",
    "adapters/git/simulate/large_files": "a folder of our own, private to the user",
    "adapters/disk/proofs": "a note is held by a lock while it is looked at",
    "adapters/git/workspaces/borrowing": "a folder of our own; git's own files, looked at before",
    "adapters/git/workspaces/pool": "a folder of our own, private to the user",
    "adapters/git/workspaces/workspace": "a folder of our own, private to the user",
    "model/settings/consent_question": "quotes a name; reads and writes no file",
    "adapters/agents/asks": "an answer, made once and private",
    "adapters/git/write/rebase": "git's own files during a rebase",
    "adapters/git/write/writer": "git's own files during a rebase",
    "services/sync/recovery": "git's own files during a rebase",
    "services/doctor/doctor": "/proc",
    "services/sharing/tasks": "a file that the user names",
    "adapters/config/boundary_file": "quotes names; reads and writes no file by itself",
    "adapters/undo/team_record": "a file of our own, to which lines are appended",
    "engine/watching/tree_link": "a child of our own",
    "engine/watching/tree_child": "its parent",
    "engine/watching/limits": "/proc",
    "engine/watching/directories": "a pipe of its own",
    "adapters/store/postgres/watch": "a pipe of its own",
    "adapters/tmux/listening/control": "a pipe to a client of its own",
    "cli/commands/send": "a file that the user names",
    "cli/commands/spawn": "a file that the user names",
    "cli/render/output": "/dev/null",
    "cli/commands/watch": "a pipe of its own",
    "cli/mcp/wire": "standard input and output",
    "cli/mcp/server": "/dev/null",
    "ui/start/driver": "/dev/null",
    "ui/crash": "writes its report",
}
"""Modules that open files by themselves, each with the reason."""


def _calls() -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        module = str(path.relative_to(PACKAGE)).removesuffix(".py")
        if module.startswith("demo/"):
            continue
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call):
                yield module, ast.unparse(node.func)


def test_every_module_that_reads_shared_files_is_listed() -> None:
    reading = {
        module for module, call in _calls() if call in READS or call.endswith(OF_FOLDERS)
    } - {"adapters/disk/reading"}
    listed = {module for reader in READERS for module in reader.modules} | set(ELSEWHERE)
    assert reading == listed


def test_nobody_opens_files_in_another_way() -> None:
    opening = {
        module for module, call in _calls() if call in OPENS or call.rpartition(".")[2] in METHODS
    }
    assert opening - set(MAY_OPEN) == set()
