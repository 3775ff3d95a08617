"""Decide which of an agent's signs is to be believed. Pure.

An agent's own file is written at every change and lags by some tenths of a second, more on a busy
machine. Hooks come at once and say more, but not every change has one: whoever presses Esc ends a
turn without any. So the file decides what sort of thing an agent is doing, a hook adds what the
file lacks, and a hook that is ahead of the file is believed for as long as the file may lag.
"""

from __future__ import annotations

from parallel_tui.model.agent.record import AgentSign, Doing, Strength
from parallel_tui.record import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

LAG: Final = 5.0
"""Seconds that an agent's own file may be behind; what it has not confirmed by then was not so."""

OVERTAKEN: Final = 0.5
"""Seconds by which the hook of a tool may be told after the question that the tool led to."""

_SORTS: Final = {
    Doing.STARTING: "works",
    Doing.WORKING: "works",
    Doing.WAITING: "waits",
    Doing.BACKGROUND: "rests",
    Doing.RESTING: "rests",
    Doing.DONE: "rests",
    Doing.FAILED: "rests",
    Doing.LIMITED: "rests",
    Doing.ENDED: "ended",
    Doing.CRASHED: "ended",
}

_MORE_EXACT: Final = frozenset({Doing.WORKING, Doing.WAITING, Doing.FAILED, Doing.LIMITED})


@dataclass(frozen=True, slots=True)
class Believed:
    """What an agent is doing, and how that was decided.

    Attributes:
        sign: What it is doing; of two that agree it has the best of both.
        place: Which sign decided, counted from 0.
        reasons: For each sign why it decided, or why it did not.
        changes_at: When another sign will decide without news, in epoch seconds; `None` for never.
    """

    sign: AgentSign
    place: int
    reasons: tuple[str, ...]
    changes_at: float | None = None


def decide(signs: Sequence[AgentSign], now: float) -> Believed:
    """Decide what an agent is doing.

    Args:
        signs: What is seen of it, in any order; of each strength one at most, and one at least.
        now: Epoch seconds.
    """
    by = {sign.strength: sign for sign in signs}
    why: dict[Strength, str] = {}
    at: float | None = None
    proof, file = by.get(Strength.PROOF), by.get(Strength.OWN_FILE)
    hook, title = by.get(Strength.HOOK), by.get(Strength.TITLE)
    if proof is not None:
        chosen, merged = proof, proof
        why = dict.fromkeys(by, "its process has ended since")
    elif file is not None and hook is not None:
        chosen, merged, why, at = _file_and_hook(file, hook, now)
    elif file is not None:
        chosen = merged = file
    elif hook is not None and title is not None:
        chosen, merged, why = _hook_and_title(hook, title)
    else:
        chosen = merged = min(signs, key=lambda sign: sign.strength)
    if title is not None and chosen is not title:
        why.setdefault(Strength.TITLE, "a title says less than what the agent tells itself")
    why[chosen.strength] = "decides: " + _why_this(chosen)
    reasons = tuple(why.get(sign.strength, "something stronger is known") for sign in signs)
    place = next(n for n, sign in enumerate(signs) if sign is chosen)
    return Believed(merged, place, reasons, at)


def _file_and_hook(
    file: AgentSign, hook: AgentSign, now: float
) -> tuple[AgentSign, AgentSign, dict[Strength, str], float | None]:
    written, told = file.since or 0.0, hook.since or 0.0
    if _SORTS[file.doing] == _SORTS[hook.doing]:
        if told < written - LAG:
            return file, file, {Strength.HOOK: "it is older than the agent's own file"}, None
        if hook.doing not in _MORE_EXACT:
            return file, file, {Strength.HOOK: "it says the same as the agent's own file"}, None
        why = {Strength.OWN_FILE: "it says the same, and less exactly"}
        return hook, replace(hook, since=written), why, None
    if hook.doing is Doing.ENDED:
        why = {Strength.HOOK: "the process goes on, and its own file says what it does"}
        return file, file, why, None
    ahead = OVERTAKEN if file.doing is Doing.WAITING else 0.0
    if told <= written + ahead:
        return file, file, {Strength.HOOK: "the agent's own file is newer"}, None
    if not 0.0 <= now - told <= LAG:
        why = {Strength.HOOK: f"the agent's own file has not confirmed it within {LAG:g} s"}
        return file, file, why, None
    why = {Strength.OWN_FILE: "the hook is newer, and the file may lag"}
    return hook, hook, why, told + LAG


def _hook_and_title(
    hook: AgentSign, title: AgentSign
) -> tuple[AgentSign, AgentSign, dict[Strength, str]]:
    if _SORTS[hook.doing] == _SORTS[title.doing]:
        return hook, hook, {Strength.TITLE: "it says the same, and less exactly"}
    if (title.seen_at or 0.0) > (hook.since or 0.0):
        return title, title, {Strength.HOOK: "the title has changed since"}
    return hook, hook, {Strength.TITLE: "the hook is newer"}


def _why_this(sign: AgentSign) -> str:
    return {
        Strength.PROOF: "a process that is gone proves it",
        Strength.OWN_FILE: "the agent writes it down itself, at every change",
        Strength.HOOK: "the agent tells it itself, and nothing newer says otherwise",
        Strength.TITLE: "the agent shows it, and tells nothing else",
    }[sign.strength]
