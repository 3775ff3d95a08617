"""`pdev completion`: print what makes a shell complete commands, options and sessions."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping
    from typing import Any, Final

    from parallel_tui.cli.render.output import Output

SHELLS: Final = ("bash", "zsh", "fish")

SESSIONS: Final = "sessions"
"""What the scripts ask for at each press of Tab."""

_ASKED: Final = "pdev completion sessions 2>/dev/null"
_BRANCHES: Final = "git for-each-ref --format='%(refname:short)' refs/heads 2>/dev/null"


def configure_completion(parser: argparse.ArgumentParser) -> None:
    """Add the options of `pdev completion`."""
    parser.add_argument(
        "what",
        metavar="SHELL",
        help=f"{', '.join(SHELLS)}; or `{SESSIONS}`, which the scripts ask for: print names",
    )
    parser.set_defaults(run=run_completion, whole=None)


def run_completion(parsed: argparse.Namespace, output: Output) -> int:
    """Print a script, or the names of sessions."""
    if parsed.what == SESSIONS:
        for name in _sessions(parsed):
            output.line(name)
        return 0
    if parsed.what not in SHELLS:
        from parallel_tui.errors import UsageError

        raise UsageError(
            f"There is no completion for {parsed.what!r}", hint=f"There is: {', '.join(SHELLS)}."
        )
    import shtab

    output.line(
        shtab.complete(_marked(parsed.whole()), shell=parsed.what, root_prefix="pdev").rstrip()
    )
    return 0


def _sessions(parsed: argparse.Namespace) -> Iterator[str]:
    """Names of the sessions here; none where there is no repository, for a Tab is no question."""
    from parallel_tui import bootstrap
    from parallel_tui.errors import ParallelError
    from parallel_tui.model.session.join import join
    from parallel_tui.options import overrides_of

    try:
        core = bootstrap.open_core(overrides_of(parsed), brief=True)
        for session in join(core.git.repository, core.git.worktrees(), ()):
            yield session.name
    except (ParallelError, OSError):
        return


def _marked(whole: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The whole command line, each option marked with what completes it."""
    import shtab

    from parallel_tui.model.state.condition import CONDITIONS

    asked, branches = _asked(_ASKED, "sessions"), _asked(_BRANCHES, "branches")
    by_metavar: Mapping[str, Any] = {
        "SESSION": asked,
        "TO": asked,
        "WINDOW|SESSION": asked,
        "SESSION… TEXT": asked,
        "FILE": shtab.FILE,
        "PATH": shtab.FILE,
        "DIR": shtab.DIRECTORY,
        "BRANCH": branches,
        "BASE": branches,
        "STATE": shtab.cmd(f"echo {' '.join(CONDITIONS)}"),
        "SHELL": shtab.cmd(f"echo {' '.join(SHELLS)}"),
    }
    for parser in _parsers(whole):
        for action in parser._actions:
            found = by_metavar.get(str(action.metavar))
            if found is not None and action.choices is None:
                action.complete = found  # type: ignore[attr-defined]
    return whole


def _asked(command: str, what: str) -> Any:
    """What a command prints, asked for only where it is wanted.

    zsh would otherwise run it for every option of every command at each press of Tab.
    """
    import shtab

    made: Any = shtab.cmd(command)
    function = (
        f'_pdev_{what}() {{\n  local -a found=("${{(@f)$({command})}}")\n  compadd -a found\n}}'
    )
    return {**made, "zsh": f"_pdev_{what}", "preamble": {**made["preamble"], "zsh": function}}


def _parsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    import argparse

    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from _parsers(below)
