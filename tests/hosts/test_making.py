"""Making the store on a server, bringing it up to date, and who may keep it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from parallel_tui.errors import ConfigError, CouldNotLookError, ParallelError, RefusedError
from parallel_tui.model.sharing.lock import Lock
from parallel_tui.model.text.safe import safe
from tests.hosts.server import Server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.adapters.store.postgres.store import PostgresStore


def _run(url: str, *statements: str) -> list[tuple[object, ...]]:
    import psycopg

    with psycopg.connect(url, autocommit=True) as made:
        for each in statements:
            found = made.execute(each.encode())
        return found.fetchall() if found.description else []


def test_tables_are_made_once_and_brought_up_to_date(server: Server) -> None:
    from parallel_tui.adapters.store.postgres.server.address import address_of
    from parallel_tui.adapters.store.postgres.server.admin import ServerAdmin
    from parallel_tui.adapters.store.postgres.server.link import Link
    from parallel_tui.adapters.store.postgres.server.migrations import MIGRATIONS, NEWEST

    url = server.make("making")
    admin = ServerAdmin(address_of(url), "root", "päth [b]")
    with pytest.raises(CouldNotLookError, match="no tables of pdev yet"):
        admin.migrate()
    assert admin.status().version is None
    first, second = admin.init(), admin.init()
    assert (first.made, first.added, second.made, second.added) == (True, True, False, False)
    assert (admin.status().known, admin.migrate()) == (True, (NEWEST, NEWEST))

    # As the version before left it: the same tables without those of the last step.
    _run(url, "DROP SCHEMA pdev CASCADE; CREATE SCHEMA pdev;" + "".join(MIGRATIONS[:-1]))
    _run(url, f"UPDATE pdev.meta SET version = {NEWEST - 1}")
    with pytest.raises(CouldNotLookError, match="version") as old:
        Link(address_of(url), "root", 1.0).ready()
    assert "pdev store migrate" in old.value.hint
    with pytest.raises(CouldNotLookError, match="version"):
        admin.init()
    assert admin.migrate() == (NEWEST - 1, NEWEST)
    with pytest.raises(CouldNotLookError, match="does not know this repository"):
        Link(address_of(url), "another", 1.0).ready()
    _run(url, f"UPDATE pdev.meta SET version = {NEWEST + 1}")
    with pytest.raises(CouldNotLookError) as newer:
        admin.migrate()
    assert "newer pdev" in newer.value.hint


def test_a_role_keeps_the_store_and_can_do_nothing_else(
    server: Server, machine: Callable[..., PostgresStore]
) -> None:
    import psycopg

    from parallel_tui.adapters.store.postgres.server.address import address_of
    from parallel_tui.adapters.store.postgres.server.admin import ServerAdmin
    from parallel_tui.adapters.store.postgres.server.migrations import role_sql

    role = 'keeper "of" one'
    _run(server.url(), role_sql(role), "CREATE ROLE nobody LOGIN")
    _run(server.url(), "CREATE SCHEMA private; CREATE TABLE private.mine (x int)")
    address = server.url(role="keeper%20%22of%22%20one")
    store = machine(url=address)
    with store.change("auth") as tx:
        lock = tx.locks.grant(Lock("a", "a", "auth", since=tx.now))
        tx.journal.add("lock", {"target": "a"})
        tx.events.emit("note", "auth", None)
    assert lock is not None
    with store.change("auth") as tx:
        assert tx.locks.remove(lock)
    assert [each.what for each in store.journal(5)] == ["lock"]
    for forbidden in (
        "CREATE TABLE public.mine (x int)", "DROP TABLE pdev.event", "DELETE FROM pdev.journal",
        "DELETE FROM pdev.lock", "DELETE FROM pdev.repository", "UPDATE pdev.meta SET version = 9",
        "CREATE TABLE pdev.mine (x int)", "CREATE ROLE another", "TRUNCATE pdev.event",
        "UPDATE pdev.journal SET data = '1'", "ALTER TABLE pdev.lock DISABLE TRIGGER stamp",
        "CREATE OR REPLACE FUNCTION pdev.stamp() RETURNS trigger LANGUAGE sql AS 'SELECT 1'",
        "SET session_replication_role = replica", "SELECT pg_read_file('pg_hba.conf')",
        "COPY pdev.event TO PROGRAM 'cat'", "SELECT * FROM private.mine", "CREATE SCHEMA mine",
        "ALTER SYSTEM SET fsync = off", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE usename = 'owner'",
    ):  # fmt: skip
        if "public" in forbidden and _run(server.url(), "SHOW server_version_num") < [("150000",)]:
            continue  # before 15 everybody may, and only the owner of the database can change that
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            _run(address, forbidden)
    stranger = server.url(role="nobody")
    assert "--print-role" in machine(url=stranger).read().problems[0].remedy
    with pytest.raises(RefusedError, match="may not do that"):
        ServerAdmin(address_of(stranger), "k", "n").init()


def test_the_sql_in_the_documents_is_what_is_printed() -> None:
    from parallel_tui.adapters.store.postgres.server.migrations import role_sql

    page = Path(__file__).parents[2] / "docs" / "hosts.md"
    assert f"```sql\n{role_sql('pdev')}```" in page.read_text()


def test_the_owner_deletes_old_lines_of_the_journal_as_documented(
    server: Server, machine: Callable[..., PostgresStore]
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "hosts.md").read_text()
    _, _, rest = page.partition("  DELETE FROM pdev.journal")
    statement = f"DELETE FROM pdev.journal{rest.partition(';')[0]}"
    store = machine()
    with store.change("auth") as tx:
        tx.journal.add("old", {})
        tx.journal.add("new", {})
    age = "jsonb_set(data::jsonb, '{when}', to_jsonb((data->>'when')::float8 - 91 * 86400e3))"
    _run(server.url(), f"UPDATE pdev.journal SET data = {age} WHERE data->>'what' = 'old'")
    assert {each.what for each in store.journal(9)} == {"old", "new"}
    _run(server.url(), statement)
    assert [each.what for each in store.journal(9)] == ["new"]


def test_repositories_in_one_database_are_told_apart(server: Server, tmp_path: Path) -> None:
    from parallel_tui.adapters.store.files.store import FileStore
    from parallel_tui.adapters.store.postgres.server.address import address_of
    from parallel_tui.adapters.store.postgres.server.admin import ServerAdmin
    from parallel_tui.adapters.store.postgres.store import PostgresStore

    address = address_of(server.url())
    stores: list[PostgresStore] = []
    for name in ("root", "root/fork"):
        ServerAdmin(address, f"{tmp_path}/{name}", "app").init()
        files = FileStore(str(tmp_path / name.replace("/", "-")))
        stores.append(PostgresStore(address, f"{tmp_path}/{name}", files))
    one, fork = stores
    fork.read()
    with one.change("auth") as tx:
        assert tx.locks.grant(Lock("a", "a", "auth", since=tx.now))
        tx.events.emit("note", "auth", None)
        tx.journal.add("lock", {})
    seen = fork.read()
    assert (seen.locks, seen.events, fork.journal(9)) == ((), (), ())
    with fork.change("api") as tx:
        made = tx.locks.grant(Lock("a", "a", "api", since=tx.now))
        assert made is not None
        assert made.generation == 1
    assert [each.owner for each in one.read().locks] == ["auth"]
    for each in stores:
        each.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://owner@127.0.0.1:1/pdev", "Connection refused"),
        ("postgresql://owner@127.0.0.1:{port}/none", 'database "none" does not exist'),
        ("postgresql://ghost@127.0.0.1:{port}/pdev", 'role "ghost" does not exist'),
        ("postgresql://owner@127.0.0.1:{port}/pdev?sslmode=require", "does not support SSL"),
    ],
)
def test_a_server_that_cannot_be_used_is_told_in_a_sentence(
    server: Server, machine: Callable[..., PostgresStore], url: str, said: str
) -> None:
    store = machine(url=url.format(port=server.port))
    (problem,) = store.read().problems
    assert said in problem.reason
    assert "\n" not in problem.reason
    assert problem.remedy
    assert store.read().why_lost("locks") == problem.reason
    with pytest.raises(ParallelError, match="cannot be used"), store.change("auth"):
        pass


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:geheim@h/d", "postgresql://h/d?password=geheim", "postgresql://h/d?nö=1",
        "postgresql://u:geheim@h/d?x=y@z", "postgres://:geheim@h",
        "postgresql://h/d?scram_client_key=geheim", "postgresql://h/d?password=x&password=geheim",
    ],
)  # fmt: skip
def test_a_url_that_is_wrong_or_secret_is_refused(url: str) -> None:
    from parallel_tui.adapters.store.postgres.server.address import address_of
    from parallel_tui.model.settings.rows.store import store_url
    from parallel_tui.model.settings.values import WrongValueError

    with pytest.raises(ConfigError) as refused:
        address_of(url)
    assert "geheim" not in refused.value.message
    if "geheim" in url:
        with pytest.raises(WrongValueError) as wrong:
            store_url(url)
        assert "geheim" not in f"{wrong.value.found} {safe(wrong.value.allowed)}"
