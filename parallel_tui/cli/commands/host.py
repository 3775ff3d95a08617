"""`pdev host`: share the work of sessions with other machines, and see theirs."""

from __future__ import annotations

import argparse

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render.output import one_line
from parallel_tui.cli.render.table import GAP, columns
from parallel_tui.errors import RefusedError
from parallel_tui.model.hosts.machines import clock_words, shared_words
from parallel_tui.model.hosts.shared import ShareMode
from parallel_tui.model.hosts.view import SharedWork
from parallel_tui.model.text import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.hosts.machines import KnownMachine
    from parallel_tui.model.hosts.shared import SharedSession
    from parallel_tui.model.hosts.view import HostsView, Sharing
    from parallel_tui.services.hosts.sharing import ShareChosen


def configure_host(parser: argparse.ArgumentParser) -> None:
    """Add the commands of `pdev host`."""
    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    share = verbs.add_parser("share", help="choose what other machines see of the sessions here")
    share.add_argument(
        "mode",
        choices=[each.value for each in ShareMode],
        help="`commits`, `work` (uncommitted work as well), or `off`, which takes all back",
    )
    share.add_argument("--remote", help="through which remote (default: origin)")
    share.add_argument(
        "--as", dest="host_name", metavar="NAME", help="this machine's name for the others"
    )
    share.set_defaults(run=run_share)
    listed = verbs.add_parser("list", help="other machines, and the sessions that they share")
    listed.add_argument(
        "--no-fetch", action="store_true", help="show what is known, do not fetch first"
    )
    listed.set_defaults(run=run_list)
    status = verbs.add_parser("status", help="what is shared here, and through which remote")
    status.set_defaults(run=run_status)
    run = verbs.add_parser("run", help="keep this clone in step with others without a dashboard")
    run.add_argument("--quiet", action="store_true", help="print trouble only")
    run.set_defaults(run=_run_host)
    unit = verbs.add_parser("unit", help="print a systemd user unit that does it")
    unit.set_defaults(run=_run_unit)
    connect = verbs.add_parser("connect", help="try to reach a machine with ssh, and keep how")
    connect.add_argument("machine", metavar="MACHINE", help="its name, as `pdev host list` says")
    connect.add_argument(
        "ssh", metavar="SSH", nargs="?", help="its name for ssh, such as me@red.example.org"
    )
    connect.add_argument(
        "--program",
        metavar="PATH",
        help="where pdev is there, as seen from the home directory, such as venv/bin/pdev",
    )
    connect.add_argument("--forget", action="store_true", help="forget how it is reached")
    connect.set_defaults(run=_run_connect)
    about = verbs.add_parser("about", help="versions and clock of this machine")
    about.set_defaults(run=_run_about)
    answer = verbs.add_parser("answer", help="run a command that another machine's pdev has sent")
    answer.add_argument(
        "request", metavar="REQUEST", nargs="+", help="what is asked, as `pdev on` sends it"
    )
    answer.set_defaults(run=_run_answer, answer=None)
    for made in verbs.choices.values():
        made.add_argument("--json", action="store_true", help="print one JSON object")


def _run_host(parsed: argparse.Namespace, output: Output) -> int:
    from parallel_tui.cli.commands.host_run import run_host

    return run_host(parsed, output)


def _run_unit(parsed: argparse.Namespace, output: Output) -> int:
    from parallel_tui.cli.commands.host_unit import run_unit

    return run_unit(parsed, output)


def _run_connect(parsed: argparse.Namespace, output: Output) -> int:
    from parallel_tui.cli.commands.host_reach import run_connect

    return run_connect(parsed, output)


def _run_about(parsed: argparse.Namespace, output: Output) -> int:
    from parallel_tui.cli.commands.host_reach import run_about

    return run_about(parsed, output)


def _run_answer(parsed: argparse.Namespace, output: Output) -> int:
    from parallel_tui.cli.commands.host_reach import run_answer

    return run_answer(parsed, output)


def run_share(parsed: argparse.Namespace, output: Output) -> int:
    """Choose what is shared."""
    core = core_for(parsed, output)
    mode = ShareMode(parsed.mode)
    done = core.hosts.service.share(mode, remote=parsed.remote, name=parsed.host_name)
    if output.json:
        held = {} if done.sent is None else dict(done.sent.held)
        names = None if done.sent is None else list(done.sent.names)
        told = {"sessions": names, "held_back": held, "taken_back": done.taken_back}
        output.data({**_sharing_json(done.sharing), **told})
        return 0
    for line in _chosen_lines(done):
        output.line(one_line(line))
    return 0


def _chosen_lines(done: ShareChosen) -> list[str]:
    sharing, sent = done.sharing, done.sent
    gone = words.plural(done.taken_back, "session")
    if not sharing.on:
        told = f"Took back {gone}. " if done.taken_back else ""
        return [f"{told}No work is shared from here, and none of others is shown"]
    what = "commits" if sharing.mode is ShareMode.COMMITS else "commits and uncommitted work"
    lines = [f"Sharing {what} of this clone through {sharing.remote}, as {sharing.host}"]
    if sent is None:
        already = "The process of this clone that is open already does it"
        return [*lines, f"{already}; pdev host status says what comes of it"]
    return [*lines, *_sent_lines(sent), "An open dashboard, or pdev host run, keeps it up to date"]


def run_list(parsed: argparse.Namespace, output: Output) -> int:
    """List machines and what they share."""
    core = core_for(parsed, output)
    view: HostsView | None = None
    try:
        view = core.hosts.service.look(fetch=not parsed.no_fetch)
    except RefusedError:
        if not core.served:
            raise
    view, machines = core.hosts.listed(view)
    sessions = view.sessions if view is not None else ()
    refused = view.refused if view is not None else ()
    if output.json:
        data = {
            "sessions": [_session_json(each) for each in sessions],
            "refused": [{"ref": ref, "reason": why} for ref, why in refused],
            "machines": [_machine_json(each) for each in machines],
        }
        output.data(data)
        return 0
    now = core.clock()
    _print_sessions(sessions, now, output)
    for ref, why in refused:
        output.talk(one_line(f"pdev: note: {ref} is not believed: {why}"))
    _print_machines(machines, now, output)
    return 0


def _print_sessions(sessions: Sequence[SharedSession], now: float, output: Output) -> None:
    rows = [
        [
            one_line(text)
            for text in (
                each.key,
                each.branch or f"detached at {each.head[:10]}",
                "uncommitted work" if each.dirty else each.mode.value,
                shared_words(each, now),
            )
        ]
        for each in sessions
    ]
    for cells in columns(rows):
        output.line(GAP.join(cells).rstrip())
    if not rows:
        output.line("No other machine shares work of this repository through this remote")


def _print_machines(machines: Sequence[KnownMachine], now: float, output: Output) -> None:
    if not machines:
        return
    head = ["MACHINE", "STORE", "SHARED", "CLOCK", "PDEV", "GIT", "WINDOWS", "PYTHON", "SSH"]
    rows = [head]
    for each in machines:
        heard = "" if each.heard is None else words.ago(now - each.heard, now)
        rows.append(
            [
                one_line(f"{each.name} (here)" if each.here else each.name),
                heard if each.present or not heard else f"silent, {heard}",
                words.ago(each.pushed, now) if each.pushed is not None else "",
                clock_words(each.skew),
                *map(one_line, (each.pdev, each.git, each.windows, each.python, each.ssh)),
            ]
        )
    output.line()
    kept = [at for at in range(len(head)) if any(row[at] for row in rows[1:])]
    for cells in columns([[row[at] for at in kept] for row in rows]):
        output.line(GAP.join(cells).rstrip())


def _machine_json(each: KnownMachine) -> dict[str, object]:
    return {
        "name": each.name,
        "here": each.here,
        "sessions": each.sessions,
        "pushed": each.pushed,
        "present": each.present,
        "heard": each.heard,
        "skew": each.skew,
        "program": each.pdev,
        "git": each.git,
        "windows": each.windows,
        "python": each.python,
        "store_schema": each.tables,
        "ssh": each.ssh or None,
    }


def run_status(parsed: argparse.Namespace, output: Output) -> int:
    """Show what is shared."""
    core = core_for(parsed, output)
    sharing = core.hosts.choice.read()
    never = core.loaded.config.share_never
    kept, sent, trouble = core.hosts.service.told() if sharing.on else (False, SharedWork(), "")
    if output.json:
        more = {"sessions": list(sent.names), "held_back": dict(sent.held), "trouble": trouble}
        output.data({**_sharing_json(sharing), "never": list(never), "kept": kept, **more})
        return 1 if trouble else 0
    if not sharing.on:
        output.line("No work is shared from here")
        return 0
    what = "Commits" if sharing.mode is ShareMode.COMMITS else "Commits and uncommitted work"
    output.line(one_line(f"{what} of this clone are shared through {sharing.remote}"))
    output.line(one_line(f"Name of this machine: {sharing.host}"))
    output.line(one_line(f"Never shared: ignored files, {', '.join(never) or 'nothing else'}"))
    if not kept:
        output.line("Nothing keeps it up to date now: open a dashboard, or pdev host run")
        return 0
    for line in _sent_lines(sent):
        output.line(one_line(line))
    if trouble:
        output.talk(one_line(f"pdev: note: {trouble}"))
    return 1 if trouble else 0


def _sent_lines(sent: SharedWork) -> list[str]:
    """Which sessions are shared, and why others are not."""
    lines = [f"  {name}  shared" for name in sent.names]
    lines += [f"  {name}  not shared: {why}" for name, why in sent.held]
    return lines or ["  No session has work of its own yet"]


def _sharing_json(sharing: Sharing) -> dict[str, object]:
    return {"mode": sharing.mode.value, "remote": sharing.remote, "host": sharing.host}


def _session_json(each: SharedSession) -> dict[str, object]:
    return {
        "host": each.host,
        "session": each.name,
        "branch": each.branch,
        "head": each.head,
        "commit": each.commit,
        "shares": each.mode.value,
        "dirty": each.dirty,
        "pushed": each.at,
    }
