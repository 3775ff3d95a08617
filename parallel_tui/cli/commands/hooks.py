"""`pdev hooks`: let agents and git call this program, and take that back."""

from __future__ import annotations

import argparse

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render import receipts
from parallel_tui.cli.render.output import one_line
from parallel_tui.command_lines import BOUNDARY_LINES
from parallel_tui.errors import UsageError
from parallel_tui.model.agent.hook_state import AGENT_SCOPES, HookFound, HookScope
from parallel_tui.model.text import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core
    from parallel_tui.cli.render.output import Output
    from parallel_tui.model.agent.hook_state import HookStatus


def configure_hooks(parser: argparse.ArgumentParser) -> None:
    """Add the commands of `pdev hooks`."""
    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    for verb, summary, run in (
        ("install", "let an agent, or git, call pdev", run_install),
        ("uninstall", "take that back, to the byte", run_uninstall),
        ("status", "where hooks are installed, and whether they work", run_status),
    ):
        made = verbs.add_parser(verb, help=summary)
        made.add_argument(
            "--agent", choices=list(AGENT_SCOPES), help="which agent (default: claude)"
        )
        if verb != "status":
            made.add_argument(
                "--scope",
                type=HookScope,
                choices=list(HookScope),
                metavar="SCOPE",
                help="session: only sessions that pdev starts; local: the main checkout's own "
                "settings, for every worktree (the default of claude); project: the committed "
                "ones; user: yours (the default of others)",
            )
            made.add_argument(
                "--git", action="store_true", help="git's pre-commit hook instead of an agent's"
            )
        made.add_argument("--json", action="store_true", help="print one JSON object")
        made.set_defaults(run=run)
    scan = verbs.add_parser("scan", help="what runs when an agent stops: what it really changed")
    scan.add_argument("--session", metavar="SESSION", help="the session (default: the current one)")
    scan.add_argument("--json", action="store_true", help="print one JSON object")
    scan.set_defaults(run=run_scan)


def _chosen(parsed: argparse.Namespace) -> tuple[str, HookScope]:
    agent = parsed.agent or "claude"
    return agent, parsed.scope or (HookScope.LOCAL if agent == "claude" else HookScope.USER)


def _core(parsed: argparse.Namespace, output: Output) -> Core:
    if vars(parsed).get("git") and (parsed.agent or parsed.scope):
        raise UsageError("--git goes with neither --agent nor --scope")
    return core_for(parsed, output, brief=True)


def run_install(parsed: argparse.Namespace, output: Output) -> int:
    """Install a hook."""
    core = _core(parsed, output)
    if parsed.git:
        return receipts.show(core.hooks.git.install(), output)
    return receipts.show(core.hooks.installer.install(*_chosen(parsed)), output)


def run_uninstall(parsed: argparse.Namespace, output: Output) -> int:
    """Take a hook back."""
    core = _core(parsed, output)
    if parsed.git:
        return receipts.show(core.hooks.git.uninstall(), output)
    return receipts.show(core.hooks.installer.uninstall(*_chosen(parsed)), output)


def run_scan(parsed: argparse.Namespace, output: Output) -> int:
    """Look at what a session really changed; status 1 where something of it is not its own."""
    core = core_for(parsed, output, brief=True)
    found = core.hooks.scan(core.boundaries.checker).scan(parsed.session)
    if output.json:
        output.data({"touches": [{"path": each.path, "verdict": each.verdict} for each in found]})
    else:
        for each in found:
            output.line(one_line(each.worded(BOUNDARY_LINES)))
    return 1 if found else 0


def run_status(parsed: argparse.Namespace, output: Output) -> int:
    """Tell where hooks are; status 1 where one is stale or cannot be read."""
    core = _core(parsed, output)
    found = core.hooks.installer.statuses(parsed.agent)
    if parsed.agent is None:
        found = (*found, core.hooks.git.status())
    troubles = core.hooks.files.troubles()
    if output.json:
        output.data(
            {
                "hooks": [_json(each) for each in found],
                "troubles": [
                    {
                        "session": each.session,
                        "when": each.when,
                        "what": list(each.what),
                        "count": each.count,
                    }
                    for each in troubles
                ],
            }
        )
    else:
        _tell(found, core, output)
    bad = (HookFound.STALE, HookFound.UNREADABLE)
    return 1 if any(each.found in bad for each in found) else 0


def _json(status: HookStatus) -> dict[str, object]:
    return {
        "agent": status.agent,
        "scope": status.scope,
        "path": status.path or None,
        "state": status.found.value,
        "why": status.why or None,
        "trusted": status.trusted or None,
        "heard": status.heard,
    }


def _tell(found: tuple[HookStatus, ...], core: Core, output: Output) -> None:
    now = core.clock()
    for each in found:
        parts = [f"{each.agent:<6} {each.scope:<10} {each.found.value}"]
        if each.why:
            parts.append(f"({each.why})")
        if each.found is HookFound.INSTALLED and each.heard is not None:
            parts.append(f"heard {words.ago(each.heard, now)}")
        parts += [part for part in (each.trusted, each.path) if part]
        output.line(one_line("  ".join(parts)))
    for trouble in core.hooks.files.troubles()[:5]:
        when = words.ago(trouble.when, now)
        output.line(one_line(f"! {trouble.session}, {when}: {'; '.join(trouble.what)}"))
    if any(each.found is HookFound.STALE for each in found):
        output.talk("Where one is stale, install it again.")
