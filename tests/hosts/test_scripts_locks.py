"""The guide's `lock-files.sh`, unmodified, on machines whose locks stand on one server."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from parallel_tui.adapters.store.files.contents import FileContents
from parallel_tui.model.sharing.lock import Lock
from parallel_tui.model.sharing.sentences import event_sentence
from parallel_tui.model.sharing.words import script_words
from parallel_tui.record import replace
from tests.guide.test_lock_files import guide
from tests.hook.calling import Agent
from tests.hosts.test_machines import on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from parallel_tui.adapters.store.postgres.store import PostgresStore

__all__ = ["on"]


class Machine:
    """A clone on a machine of its own, where people call the guide's script."""

    def __init__(
        self,
        name: str,
        machine: Callable[..., PostgresStore],
        on: Callable[[str], None],
        tmp_path: Path,
    ) -> None:
        self.name = name
        self.on = on
        self.root = tmp_path / name
        self.root.mkdir()
        self.store = machine(f"{name}/.claude")

    def script(self, session: str, *args: str) -> str:
        """Call the script here."""
        return guide(self.root, session, *args).stdout.strip()

    def read(self) -> dict[str, Lock]:
        """Locks by name, as they are known here."""
        self.on(self.name)
        return {lock.name: lock for lock in self.store.read().locks}

    def lock(self, name: str, owner: str) -> Lock | None:
        """Take a lock here."""
        self.on(self.name)
        with self.store.change(owner) as tx:
            return tx.locks.grant(Lock(name, name, owner, since=tx.now))

    def unlock(self, name: str) -> None:
        """Release a lock here, as somebody does who may."""
        self.on(self.name)
        with self.store.change("somebody") as tx:
            lock = tx.locks.get(name)
            assert lock is not None
            tx.locks.remove(lock)


@pytest.fixture
def red(
    machine: Callable[..., PostgresStore], on: Callable[[str], None], tmp_path: Path
) -> Machine:
    """One machine."""
    return Machine("red", machine, on, tmp_path)


@pytest.fixture
def green(
    machine: Callable[..., PostgresStore], on: Callable[[str], None], tmp_path: Path
) -> Machine:
    """Another one."""
    return Machine("green", machine, on, tmp_path)


def test_a_scripts_lock_is_everybodys_until_the_script_unlocks(
    red: Machine, green: Machine
) -> None:
    assert red.script("auth", "lock", "src/app.py") == "Locked: src/app.py"
    first = red.read()["src_app.py"]
    seen = green.read()["src_app.py"]
    assert (seen.elsewhere, replace(seen, elsewhere="")) == ("red", first)
    assert (seen.owner, seen.target, seen.foreign) == ("auth", "src/app.py", True)
    assert script_words(seen)[0].startswith("made by a script on red")
    assert green.lock("src_app.py", "api") is None
    assert green.script("api", "lock", "src/app.py") == "File locked by session: auth"
    assert red.script("auth", "unlock", "src/app.py") == "Unlocked: src/app.py"
    red.read()
    assert green.read() == {}
    assert green.script("api", "lock", "src/app.py") == "Locked: src/app.py"
    second = green.read()["src_app.py"]
    assert (second.owner, second.generation) == ("api", first.generation + 1)
    red.read()
    assert red.script("auth", "lock", "src/app.py") == "File locked by session: api"


def test_a_script_that_was_not_first_is_told_and_so_is_who_was(
    red: Machine, green: Machine
) -> None:
    granted = red.lock("a.py", "auth")
    assert green.script("api", "lock", "a.py") == "Locked: a.py", "nobody has looked there yet"
    seen = green.read()["a.py"]
    assert granted is not None
    assert (seen.owner, seen.generation) == ("auth", granted.generation)
    assert replace(red.read()["a.py"], elsewhere="red") == seen
    assert script_words(seen)[0].startswith("api has a lock file for it on green")
    file = green.root / ".claude/locks/a.py.lock"
    assert file.read_text() == "api\n", "never deleted silently"
    for each in (red, green):
        each.read()
    (event,) = red.store.read().events
    assert set(event.recipients) == {"auth", "api"}
    assert event_sentence(event).startswith("A script of api on green")
    with red.store.change("auth") as tx:  # as an agent does that goes on with it
        tx.locks.renew(Lock("a.py", "a.py", "auth", since=1.0))
    assert red.read()["a.py"].rivals == seen.rivals

    red.unlock("a.py")
    assert (green.read()["a.py"].owner, red.read()["a.py"].owner) == ("api", "api")
    assert len(red.store.read().events) == 1
    green.script("api", "unlock", "a.py")
    green.read()
    assert red.read() == {}


def test_a_script_that_gives_up_is_forgotten(red: Machine, green: Machine) -> None:
    red.lock("a.py", "auth")
    green.script("api", "lock", "a.py")
    assert green.read()["a.py"].rivals
    green.script("api", "unlock", "a.py")
    green.read()
    assert red.read()["a.py"].rivals == ()
    assert green.script("api", "lock", "a.py") == "File locked by session: auth"


@pytest.mark.parametrize("here", [True, False])
def test_somebody_may_release_a_scripts_lock(red: Machine, green: Machine, here: bool) -> None:
    red.script("auth", "lock", "a.py")
    red.read()
    (red if here else green).unlock("a.py")
    assert red.read() == {}
    assert not (red.root / ".claude/locks/a.py.lock").exists()
    assert green.read() == {}
    assert red.script("auth", "lock", "a.py") == "Locked: a.py"
    assert red.read()["a.py"].owner == "auth"


def test_the_script_unlocks_what_was_locked_by_us(red: Machine, green: Machine) -> None:
    red.lock("a.py", "auth")
    green.read()
    assert red.script("auth", "unlock", "a.py") == "Unlocked: a.py"
    assert red.read() == {}
    red.lock("a.py", "auth")
    green.read()
    assert green.script("auth", "unlock", "a.py") == "Unlocked: a.py"
    assert green.read()["a.py"].owner == "auth", "a machine releases its own alone"
    assert green.script("auth", "lock", "a.py") == "File locked by session: auth"


def test_what_names_nobody_is_left_alone(red: Machine, green: Machine) -> None:
    red.script("auth", "lock", "[x] #{y}.py")
    (red.root / ".claude/locks/empty.lock").touch()
    (red.root / ".claude/locks/folder.lock").mkdir()
    assert [*red.read()] == ["[x] #{y}.py"]
    assert [*green.read()] == ["[x] #{y}.py"]
    assert (red.root / ".claude/locks/empty.lock").exists()


def test_a_lock_of_a_script_is_seen_by_the_first_command(red: Machine, green: Machine) -> None:
    red.script("auth", "lock", "a.py")
    assert red.lock("a.py", "api") is None
    assert green.read()["a.py"].owner == "auth"


def test_who_was_slow_takes_back_nothing_that_others_wrote(red: Machine) -> None:
    from parallel_tui.adapters.store.postgres.mirrored.mirror import mirror

    red.on("red")
    red.lock("b.py", "api")
    with red.store.change("api") as tx:
        old = tx.rows
    red.lock("a.py", "auth")
    assert mirror(red.store.local, old, {}) is False
    assert (red.root / ".claude/locks/a.py.lock").exists()
    assert red.read().keys() == {"a.py", "b.py"}


def test_a_claim_is_in_no_import_s_way(red: Machine) -> None:
    from parallel_tui.adapters.store.postgres.contents import ServerContents

    red.script("auth", "lock", "a.py")
    assert red.read()["a.py"].script is not None
    ServerContents(red.store).put(FileContents(red.store.local).take())
    assert red.read()["a.py"].owner == "auth"


def test_hooks_name_who_has_the_lock_not_whose_file_came_second(
    red: Machine, green: Machine, isolated: dict[str, str]
) -> None:
    subprocess.run(["git", "init", "-q", green.root], env=isolated, check=True)
    agents = {name: Agent(green.root, isolated, session=name) for name in ("api", "auth")}
    file = green.root / "a/b.py"
    details = green.root / ".claude/locks/.meta/a_b.py.json"

    def denied(session: str) -> str:
        return agents[session].edit(file).denied

    red.on("red")
    with red.store.change("auth") as tx:
        tx.locks.grant(Lock("a_b.py", "a/b.py", "auth", since=tx.now, reason="rewriting"))
    green.script("api", "lock", "a/b.py")
    assert (denied("api"), "locked by api" in denied("auth")) == ("", True), "as far as is known"
    green.read()
    assert denied("api").startswith("a/b.py is locked by auth on red, for ")
    assert "“rewriting”" in denied("api")
    assert denied("auth"), "a session of that name here is another one"
    assert (green.root / ".claude/locks/a_b.py.lock").read_text() == "api\n", "the script's stays"

    FileContents(green.store.local).take()  # what is taken to a server is this machine's own
    red.unlock("a_b.py")
    assert green.read()["a_b.py"].owner == "api"
    assert denied("api") == ""
    assert denied("auth").startswith("a/b.py is locked by api")
    assert not details.exists()


def test_hooks_name_a_script_elsewhere_that_came_first(
    red: Machine, green: Machine, isolated: dict[str, str]
) -> None:
    subprocess.run(["git", "init", "-q", green.root], env=isolated, check=True)
    agent = Agent(green.root, isolated, session="api")
    red.script("auth", "lock", "a.py")
    green.script("api", "lock", "a.py")
    red.read()
    green.read()
    assert agent.edit(green.root / "a.py").denied.startswith("a.py is locked by auth on red")
    green.script("api", "unlock", "a.py")
    green.read()
    assert agent.edit(green.root / "a.py").denied.startswith("a.py is locked by auth on red")
    red.script("auth", "unlock", "a.py")
    red.read()
    green.read()
    assert agent.edit(green.root / "a.py").denied == ""
    assert FileContents(green.store.local).take().locks == {}
