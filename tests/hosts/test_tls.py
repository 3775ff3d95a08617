"""An encrypted server with a password: what is demanded of it, and what nobody gets to read."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from parallel_tui.adapters.store.files.store import FileStore
from tests.hosts import keeper, server

PASSWORD = "geh:eim\\'%40 x"  # noqa: S105 - what pgpass and URLs have to escape


@dataclass(frozen=True)
class Secured:
    """A server that takes only encrypted connections, with a password.

    Attributes:
        port: Where it listens.
        authority: File of who has signed its certificate.
        stranger: File of somebody who has not.
        home: Of a user who has the password in `~/.pgpass`.
    """

    port: int
    authority: Path
    stranger: Path
    home: Path

    def url(self, host: str = "localhost", **options: object) -> str:
        """Its database; certificate and name are checked."""
        wanted = {"sslmode": "verify-full", "sslrootcert": self.authority, **options}
        given = "&".join(f"{name}={value}" for name, value in wanted.items())
        return f"postgresql://owner@{host}:{self.port}/postgres?{given}"


def _certificates(folder: Path) -> None:
    def openssl(*args: str) -> None:
        subprocess.run(["openssl", *args], cwd=folder, check=True, capture_output=True)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    for name in ("authority", "stranger"):
        files = ("-keyout", f"{name}.key", "-out", f"{name}.crt")
        openssl("req", "-x509", *key, "-days", "2", "-subj", f"/CN={name}", *files)
    openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost")
    (folder / "names").write_text("subjectAltName=DNS:localhost\n")
    signer = ("-CA", "authority.crt", "-CAkey", "authority.key", "-CAcreateserial", "-days", "2")
    openssl("x509", "-req", "-in", "server.csr", *signer, "-extfile", "names", "-out", "server.crt")


@pytest.fixture(scope="module")
def secured() -> Iterator[Secured]:
    """Such a server of its own."""
    reason = server.why_not() or ("" if shutil.which("openssl") else "no openssl")
    if reason:
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="pdtls-"))
    folder.chmod(0o755)
    _certificates(folder)
    keeper.make(folder)
    for name in ("server.key", "server.crt"):
        shutil.copy(folder / name, folder / "data")
        os.chown(folder / "data" / name, *_owner(folder / "data"))
        (folder / "data" / name).chmod(0o600)
    rules = folder / "data" / "pg_hba.conf"
    rules.write_text("local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n")
    port = server._free_port()
    process = keeper.start(folder, port, "ssl=on", "password_encryption=scram-sha-256")
    try:
        import psycopg

        with psycopg.connect(f"host={folder} port={port} user=owner dbname=postgres") as made:
            made.execute(psycopg.sql.SQL("ALTER ROLE owner PASSWORD {}").format(PASSWORD))
        home = folder / "home"
        home.mkdir()
        written = PASSWORD.replace("\\", "\\\\").replace(":", "\\:")
        (home / ".pgpass").write_text(f"localhost:{port}:*:owner:{written}\n")
        (home / ".pgpass").chmod(0o600)
        yield Secured(port, folder / "authority.crt", folder / "stranger.crt", home)
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait()
        shutil.rmtree(folder)


def _owner(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_uid, found.st_gid


def test_a_certificate_and_a_password_are_demanded(
    secured: Secured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parallel_tui.adapters.store.postgres.server.address import address_of
    from parallel_tui.adapters.store.postgres.server.admin import ServerAdmin
    from parallel_tui.adapters.store.postgres.store import PostgresStore

    monkeypatch.setenv("PGPASSFILE", str(secured.home / ".pgpass"))
    admin = ServerAdmin(address_of(secured.url()), "k", "app")
    admin.init()
    assert admin.status().encrypted

    def said(url: str) -> str:
        store = PostgresStore(address_of(url), "k", FileStore(str(tmp_path)))
        (problem,) = store.read().problems
        assert "\n" not in problem.reason
        assert PASSWORD not in f"{problem}"
        return f"{problem.reason} {problem.remedy}"

    for url, why in {
        secured.url(sslrootcert=secured.stranger): "certificate verify failed Check sslmode",
        secured.url(sslrootcert=tmp_path / "none"): "does not exist",
        secured.url(hostaddr="127.0.0.1", host="127.0.0.1"): "does not match host name",
        secured.url(sslmode="disable"): "pg_hba.conf has to let this role in",
    }.items():
        assert why in said(url)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    assert "no password supplied Put the password into ~/.pgpass" in said(secured.url())
    monkeypatch.setenv("PGPASSWORD", PASSWORD + "?")
    assert "password authentication failed" in said(secured.url())
    monkeypatch.delenv("PGPASSWORD")
    services = tmp_path / "services"
    services.write_text(
        f"[pdev]\nhost=localhost\nport={secured.port}\nuser=owner\ndbname=postgres\n"
        f"password={PASSWORD}\nsslmode=verify-full\nsslrootcert={secured.authority}\n"
    )
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    store = PostgresStore(address_of("postgresql:///?service=pdev"), "k", FileStore(str(tmp_path)))
    assert store.read().problems == ()


def test_nobody_gets_to_read_the_password(secured: Secured, tmp_path: Path) -> None:
    repo = tmp_path / "repo"
    subprocess.run(["git", "init", "-q", "-b", "main", repo], check=True)
    commit = ["git", "commit", "-q", "--allow-empty", "-m", "first"]
    subprocess.run(commit, cwd=repo, check=True)
    env = {**os.environ, "PGPASSWORD": PASSWORD, "PDEV_STORE": secured.url()}
    shown = ""
    for args in (
        ("store", "init"), ("lock", "a", "--session", "auth"), ("store", "status", "--json"),
        ("config", "show"), ("doctor",), ("locks", "--json"),
    ):  # fmt: skip
        command = [sys.executable, "-m", "parallel_tui.cli.main", *args]
        done = subprocess.run(
            command, cwd=repo, env=env, check=False, capture_output=True, text=True
        )
        assert done.stdout or done.stderr
        assert not done.returncode or args[0] == "doctor", done.stderr
        shown += done.stdout + done.stderr
    for path in (repo / ".claude").rglob("*"):
        shown += path.read_text() if path.is_file() else ""
    assert "localhost" in shown
    assert PASSWORD not in shown
    assert "geh:eim" not in shown
