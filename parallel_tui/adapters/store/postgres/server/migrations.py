"""The tables on the server, the steps from one version of them to the next, and who may do what."""

from __future__ import annotations

from typing import Final

_FIRST: Final = """
CREATE TABLE pdev.meta (version integer NOT NULL);
INSERT INTO pdev.meta VALUES (0);
CREATE TABLE pdev.repository (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text COLLATE "C" NOT NULL UNIQUE,
    name text NOT NULL,
    revision bigint NOT NULL DEFAULT 0,
    rest json NOT NULL DEFAULT '{}'
);
CREATE TABLE pdev.lock (
    repository integer NOT NULL REFERENCES pdev.repository ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    owner text,
    generation bigint NOT NULL,
    host text,
    alive timestamptz,
    dead boolean NOT NULL DEFAULT false,
    data json,
    PRIMARY KEY (repository, name)
);
CREATE TABLE pdev.session (
    repository integer NOT NULL REFERENCES pdev.repository ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    data json NOT NULL,
    PRIMARY KEY (repository, name)
);
CREATE TABLE pdev.handoff (
    repository integer NOT NULL REFERENCES pdev.repository ON DELETE CASCADE,
    place bigint NOT NULL,
    closed boolean NOT NULL,
    data json NOT NULL,
    PRIMARY KEY (repository, place)
);
CREATE TABLE pdev.completed (
    repository integer NOT NULL REFERENCES pdev.repository ON DELETE CASCADE,
    place bigint NOT NULL,
    data json NOT NULL,
    PRIMARY KEY (repository, place)
);
CREATE TABLE pdev.task_list (
    repository integer NOT NULL REFERENCES pdev.repository ON DELETE CASCADE,
    session text COLLATE "C" NOT NULL,
    data text NOT NULL,
    PRIMARY KEY (repository, session)
);
CREATE TABLE pdev.waiter (
    repository integer NOT NULL REFERENCES pdev.repository ON DELETE CASCADE,
    place bigint NOT NULL,
    host text NOT NULL,
    pid integer NOT NULL,
    seen timestamptz NOT NULL,
    data json NOT NULL,
    PRIMARY KEY (repository, place)
);
CREATE TABLE pdev.event (
    repository integer NOT NULL REFERENCES pdev.repository ON DELETE CASCADE,
    id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    data json NOT NULL,
    PRIMARY KEY (repository, id)
);
CREATE INDEX event_newest ON pdev.event (repository, at DESC, id DESC);
CREATE TABLE pdev.journal (
    repository integer NOT NULL REFERENCES pdev.repository ON DELETE CASCADE,
    place bigint GENERATED ALWAYS AS IDENTITY,
    data json NOT NULL,
    PRIMARY KEY (repository, place)
);
CREATE TABLE pdev.host (
    repository integer NOT NULL REFERENCES pdev.repository ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    program text NOT NULL,
    skew double precision NOT NULL,
    seen timestamptz NOT NULL,
    until timestamptz NOT NULL,
    PRIMARY KEY (repository, name)
);
"""

_DELIVERED: Final = """
CREATE TABLE pdev.delivered (
    repository integer NOT NULL REFERENCES pdev.repository ON DELETE CASCADE,
    id text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (repository, id)
);
"""

_STAMPED: Final = ("session", "handoff", "completed", "task_list", "lock", "event")
"""Whose rows say with which revision they changed last."""

_SINCE: Final = (
    # Whoever writes a row holds the repository's own from then on, so that revisions come to be
    # in the order of their numbers: who has seen one has seen all rows up to it.
    """
ALTER TABLE pdev.repository ADD COLUMN removed bigint NOT NULL DEFAULT 0;
CREATE FUNCTION pdev.stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT revision + 1 INTO NEW.changed FROM pdev.repository
        WHERE id = NEW.repository FOR NO KEY UPDATE;
    RETURN NEW;
END $$;
CREATE FUNCTION pdev.note_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE pdev.repository SET removed = revision + 1
        WHERE id IN (SELECT repository FROM gone);
    RETURN NULL;
END $$;
"""
    + "".join(
        f"""
ALTER TABLE pdev.{name} ADD COLUMN changed bigint NOT NULL DEFAULT 0;
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON pdev.{name}
    FOR EACH ROW EXECUTE FUNCTION pdev.stamp();
CREATE TRIGGER note_removal AFTER DELETE ON pdev.{name} REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION pdev.note_removal();
ALTER TABLE pdev.{name} ENABLE ALWAYS TRIGGER stamp, ENABLE ALWAYS TRIGGER note_removal;
"""
        for name in _STAMPED
    )
    + """
CREATE INDEX lock_changed ON pdev.lock (repository, changed);
CREATE INDEX event_changed ON pdev.event (repository, changed);
"""
)

_ABOUT: Final = """
ALTER TABLE pdev.host ADD COLUMN about json NOT NULL DEFAULT '{}';
"""

MIGRATIONS: Final = (_FIRST, _DELIVERED, _SINCE, _ABOUT)
"""Each leads from the version that is its place in the list to the next."""

NEWEST: Final = len(MIGRATIONS)
"""The version that this program works with."""

_CHANGED: Final = (
    *("session", "handoff", "completed", "task_list", "waiter", "event", "host", "delivered"),
)


def steps(version: int) -> str:
    """The statements from a version to the newest."""
    rest = "".join(MIGRATIONS[version:])
    first = "" if version else "CREATE SCHEMA IF NOT EXISTS pdev;"
    return f"{first}{rest}UPDATE pdev.meta SET version = {NEWEST};"


def role_sql(role: str) -> str:
    """Statements that make a role which may keep the store, and nothing else.

    Args:
        role: Its name.
    """
    quoted = '"' + role.replace('"', '""') + '"'
    tables = ", ".join(f"pdev.{name}" for name in _CHANGED)
    return f"""\
CREATE ROLE {quoted} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION;
-- Its password, if it needs one: \\password {role}
GRANT USAGE ON SCHEMA pdev TO {quoted};
GRANT SELECT ON ALL TABLES IN SCHEMA pdev TO {quoted};
GRANT INSERT, UPDATE, DELETE ON {tables} TO {quoted};
-- Locks keep their generation and the journal its lines: neither is ever deleted.
GRANT INSERT, UPDATE ON pdev.repository, pdev.lock TO {quoted};
GRANT INSERT ON pdev.journal TO {quoted};
-- Tables that `pdev store migrate` adds later, where the same owner runs it.
ALTER DEFAULT PRIVILEGES IN SCHEMA pdev GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {quoted};
"""
