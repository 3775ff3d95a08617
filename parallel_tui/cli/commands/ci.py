"""`pdev ci`: the check that a continuous integration service runs, and the file that makes it.

Exit status of `check`: 1 when the commit conflicts with base or leaves its boundaries, else 2 when
that is not known, else 0. What meets other branches is told, and fails nothing.
"""

from __future__ import annotations

import argparse
import os

from parallel_tui import __version__
from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render.output import one_line
from parallel_tui.model.ci.event import Provider, provider_of
from parallel_tui.model.text import duration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from parallel_tui.cli.render.output import Output

UNKNOWN: Final = 2
"""Exit status when it is not known whether the commit can be merged."""
_FILES = (Provider.GITHUB, Provider.GITLAB)


def configure_ci(parser: argparse.ArgumentParser) -> None:
    """Add the commands of `pdev ci`."""
    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    init = verbs.add_parser("init", help="write a workflow that runs `pdev ci check`")
    init.add_argument(
        "--provider",
        choices=[each.value for each in _FILES],
        help="the service (default: the one whose files are there)",
    )
    init.add_argument(
        "--package",
        default=f"pdev-tui=={__version__}",
        metavar="SPEC",
        help="what the workflow installs with pip (default: this version)",
    )
    init.add_argument(
        "--boundaries", action="store_true", help="let the workflow check boundaries too"
    )
    init.add_argument("--force", action="store_true", help="replace a file that says otherwise")
    init.set_defaults(run=run_init)
    check = verbs.add_parser(
        "check", help="what the commit of this run conflicts with: base, and other branches"
    )
    check.add_argument(
        "--branch",
        action="append",
        default=[],
        metavar="PATTERN",
        help="compare only with such branches, as in feature/** (default: all of the remote)",
    )
    check.add_argument(
        "--active",
        default="90d",
        metavar="TIME",
        help="leave out branches without a commit for so long (default: 90d)",
    )
    check.add_argument(
        "--boundaries", action="store_true", help="fail also what leaves its boundaries"
    )
    check.add_argument(
        "--code-quality", metavar="FILE", help="write a code quality report for GitLab too"
    )
    check.set_defaults(run=run_check)
    for made in verbs.choices.values():
        made.add_argument("--json", action="store_true", help="print one JSON object")


def run_init(parsed: argparse.Namespace, output: Output) -> int:
    """Write the workflow."""
    from parallel_tui.bootstrap.landing.ci import CiParts
    from parallel_tui.cli.render.workflows import workflow

    parts = CiParts(core_for(parsed, output, brief=True))
    written = parts.writer.write(
        Provider(parsed.provider) if parsed.provider else None,
        lambda provider: workflow(provider, parsed.package, boundaries=parsed.boundaries),
        force=parsed.force,
    )
    if output.json:
        output.data(
            {
                "provider": written.provider.value,
                "path": str(written.path),
                "changed": written.changed,
                "include": written.include,
            }
        )
        return 0
    if written.changed:
        output.line(one_line(f"Wrote {written.path}"))
    else:
        output.line(one_line(f"{written.path} says that already"))
    if written.include:
        from parallel_tui.model.ci.places import FILES

        output.talk(f"Add to {written.include}, for it includes it not yet:")
        output.talk("include:")
        output.talk(f"  - local: {FILES[written.provider]}")
    return 0


def run_check(parsed: argparse.Namespace, output: Output) -> int:
    """Judge the commit of this run."""
    from parallel_tui.bootstrap.landing.ci import CiParts
    from parallel_tui.cli.render import ci

    core = core_for(parsed, output, brief=True)
    parts = CiParts(core)
    event = parts.event()
    home = core.sessions.standing_in(core.where) if event.provider is Provider.NONE else None
    checked = parts.checker.check(
        event,
        base=vars(parsed).get("base"),
        branch=(home.worktree.own_branch or "") if home and home.worktree else "",
        among=parsed.branch,
        age=duration.parse(parsed.active),
        boundaries=parsed.boundaries,
    )
    notes = ci.notes(checked)
    if parsed.code_quality:
        parts.writer.report(parsed.code_quality, ci.code_quality(notes))
    if output.json:
        output.data(ci.checked_json(checked))
    else:
        for line in ci.lines(checked):
            output.line(line)
        if provider_of(os.environ) is Provider.GITHUB:
            for line in ci.github(notes):
                output.line(line)
            if page := os.environ.get("GITHUB_STEP_SUMMARY"):
                parts.writer.append(page, ci.markdown(checked))
        for sentence in ci.summary(checked):
            output.talk(sentence)
    if checked.conflicts or checked.trespasses:
        return 1
    return UNKNOWN if checked.unknown else 0
