"""`pdev store`: what sessions share, on a server for several machines."""

from __future__ import annotations

import argparse

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render.output import one_line
from parallel_tui.errors import UsageError
from parallel_tui.model.hosts.machines import called
from parallel_tui.model.text import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.cli.render.output import Output
    from parallel_tui.ports.store.server import HostSeen, ServerStatus
    from parallel_tui.services.sharing.transfer import Transferred

_LONGEST_NAME: Final = 63
"""Bytes of a name; PostgreSQL cuts longer ones."""

SKEWED: Final = 2.0
"""Seconds by which a clock may be off without a word about it."""


def configure_store(parser: argparse.ArgumentParser) -> None:
    """Add the commands of `pdev store`."""
    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    init = verbs.add_parser("init", help="make the tables on the server, and add this repository")
    init.add_argument(
        "--print-role",
        nargs="?",
        const="pdev",
        metavar="NAME",
        help="print the SQL for a role that may do nothing but keep the store (default: pdev), "
        "and do nothing else",
    )
    init.set_defaults(run=run_init)
    status = verbs.add_parser("status", help="which store it is, what it holds, and who uses it")
    status.set_defaults(run=run_status)
    migrate = verbs.add_parser("migrate", help="bring the tables to the version of this pdev")
    migrate.set_defaults(run=run_migrate)
    taken = verbs.add_parser(
        "import", help="put the shared files of this clone on the server, and set them aside"
    )
    taken.add_argument(
        "--set-aside",
        action="store_true",
        help="put nothing on the server, where another clone's are already; only set them aside",
    )
    taken.set_defaults(run=run_import)
    export = verbs.add_parser("export", help="write what is on the server into shared files")
    export.add_argument(
        "--to", metavar="DIR", help="an empty folder (default: where this clone's files belong)"
    )
    export.set_defaults(run=run_export)
    for made in verbs.choices.values():
        made.add_argument("--json", action="store_true", help="print one JSON object")


def _is_role(name: str) -> bool:
    """Whether PostgreSQL takes it as it is, and no part of it can end the comment it stands in."""
    return name.isprintable() and 0 < len(name.encode()) <= _LONGEST_NAME


def run_init(parsed: argparse.Namespace, output: Output) -> int:
    """Make the store, or print what its role may do."""
    from parallel_tui.bootstrap.store import serving

    if parsed.print_role is not None:
        if not _is_role(parsed.print_role):
            raise UsageError(
                f"{one_line(parsed.print_role)!r} cannot be the name of a role",
                hint="PostgreSQL knows names of 1 to 63 bytes of UTF-8; line ends and other "
                "characters that cannot be seen are not for names that are printed as SQL.",
            )
        statements = serving.role_statements(parsed.print_role)
        if output.json:
            output.data({"sql": statements})
        else:
            output.raw(statements.encode())
        return 0
    made = serving.server(core_for(parsed, output, brief=True)).init()
    if output.json:
        output.data(
            {
                "server": made.server,
                "version": made.version,
                "made": made.made,
                "added": made.added,
            }
        )
        return 0
    if made.made:
        output.line(one_line(f"Made the tables of the store at {made.server}"))
    output.line(
        one_line(
            f"Added this repository to the store at {made.server}"
            if made.added
            else f"The store at {made.server} has this repository already"
        )
    )
    if made.added:
        output.talk("What its files hold comes along with: pdev store import")
    return 0


def run_migrate(parsed: argparse.Namespace, output: Output) -> int:
    """Bring the tables up to date."""
    from parallel_tui.bootstrap.store import serving

    before, after = serving.server(core_for(parsed, output, brief=True)).migrate()
    if output.json:
        output.data({"before": before, "after": after})
    elif before == after:
        output.line(f"The tables are of version {after} already")
    else:
        output.line(f"Brought the tables from version {before} to {after}")
    return 0


def run_status(parsed: argparse.Namespace, output: Output) -> int:
    """Show the store."""
    core = core_for(parsed, output, brief=True)
    if not core.served:
        if output.json:
            output.data({"engine": "files", "path": core.repository.coordination_root})
        else:
            output.line(one_line(f"Files in {core.repository.coordination_root}"))
        return 0
    from parallel_tui.bootstrap.store import serving

    seen = serving.server(core).status()
    if output.json:
        output.data(_status_json(seen))
    else:
        for line in _status_lines(seen):
            output.line(one_line(line))
    return 0 if seen.known else 1


def _status_lines(seen: ServerStatus) -> list[str]:
    safe = "encrypted" if seen.encrypted else "not encrypted"
    lines = [
        f"PostgreSQL {seen.release} at {seen.server}, as {seen.role}, {safe}",
        f"Repository {seen.key}",
    ]
    if seen.version is None:
        return [*lines, "It has no tables of pdev yet: pdev store init"]
    if seen.version != seen.wanted:
        how = "pdev store migrate" if seen.version < seen.wanted else "install a newer pdev"
        told = f"Its tables are of version {seen.version}, and this pdev needs {seen.wanted}"
        return [*lines, f"{told}: {how}"]
    if not seen.known:
        return [*lines, "It does not know this repository yet: pdev store init"]
    shown = ", ".join(f"{kind.replace('_', ' ')} {count}" for kind, count in seen.counts.items())
    lines.append(
        f"Tables of version {seen.version}; {words.plural(seen.revision, 'change')}; rows: {shown}"
    )
    if not seen.hosts:
        return [*lines, "No machine has locked or changed anything yet"]
    names = called((each.name, each.shares_as) for each in seen.hosts)
    return [*lines, *map(host_line, seen.hosts, names)]


def host_line(host: HostSeen, name: str) -> str:
    """One machine that uses the store, in words.

    Args:
        host: Which.
        name: What it is called.
    """
    where = " (here)" if host.here else ""
    state = "heard" if host.present else "silent, heard"
    line = f"  {name}{where}  {state} {words.ago(0.0, host.ago)}  pdev {host.program}"
    if abs(host.skew) > SKEWED:
        way = "behind" if host.skew > 0 else "ahead of"
        off = abs(host.skew)
        span = f"{off:.0f}s" if off < 60 else words.age(off)
        line += f"  its clock is {span} {way} the server's"
    return line


def _status_json(seen: ServerStatus) -> dict[str, object]:
    return {
        "engine": "postgresql",
        "server": seen.server,
        "role": seen.role,
        "encrypted": seen.encrypted,
        "release": seen.release,
        "repository": seen.key,
        "known": seen.known,
        "version": seen.version,
        "wanted": seen.wanted,
        "revision": seen.revision,
        "rows": dict(seen.counts),
        "hosts": [host_json(host) for host in seen.hosts],
    }


def host_json(host: HostSeen) -> dict[str, object]:
    """One machine that uses the store, for JSON."""
    return {
        "name": host.name,
        "present": host.present,
        "heard": host.ago,
        "program": host.program,
        "skew": host.skew,
    }


def run_import(parsed: argparse.Namespace, output: Output) -> int:
    """Put the files of this clone on the server."""
    from parallel_tui.bootstrap.store import serving
    from parallel_tui.services.sharing.transfer import transfer

    core = core_for(parsed, output, brief=True)
    server = serving.server_contents(core)
    files = serving.file_contents(core)
    if parsed.set_aside:
        aside = files.set_aside()
        if output.json:
            output.data({"aside": aside})
        else:
            output.line(one_line(f"Set the shared files of this clone aside in {aside}"))
        return 0
    return _show(transfer(files, server, files.set_aside), output)


def run_export(parsed: argparse.Namespace, output: Output) -> int:
    """Write files of what is on the server."""
    import os

    from parallel_tui.bootstrap.store import serving
    from parallel_tui.services.sharing.transfer import transfer

    core = core_for(parsed, output, brief=True)
    root = os.path.realpath(os.path.join(core.where, parsed.to)) if parsed.to else None  # noqa: PTH118
    return _show(transfer(serving.server_contents(core), serving.file_contents(core, root)), output)


def _show(done: Transferred, output: Output) -> int:
    found = done.contents
    counts = {
        "locks": found.held,
        "events": len(found.events),
        "task_lists": len(found.tasks),
        "journal": len(found.journal),
    }
    if output.json:
        output.data({"from": done.source, "to": done.target, "aside": done.aside, **counts})
        return 0
    shown = ", ".join(f"{kind.replace('_', ' ')} {count}" for kind, count in counts.items())
    output.line(one_line(f"Copied from {done.source} to {done.target}: {shown}"))
    if done.aside:
        output.line(one_line(f"The files it came from are set aside in {done.aside}"))
    return 0
