"""What a user says of how another machine is reached by ssh. Pure."""

from __future__ import annotations

from parallel_tui.model.text.patterns import pattern
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_SSH_NAME: Final = pattern(
    r"(?:ssh://)?(?:[A-Za-z0-9_.][A-Za-z0-9_.+-]*@)?"
    r"(?:[A-Za-z0-9_][A-Za-z0-9_.:-]*|\[[0-9A-Fa-f:.]+\](?::[0-9]+)?)"
)
_PROGRAM: Final = pattern(r"[A-Za-z0-9_./~][A-Za-z0-9_./~+-]*")

SSH_WORDS: Final = "a name that ssh knows, such as red, me@red.example.org or ssh://red:2222"
PROGRAM_WORDS: Final = "a path of letters, digits and ._/~+- such as .local/bin/pdev"


def is_ssh_name(text: str) -> bool:
    """Whether ssh takes a text as a destination, and as nothing else."""
    return len(text) <= 255 and _SSH_NAME.fullmatch(text) is not None


def is_program(text: str) -> bool:
    """Whether every shell takes a text as the name of a program, and as nothing else."""
    return len(text) <= 1024 and _PROGRAM.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class HostSettings:
    """What a user has set about another machine.

    Attributes:
        ssh: Its name for ssh; empty where none is set.
        program: `pdev` there; empty for where it usually is.
        path: A directory of the repository there; empty where the machine knows it by itself.
    """

    ssh: str = ""
    program: str = ""
    path: str = ""
