"""`pdev spawn`: start a session."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render import ask, receipts
from parallel_tui.cli.render.output import one_line
from parallel_tui.errors import UsageError
from parallel_tui.model.lifecycle.spawn import BranchSource, SpawnPlan, SpawnRequest, names_in
from parallel_tui.model.settings.config import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.services.receipt import Spawned

LONGEST_PROMPT: Final = 100_000
"""Bytes; a command line on Linux takes 128 KiB in one argument."""


def configure_spawn(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev spawn`."""
    parser.add_argument(
        "name",
        metavar="NAME",
        nargs="?",
        help="its name; after `--` it may begin with `-`; with --pr it may be left out",
    )
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument(
        "--kind",
        choices=[kind.value for kind in Kind],
        default=Kind.FEATURE.value,
        help="decides the prefix of the branch (default: feature)",
    )
    for kind in Kind:
        kinds.add_argument(
            f"--{kind.value}", dest="kind", action="store_const", const=kind.value,
            help=argparse.SUPPRESS,
        )  # fmt: skip
    parser.add_argument("--base", metavar="BRANCH", help="starting point of a new branch")
    parser.add_argument(
        "--base-commit",
        metavar="COMMIT",
        help="commit of base where it starts, by its full id (default: the newest)",
    )
    parser.add_argument(
        "--branch", metavar="BRANCH", help="name of the branch, instead of prefix and name"
    )
    sources = parser.add_mutually_exclusive_group()
    sources.add_argument("--existing", action="store_true", help="check out an existing branch")
    sources.add_argument(
        "--remote", action="store_true", help="follow a remote branch, such as origin/x"
    )
    sources.add_argument(
        "--pr", metavar="N", type=int, help="start from a pull request, or merge request, by number"
    )
    agents = parser.add_mutually_exclusive_group()
    agents.add_argument("--agent", metavar="COMMAND", help="command that starts the agent")
    agents.add_argument("--no-agent", action="store_true", help="a plain shell instead of an agent")
    prompts = parser.add_mutually_exclusive_group()
    prompts.add_argument("--prompt", metavar="TEXT", help="first prompt for the agent")
    prompts.add_argument(
        "--prompt-file", metavar="FILE", help="first prompt from a file; - for standard input"
    )
    parser.add_argument(
        "--after",
        metavar="A,B,C",
        action="append",
        default=[],
        help="it lands only after these",
    )
    parser.add_argument("--layout", metavar="NAME", help="layout of the window")
    parser.add_argument("--no-window", action="store_true", help="open no window")
    parser.add_argument("--attach", action="store_true", help="show the window afterwards")
    parser.add_argument("--dry-run", action="store_true", help="only show what would be made")
    parser.add_argument(
        "--expect",
        metavar="FINGERPRINT",
        default="",
        help="only while it would make what `--dry-run --json` said, by the fingerprint there",
    )
    parser.add_argument(
        "--trust", action="store_true", help="allow the commands that the repository's file gives"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_spawn)


def prompt_of(parsed: argparse.Namespace) -> str:
    """The prompt, from whichever option gives it.

    Raises:
        UsageError: When its file cannot be read or is no text.
    """
    if parsed.prompt_file is None:
        return parsed.prompt or ""
    name = parsed.prompt_file
    try:
        if name == "-":
            if sys.stdin is None:
                raise UsageError("The prompt is to come from standard input, which is closed")
            raw = sys.stdin.buffer.read(LONGEST_PROMPT + 1)
        else:
            with Path(name).open("rb") as file:
                raw = file.read(LONGEST_PROMPT + 1)
    except OSError as error:
        raise UsageError(f"The prompt file {name!r} cannot be read: {error.strerror}") from error
    if len(raw) > LONGEST_PROMPT:
        raise UsageError(
            f"The prompt is longer than {LONGEST_PROMPT} bytes",
            hint="Put it into a file of the repository and tell the agent to read that.",
        )
    try:
        return raw.decode("utf-8").rstrip("\n")
    except UnicodeDecodeError:
        raise UsageError(f"The prompt file {name!r} is not UTF-8") from None


def request_of(parsed: argparse.Namespace) -> SpawnRequest:
    """Build the request from the options."""
    source = BranchSource.NEW
    if parsed.existing:
        source = BranchSource.EXISTING
    elif parsed.remote:
        source = BranchSource.REMOTE
    return SpawnRequest(
        name=parsed.name,
        kind=Kind(parsed.kind),
        base=getattr(parsed, "base", None),
        source=source,
        branch=parsed.branch,
        agent="" if parsed.no_agent else parsed.agent,
        prompt=prompt_of(parsed),
        layout=parsed.layout,
        window=not parsed.no_window,
        after=names_in(*parsed.after),
        base_commit=parsed.base_commit,
        expected=parsed.expect,
    )


def run_spawn(parsed: argparse.Namespace, output: Output) -> int:
    """Start a session, or show its plan."""
    if parsed.attach and parsed.no_window:
        raise UsageError("--attach needs a window, and --no-window opens none")
    if parsed.attach:
        ask.demand_attachable(output, "goes there")
    if parsed.name is None and parsed.pr is None:
        raise UsageError("Name the session, or a pull request with --pr")
    if parsed.pr is not None and getattr(parsed, "base", None):
        raise UsageError("A pull request is where it starts; --base names another")
    if parsed.base_commit and (parsed.pr is not None or parsed.existing or parsed.remote):
        raise UsageError("--base-commit says where a new branch starts; here it starts elsewhere")
    if parsed.pr is not None and parsed.pr < 1:
        raise UsageError(f"{parsed.pr} is no number of a pull request")
    core = core_for(parsed, output, base=False, changes=not parsed.dry_run)
    if parsed.pr is not None:
        parsed.name = parsed.name or f"pr-{parsed.pr}"
        parsed.branch = parsed.branch or f"pr-{parsed.pr}"
        from parallel_tui.bootstrap.landing.plans import request_commits

        parsed.base = request_commits(core).fetch(parsed.pr)
    request = request_of(parsed)
    if parsed.dry_run:
        return _show_plan(core.spawner.plan(request), output)
    receipt = _spawn(core, request, output, trust=parsed.trust)
    status = receipts.show(receipt, output)
    if parsed.attach and receipt.session is not None:
        from parallel_tui.cli.commands.windows import go

        return go(core.attacher.attach(receipt.session), output)
    return status


def _spawn(core: Core, request: SpawnRequest, output: Output, *, trust: bool) -> Spawned:
    from parallel_tui.model.settings.consent import TrustNeededError

    def progress(step: str) -> None:
        if output.err.isatty():
            output.talk(f"  {step}")

    try:
        return core.spawner.spawn(request, progress)
    except TrustNeededError as error:
        ask.consent(output, error, trust=trust)
        core.spawner.allow(error.question)
    return core.spawner.spawn(request, progress)


def _show_plan(plan: SpawnPlan, output: Output) -> int:
    if output.json:
        output.data(
            {
                "dry_run": True,
                "session": plan.name,
                "branch": plan.branch,
                "directory": plan.directory,
                "window": plan.window,
                "start": plan.start,
                "commit": plan.commit,
                "fingerprint": plan.fingerprint,
                "changes": list(plan.changes),
                "after": list(plan.after),
                "warnings": list(plan.warnings),
            }
        )
        return 0
    rows = [
        ("session", plan.name),
        ("branch", f"{plan.branch}, from {plan.start}" if plan.start else plan.branch),
        ("directory", plan.directory),
        ("window", plan.window or "none"),
    ]
    rows += [("lands", f"after {', '.join(plan.after)}")] if plan.after else []
    rows += [("changed", change) for change in plan.changes]
    for label, text in rows:
        output.line(one_line(f"{label:<9}  {text}"))
    for warning in plan.warnings:
        output.talk(f"pdev: note: {warning}")
    return 0
