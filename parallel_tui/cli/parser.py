"""The command line of `pdev`: a parser that imports only the requested command."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from parallel_tui import __version__
from parallel_tui.cli.names import COMMANDS, Command, add_general

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn


def _columns() -> int:
    """Columns for help, as `shutil` tells them; that costs more to import than all of this."""
    told = os.environ.get("COLUMNS", "")
    if told.isascii() and told.isdigit() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return 80


class _Formatter(argparse.HelpFormatter):
    """A formatter of help that knows its width; without one argparse asks for every option."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


class Parser(argparse.ArgumentParser):
    """An argument parser that raises `UsageError` and fills itself in when first used."""

    command: Command | None = None
    verb_of: Command | None = None
    intermixed: bool = False
    """Whether options may stand among words of which there may be any number."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**{"formatter_class": _Formatter, **given})

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse; what nobody understood is told as of the command that it was said to."""
        parsed, rest = self.parse_known_args(args, namespace)
        if rest:
            from parallel_tui.cli import wrong_lines

            named = getattr(parsed, "command", None)
            words = f"unrecognized arguments: {' '.join(rest)}"
            raise wrong_lines.error(words, f"{self.prog} {named}" if named else self.prog, ())
        return parsed

    def format_help(self) -> str:
        """The help, with examples at its end."""
        from parallel_tui.cli import examples

        text = super().format_help()
        shown = [*examples.lines(self.prog)] if " " in self.prog else []
        return "\n".join((text, *shown, "")) if shown else text

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Import the command's module, let it add its options, and parse."""
        self.fill()
        if self.intermixed:
            self.intermixed = False  # it calls this for its parts
            if args and "--" in args:  # of which it takes what follows for options again
                parsed, rest = super().parse_known_args(args)
                if not rest:
                    return parsed, rest
            return self.parse_known_intermixed_args(args, namespace)
        return super().parse_known_args(args, namespace)

    def fill(self) -> None:
        """Add the options of the command, or verb, once."""
        if self.command is not None:
            command, self.command = self.command, None
            module = import_module(f"parallel_tui.cli.commands.{command.module}")
            getattr(module, f"configure_{command.name.replace('-', '_')}")(self)
            add_general(self, base=command.base)
            for verb in _verbs(self):
                verb.verb_of = command
        if self.verb_of is not None:  # `pdev handoff list -C DIR` reads as well as before `list`
            add_general(self, base=self.verb_of.base)
            self.verb_of = None

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print help; where it cannot be written, argparse itself would end well all the same."""
        stream = file or sys.stderr
        if message and stream is not None:
            stream.write(message)
            stream.flush()

    def error(self, message: str) -> NoReturn:
        """Report a wrong command line like any other error."""
        from parallel_tui.cli import wrong_lines

        raise wrong_lines.error(message, self.prog, [command.name for command in COMMANDS])


def _verbs(parser: argparse.ArgumentParser) -> list[Parser]:
    """The parsers of a command's own verbs; none for most commands."""
    found: dict[int, Parser] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found.update({id(verb): verb for verb in action.choices.values()})
    return list(found.values())


def build() -> Parser:
    """Build the whole command line; a command's options are added when it is used."""
    parser = Parser(
        prog="pdev",
        description="Parallel coding sessions on one git repository, from the command line.",
        epilog="`pdev COMMAND --help` tells more. The dashboard is `pdev-tui`.",
        allow_abbrev=False,
    )
    parser.add_argument("-V", "--version", action="version", version=f"pdev {__version__}")
    add_general(parser)
    commands = parser.add_subparsers(metavar="COMMAND", dest="command", title="commands")
    for command in COMMANDS:
        made = commands.add_parser(
            command.name, help=command.summary, description=_described(command), allow_abbrev=False
        )
        made.command = command
    return parser


def build_whole() -> Parser:
    """Build the whole command line with the options of every command and verb."""
    whole = build()
    for command in _verbs(whole):
        command.fill()
        for verb in _verbs(command):
            verb.fill()
    return whole


def _described(command: Command) -> str:
    return command.summary[0].upper() + command.summary[1:] + "."


def parse(arguments: Sequence[str]) -> argparse.Namespace | None:
    """Understand a command line; `None` when it names no command.

    Where it begins with the command's name, as nearly all do, no parser but that one's is made.

    Raises:
        UsageError: When it is wrong.
    """
    command = next((each for each in COMMANDS if each.name == next(iter(arguments), "")), None)
    if command is not None:
        alone = Parser(
            prog=f"pdev {command.name}", description=_described(command), allow_abbrev=False
        )
        alone.command = command
        understood: argparse.Namespace = alone.parse_args(arguments[1:])
        return understood
    whole: argparse.Namespace = build().parse_args(arguments)
    return None if whole.command is None else whole
