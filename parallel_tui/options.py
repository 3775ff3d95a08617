"""Command-line options that `pdev` and `pdev-tui` share. Standard library only."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from typing import Any, Final

    from parallel_tui.bootstrap import Overrides

SUPPRESS: Final = "==SUPPRESS=="
"""What `argparse.SUPPRESS` reads like, for whoever does without that module."""

_SETTINGS = {"tmux_socket": "tmux.socket", "base": "base"}


def absent() -> Any:
    """The default of an option that leaves no trace where it is not given.

    `argparse` knows it by identity, and is there already where its parsers are.
    """
    there = sys.modules.get("argparse")
    return SUPPRESS if there is None else there.SUPPRESS


def add_shared(parser: argparse.ArgumentParser, *, base: bool = True) -> None:
    """Add the options that select repository, tmux server and base.

    They have no defaults, so that they may stand before or after a subcommand without the one
    place undoing the other.

    Args:
        parser: Where to add them.
        base: Whether to add `--base`; a command may give that option a meaning of its own.
    """
    group = parser.add_argument_group("where to look")
    group.add_argument(
        "-C",
        dest="directory",
        metavar="DIR",
        default=absent(),
        help="a directory of the repository (default: the working directory)",
    )
    group.add_argument(
        "--tmux-socket",
        metavar="NAME|PATH",
        default=absent(),
        help="tmux socket to use instead of the default one",
    )
    if base:
        group.add_argument(
            "--base",
            metavar="BRANCH",
            default=absent(),
            help="branch that sessions are measured against",
        )


def settings_of(arguments: argparse.Namespace, *, base: bool = True) -> dict[str, object]:
    """Settings given by the shared options, by name.

    Args:
        arguments: Parsed ones.
        base: Whether `--base` has its shared meaning.
    """
    given = vars(arguments)
    return {
        setting: given[option]
        for option, setting in _SETTINGS.items()
        if given.get(option) is not None and (base or option != "base")
    }


def repeated(arguments: argparse.Namespace) -> list[str]:
    """Server and base as the shared options gave them, for a command line of another program."""
    given = vars(arguments)
    return [
        f"--{option.replace('_', '-')}={given[option]}"
        for option in _SETTINGS
        if given.get(option) is not None
    ]


def without_place(arguments: Sequence[str]) -> list[str]:
    """A command line without what says where to look, for another machine."""
    kept: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            return [*kept, word, *words]
        if word in ("-C", "--tmux-socket"):
            next(words, None)
        elif not word.startswith(("-C", "--tmux-socket=")):
            kept.append(word)
    return kept


def overrides_of(arguments: argparse.Namespace, *, base: bool = True) -> Overrides:
    """Overrides given by the shared options.

    Args:
        arguments: Parsed ones.
        base: Whether `--base` has its shared meaning.
    """
    from parallel_tui.bootstrap import Overrides

    return Overrides(
        directory=vars(arguments).get("directory"), settings=settings_of(arguments, base=base)
    )
