"""Command-line options that `pdev` and `pdev-tui` share. Standard library only."""

from __future__ import annotations

import argparse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.bootstrap import Overrides

_SETTINGS = {"tmux_socket": "tmux.socket", "base": "base"}


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
        default=argparse.SUPPRESS,
        help="a directory of the repository (default: the working directory)",
    )
    group.add_argument(
        "--tmux-socket",
        metavar="NAME|PATH",
        default=argparse.SUPPRESS,
        help="tmux socket to use instead of the default one",
    )
    if base:
        group.add_argument(
            "--base",
            metavar="BRANCH",
            default=argparse.SUPPRESS,
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
