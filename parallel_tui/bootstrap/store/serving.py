"""The store on a server, where the settings name one."""

from __future__ import annotations

from contextlib import suppress

from parallel_tui.errors import ConfigError, CouldNotLookError, GitError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from parallel_tui.adapters.store.files.contents import FileContents
    from parallel_tui.adapters.store.postgres.server.address import ServerAddress
    from parallel_tui.adapters.store.postgres.store import PostgresStore
    from parallel_tui.bootstrap.found import FoundRepository
    from parallel_tui.ports.store import Upkeep
    from parallel_tui.ports.store.contents import StoreContentsPlace
    from parallel_tui.ports.store.server import StoreServer


def server_store(found: FoundRepository) -> PostgresStore:
    """The store that the settings name; nothing is asked of its server yet.

    Raises:
        ConfigError: When the URL cannot be used, or psycopg is not installed.
        CouldNotLookError: When it cannot be told which repository this is.
    """
    address = _address(found)
    from parallel_tui.adapters.store.postgres.store import PostgresStore

    made = PostgresStore(address, repository_key(found), found.files)
    made.notices = found.notices
    made.about = _about(found)
    return made


def _about(found: FoundRepository) -> Callable[[], dict[str, object]]:
    """What this machine says of itself to all who use the store."""

    def look() -> dict[str, object]:
        from parallel_tui.bootstrap import answering

        about = answering.about(found.env)
        return {
            "git": about.git,
            "windows": about.windows,
            "python": about.python,
            "tables": about.schema,
            "path": found.repository.main_path,
        }

    versions: list[dict[str, object]] = []

    def say() -> dict[str, object]:
        from parallel_tui.adapters.git.hosts.choice import ShareFile

        if not versions:
            versions.append(look())
        name = ""
        with suppress(CouldNotLookError):  # told by what shares work
            sharing = ShareFile(found.repository.runtime_dir).read()
            name = sharing.host if sharing.on else ""
        own = found._config.hosts.get(name)
        return {**versions[0], "shares_as": name, "ssh": own.ssh if own is not None else ""}

    return say


def place(found: FoundRepository) -> tuple[ServerAddress, str]:
    """The server that the settings name, and what names the repository there.

    Raises:
        ConfigError: As `server_store` does.
        CouldNotLookError: As `server_store` does.
    """
    return _address(found), repository_key(found)


def upkeep(found: FoundRepository) -> Upkeep:
    """What looks after the store, wherever it is."""
    from parallel_tui.adapters.store.files.upkeep import FileUpkeep

    files = FileUpkeep(found.files)
    if not found.served:
        return files
    address = _address(found)
    from parallel_tui.adapters.store.postgres.upkeep import ServerUpkeep

    return ServerUpkeep(files, address.shown)


def server(found: FoundRepository) -> StoreServer:
    """What makes and looks after the store on the server that the settings name.

    Raises:
        ConfigError: When they name none, the URL cannot be used, or psycopg is not installed.
        CouldNotLookError: When it cannot be told which repository this is.
    """
    address = _address(found)
    from parallel_tui.adapters.store.postgres.server.admin import ServerAdmin

    return ServerAdmin(address, repository_key(found), found.repository.name)


def server_contents(found: FoundRepository) -> StoreContentsPlace:
    """All that the server keeps of the repository, to be taken out or put in at once."""
    from parallel_tui.adapters.store.postgres.contents import ServerContents

    return ServerContents(server_store(found))


def file_contents(found: FoundRepository, root: str | None = None) -> FileContents:
    """All that the files keep, to be taken out or put in at once.

    Args:
        found: The repository.
        root: Another folder than its coordination root.
    """
    from parallel_tui.adapters.store.files.contents import FileContents

    if root is None:
        return FileContents(found.files)
    from parallel_tui.adapters.store.files.store import FileStore

    return FileContents(FileStore(root))


def role_statements(role: str) -> str:
    """SQL that makes a role which may keep the store, and nothing else.

    Args:
        role: Its name.
    """
    from parallel_tui.adapters.store.postgres.server.migrations import role_sql

    return role_sql(role)


def repository_key(found: FoundRepository) -> str:
    """Names the repository in a store that several clones share.

    Raises:
        CouldNotLookError: When it has no commit yet, or this clone not all of them.
    """
    from parallel_tui.adapters.git.repo.first_commit import first_commit

    config = found._config
    try:
        oid = first_commit(found.runner, lambda: found.git.base(config.base).ref)
    except (UsageError, GitError) as error:
        raise CouldNotLookError(
            f"It is not known which repository this is, for it has no base branch: {error.message}",
            hint="Commit something first, then try again.",
        ) from None
    return f"{oid}/{config.store_repository}" if config.store_repository else oid


def _address(found: FoundRepository) -> ServerAddress:
    url = found._config.store
    if not found.served:
        raise ConfigError(
            "`store` names no server: sessions share files of this machine",
            hint="Set it in your own configuration or in PDEV_STORE, as in"
            " postgresql://pdev@db.example.org/pdev",
        )
    try:
        from parallel_tui.adapters.store.postgres.server.address import address_of
    except ImportError as error:
        raise ConfigError(
            f"store: a PostgreSQL store needs psycopg, which cannot be imported ({error})",
            hint="Install it: pip install 'pdev-tui[postgres]'",
        ) from None
    return address_of(url)
