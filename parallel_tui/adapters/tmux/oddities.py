"""What is odd about a tmux server, each with what mends it."""

from __future__ import annotations

import shlex

from parallel_tui.adapters.tmux.command import Address, NoServerError, ask
from parallel_tui.model.inheritance import AGENTS_OWN, ONE_COMMANDS, SESSIONS_OWN


def oddities(address: Address) -> tuple[tuple[str, str], ...]:
    """See `Mux.oddities`."""
    try:
        text = ask(address, [["show-environment", "-g"]])
    except NoServerError:
        return ()
    set_in = {line.partition("=")[0] for line in text.splitlines() if "=" in line}
    harmful = sorted(set_in & {*ONE_COMMANDS, *SESSIONS_OWN, *AGENTS_OWN})
    if not harmful:
        return ()
    shown = f"{', '.join(harmful[:4])}{' and more' if len(harmful) > 4 else ''}"
    flags = shlex.join(address.flags)
    each = " \\; ".join(f"set-environment -gu {name}" for name in harmful)
    return (
        (
            f"the tmux server gives {shown} to every window opened by hand, where it means "
            "another repository, session or agent",
            f"tmux {flags} {each}",
        ),
    )
