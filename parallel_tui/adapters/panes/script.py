"""The script that runs a command in a pane and then becomes the user's shell."""

from __future__ import annotations

from typing import Final

from parallel_tui.model.inheritance import (
    AGENTS_OWN,
    DOUBTFUL,
    ONE_COMMANDS,
    PEOPLE,
    PERSONS,
)

_NOT_FOR_PANES: Final = (*ONE_COMMANDS, *AGENTS_OWN, "COLUMNS", "LINES")

_BY_GIT: Final = "".join(
    f' [ -z "${{{who}_DATE+x}}" ] || unset {" ".join(f"{who}_{what}" for what in PERSONS)};'
    for who in PEOPLE
)

_CLEAN: Final = f"""\
if [ -n "${{GIT_DIR+x}}${{GIT_INDEX_FILE+x}}${{GIT_EXEC_PATH+x}}" ]
then unset {" ".join(DOUBTFUL)};{_BY_GIT} fi
unset {" ".join(_NOT_FOR_PANES)}
"""

_RUN: Final = """\
if [ -n "$1" ]; then
  set -m
  trap : INT QUIT TSTP
  sh -m -c '
    eval "$1"
    ended=$?
    while case $(kill -l $ended 2>/dev/null) in *STOP|*TSTP|*TTIN|*TTOU) ;; *) false ;; esac
    do fg >/dev/null; ended=$?; done
    exit $ended' sh "$1"
  ended=$?
  trap - INT QUIT TSTP
  NOTE
  unset ended
fi
exec "${SHELL:-/bin/sh}"
"""


def pane_script(note: str) -> str:
    """A script that runs `$1` in a pane and then becomes the user's shell.

    The server may be one that somebody started from a git hook or inside an agent: what it would
    pass on is taken away first, by the same rule as for programs that we start ourselves.

    Job control (`-m`) makes the command the terminal's foreground process, so that the multiplexer
    names it and not `sh`, and so that Ctrl+C ends it alone. There is no prompt to say `fg` at yet,
    so a command that suspends itself is resumed: it would otherwise die unseen. The inner `sh`
    takes syntax errors and `exit` with it; the pane survives them.

    Args:
        note: A shell line that notes how the command ended, by `$ended`.
    """
    return _CLEAN + _RUN.replace("NOTE", note)
