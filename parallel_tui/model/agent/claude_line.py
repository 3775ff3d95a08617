"""Give Claude Code our settings, a name and a conversation on its command line. Pure.

Only a line that plainly starts it is added to, and only with what it does not say itself: whoever
names a conversation, a name or settings of their own keeps theirs.
"""

from __future__ import annotations

import re
import shlex

from parallel_tui.model.agent import hook_text
from parallel_tui.model.text import strict_json
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

    from parallel_tui.model.agent.hook_line import HookPlace
    from parallel_tui.model.text.strict_json import Json

_START: Final = re.compile(
    r"\s*(?:\w+=[\w./:@%+,-]*\s+)*(?:exec\s+)?(?:[\w./@+-]*/)?claude(?=[\s;&|]|$)"
)
_SETTINGS: Final = ("--settings",)
_NAMED: Final = ("-n", "--name")
_CONVERSES: Final = (
    "--session-id", "-r", "--resume", "-c", "--continue", "--fork-session", "--from-pr",
    "--teleport", "--remote",
)  # fmt: skip
_WITHOUT_HOOKS: Final = ("--bare", "--safe-mode", "-h", "--help", "-v", "--version")
_OTHER_VERBS: Final = frozenset(
    {"agents", "auth", "config", "doctor", "install", "mcp", "migrate-installer", "plugin",
     "setup-token", "update", "upgrade"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Binding:
    """Words that go into a command line.

    Attributes:
        at: Where.
        words: Which, not quoted.
        conversation: Id of the conversation that begins; `None` where another way is named.
    """

    at: int
    words: tuple[str, ...]
    conversation: str | None


def binding(
    line: str, *, settings: str, name: str, conversation: str | None, again: bool = False
) -> Binding | None:
    """What to add to an agent's command line; `None` where it is none of Claude Code's.

    Args:
        line: The configured command, its prompt not filled in.
        settings: Our file of settings.
        name: The session's name.
        conversation: Its id; `None` where the line is run more than once.
        again: Whether the conversation is there, and goes on.
    """
    start = _START.match(line)
    if start is None:
        return None
    try:
        words = [each.partition("=")[0] for each in shlex.split(line[start.end() :])]
    except ValueError:
        return None
    if any(each in _WITHOUT_HOOKS for each in words) or (words and words[0] in _OTHER_VERBS):
        return None

    def says(options: tuple[str, ...]) -> bool:
        return any(word in options for word in words)

    added: list[str] = []
    if not says(_SETTINGS):
        added += ["--settings", settings]
    if not says(_NAMED):
        added += ["-n", name]
    begins = conversation if not says(_CONVERSES) else None
    if begins is not None:
        added += ["--resume" if again else "--session-id", begins]
    return Binding(start.end(), tuple(added), begins)


def settings_text(place: HookPlace, allowed: Iterable[str]) -> bytes:
    """Our settings for an agent that is started: hooks, and a bell that can be heard.

    Args:
        place: Where the hook stands.
        allowed: Command lines that it may run without asking; `:*` at the end for any arguments.
    """
    hooks: dict[str, Json] = {**hook_text.wanted(place, "claude")}
    rules: list[Json] = [f"Bash({each})" for each in allowed]
    return strict_json.document(
        {
            "hooks": hooks,
            "preferredNotifChannel": "terminal_bell",
            "permissions": {"allow": rules},
        }
    )
