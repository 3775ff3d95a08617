"""`pdev preset`: teams that are known by name."""

from __future__ import annotations

from parallel_tui.cli.opening import core_for
from parallel_tui.cli.render.output import one_line
from parallel_tui.errors import ConfigError, UsageError
from parallel_tui.model.text.safe import safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from parallel_tui.cli.render.output import Output


def configure_preset(parser: argparse.ArgumentParser) -> None:
    """Add the commands of `pdev preset`."""
    verbs = parser.add_subparsers(metavar="VERB", dest="verb", required=True)
    listed = verbs.add_parser("list", help="every preset, and its sessions")
    listed.set_defaults(run=run_list)
    show = verbs.add_parser("show", help="a preset as a file that `pdev up` takes")
    show.add_argument("name", metavar="NAME", help="the preset")
    show.set_defaults(run=run_show)
    save = verbs.add_parser("save", help="make a preset of the sessions that run now")
    save.add_argument("name", metavar="NAME", help="what it is to be called")
    save.set_defaults(run=run_save)
    for made in (listed, show, save):
        made.add_argument("--json", action="store_true", help="print one JSON object")


def run_list(parsed: argparse.Namespace, output: Output) -> int:
    """Show every preset."""
    found = core_for(parsed, output, brief=True).teams.choice.all()
    if output.json:
        output.data(
            {
                "presets": [
                    {"name": name, "problem": team}
                    if isinstance(team, str)
                    else {
                        "name": name,
                        "summary": team.summary,
                        "sessions": list(team.names),
                        "source": team.source,
                    }
                    for name, team in found.items()
                ]
            }
        )
        return 0
    width = max(map(len, found), default=0)
    for name, team in found.items():
        if isinstance(team, str):
            output.line(one_line(f"{name:<{width}}  cannot be used: {team}"))
            continue
        output.line(one_line(f"{name:<{width}}  {team.summary or 'of your own'}"))
        output.line(one_line(f"{'':<{width}}  {', '.join(team.names)}"))
    return 0


def run_show(parsed: argparse.Namespace, output: Output) -> int:
    """Print a preset as a file."""
    teams = core_for(parsed, output, brief=True).teams
    team = teams.choice.all().get(parsed.name)
    if isinstance(team, str):
        raise ConfigError(team)
    if team is None:
        team = teams.choice.find(parsed.name)
    text = teams.files.text(parsed.name, team)
    if output.json:
        output.data({"name": parsed.name, "source": team.source, "text": text})
        return 0
    for line in text.rstrip("\n").split("\n"):
        output.line(safe(line, 100_000))
    return 0


def run_save(parsed: argparse.Namespace, output: Output) -> int:
    """Make a preset of what runs."""
    name = parsed.name.strip()
    if not name or not name.isprintable() or "/" in name or name.startswith("-"):
        raise UsageError(
            f"{parsed.name!r} cannot be the name of a preset",
            hint="Use letters, digits and dashes.",
        )
    teams = core_for(parsed, output).teams
    team, left_out = teams.saver().running(name)
    path = teams.files.save(name, team)
    if output.json:
        output.data(
            {"name": name, "sessions": list(team.names), "file": path, "left_out": list(left_out)}
        )
        return 0
    output.line(one_line(f"Saved {name} in {path}: {', '.join(team.names)}"))
    for each in left_out:
        output.line(one_line(f"note: {each}"))
    return 0
