"""Claude Code that runs and has begun no session: its screen asks for something before that.

A new repository's trust dialog and a sign-in come before the first hook and the first state file,
and no command tells of them. That a process runs for a while without either is all there is to see.
"""

from __future__ import annotations

import os

from parallel_tui.adapters import small_file
from parallel_tui.adapters.agents.mechanics import ancestry
from parallel_tui.model.agent.record import (
    Agent,
    AgentKind,
    AgentRecord,
    AgentSign,
    Doing,
    Strength,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence
    from typing import Final

    from parallel_tui.model.window.window import Pane

COMMAND: Final = "claude"

AFTER: Final = 20.0
"""Seconds within which a session begins, on a machine under load too."""

_DEEPEST: Final = 8

_MARK: Final = "✳"

_NO_SESSION: Final = frozenset(
    {"-p", "--print", "-h", "--help", "-v", "--version"}
    | {"agents", "config", "doctor", "install", "mcp", "plugin", "setup-token", "update"}
)
"""Arguments with which it begins none that anybody sees."""

_WORDS: Final = "it runs and has begun no session: its screen may ask for trust or for a sign-in"


def not_begun(
    panes: Sequence[Pane], known: Container[str | None], home: str, now: float
) -> tuple[list[AgentRecord], bool]:
    """Agents that have begun no session, and whether another may turn out to be one soon.

    Args:
        panes: As they were listed.
        known: Panes in which an agent is known.
        home: The configuration directory whose state files are read.
        now: Epoch seconds.
    """
    found, soon = [], False
    for pane in panes:
        if pane.command != COMMAND or pane.dead or pane.own or pane.id in known:
            continue
        if _MARK in pane.title:  # its own title comes with the session
            continue
        for pid in _below(pane.pid):
            began = _began(pid, home)
            if began is None:
                continue
            if now - began < AFTER:
                soon = True
                break
            sign = AgentSign(
                Strength.TITLE, "process", Doing.WAITING, _WORDS, since=began, seen_at=began
            )
            agent = Agent(AgentKind.CLAUDE, pid)
            found.append(AgentRecord(agent, (sign,), pane.path, pane.id, started=began))
            break
    return found, soon


def _below(pid: int, depth: int = 0) -> Iterator[int]:
    """A process and all below it, from the top."""
    yield pid
    if depth < _DEEPEST:
        try:
            children = small_file.read(f"/proc/{pid}/task/{pid}/children").split()
        except OSError:
            return
        for child in children:
            yield from _below(int(child), depth + 1)


def _began(pid: int, home: str) -> float | None:
    """When a process began that is Claude Code and to begin a session in our configuration."""
    try:
        if small_file.read(f"/proc/{pid}/comm").strip() != COMMAND.encode():
            return None
        words = small_file.read(f"/proc/{pid}/cmdline").split(b"\0")
        env = small_file.read(f"/proc/{pid}/environ").split(b"\0")
    except OSError:
        return None
    if any(os.fsdecode(word) in _NO_SESSION for word in words[1:]):
        return None
    chosen = {key: value for key, _, value in (each.partition(b"=") for each in env)}
    theirs = os.fsdecode(chosen.get(b"CLAUDE_CONFIG_DIR", b""))
    own = os.fsdecode(chosen.get(b"HOME", b""))
    if (theirs or f"{own}/.claude").rstrip("/") != home.rstrip("/"):
        return None  # what it writes down is written elsewhere
    process, booted = ancestry.alive(pid), ancestry.booted()
    if process is None or not process.start or not booted:
        return None
    return round(booted + int(process.start) / os.sysconf("SC_CLK_TCK"), 2)
