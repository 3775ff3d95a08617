"""Put together what is read of agents, and prove which of it is about a living process."""

from __future__ import annotations

import os
from threading import Lock

from parallel_tui.adapters.agents import claude, hooks
from parallel_tui.adapters.agents.conversations import Conversations
from parallel_tui.adapters.agents.mechanics import ancestry
from parallel_tui.adapters.agents.not_begun import not_begun
from parallel_tui.adapters.agents.titles import Titles, said_by
from parallel_tui.model.agent.record import (
    Agent,
    AgentKind,
    AgentRecord,
    AgentsFound,
    AgentSign,
    Doing,
    Strength,
)
from parallel_tui.record import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Final

    from parallel_tui.adapters.agents.claude import ClaudeState
    from parallel_tui.adapters.agents.hooks import HookFile
    from parallel_tui.adapters.agents.mechanics.watched_folder import SilentFile
    from parallel_tui.model.window.window import Pane


LAST_WORDS: Final = 1.0
"""Seconds that the record of a conversation may be behind the agent's state; 0.12 were seen."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a process was proved to run, when it was alive."""

    start: str
    pane: str | None


class AgentReader:
    """Reads the agents of this user; see `ports.agents.Agents`.

    Args:
        env: Says where agents keep their files.
        root: The coordination root, below which hooks write.
    """

    def __init__(self, env: Mapping[str, str], root: str) -> None:
        self._home = claude.home(env)
        self._states = claude.folder(self._home) if self._home else None
        self._root = root
        self._told = hooks.folder(root)
        self._conversations = Conversations(self._home)
        self._titles = Titles()
        self._reading = Lock()
        self._places: dict[int, _Place] = {}
        self._gone: dict[tuple[int, str], float] = {}

    def folders(self) -> tuple[str, ...]:
        """See `Agents.folders`."""
        wanted = [(self._told.path, f"{self._root}/pdev")]
        if self._states is not None:
            wanted.append((self._states.path, self._home))
        there = (next((each for each in pair if _is_folder(each)), None) for pair in wanted)
        return tuple(each for each in there if each is not None)

    def is_news(self, path: str) -> bool:
        """See `Agents.is_news`."""
        folder, _, name = path.rpartition("/")
        if self._states is not None:
            if folder == self._states.path:
                return claude.is_state_file(name)
            if path == self._states.path:
                return True
        if folder == self._told.path:
            return hooks.is_hook_file(name)
        return path == self._told.path

    def present(self) -> bool:
        """See `Agents.present`."""
        states = self._states is not None and _is_folder(self._states.path)
        return states or _is_folder(self._told.path)

    def titled(self, panes: Sequence[Pane]) -> object:
        """See `Agents.titled`."""
        return tuple((pane.id, pane.pid, pane.command, said_by(pane)) for pane in panes)

    def read(self, panes: Sequence[Pane], now: float) -> AgentsFound:
        """See `Agents.read`. Any thread may ask."""
        with self._reading:
            return self._read(panes, now)

    def _read(self, panes: Sequence[Pane], now: float) -> AgentsFound:
        states, told, ignored, unsettled = self._files(now)
        titles = self._titles.read(panes, now)
        self._find_places(states, told, panes)
        records = []
        for pid in sorted(states.keys() | told.keys()):
            record = self._record(states.get(pid), told.get(pid), pid, panes, now)
            if record is not None:
                records.append(record)
        self._conversations.keep(each.agent.conversation for each in records)
        shown = {record.pane for record in records if not record.crashed}
        records = [_with_title(record, titles) for record in records]
        by_id = {pane.id: pane for pane in panes}
        records += [
            AgentRecord(Agent(kind, by_id[pane].pid), (sign,), by_id[pane].path, pane)
            for pane, (kind, sign) in titles.items()
            if pane not in shown
        ]
        further, soon = not_begun(panes, {each.pane for each in records}, self._home, now)
        soon = soon or any(_just_rests(each, now) for each in records)
        return AgentsFound((*records, *further), tuple(ignored), unsettled or soon)

    def last_conversation(self, directory: str) -> str:
        """See `Agents.last_conversation`."""
        return self._conversations.newest(directory)

    def _files(
        self, now: float
    ) -> tuple[dict[int, ClaudeState], dict[int, HookFile], list[str], bool]:
        ignored: list[str] = []
        states: dict[int, ClaudeState] = {}
        troubles: list[SilentFile] = []
        if self._states is not None:
            own, troubles = self._states.read(now)
            # What a dead process left half-written is nobody's loss.
            troubles = [each for each in troubles if _is_alive(each.name)]
            space = ancestry.own_namespace()
            states = {file.pid: file for file in own.values() if file.space in ("", space)}
        by_hooks, more = self._told.read(now)
        troubles += more
        told: dict[int, HookFile] = {}
        for hook in by_hooks.values():
            before = told.get(hook.pid)
            if before is None or _at(before) < _at(hook):
                told[hook.pid] = hook
        ignored += [each.why for each in troubles if each.settled]
        return states, told, ignored, any(not each.settled for each in troubles)

    def _find_places(
        self, states: Mapping[int, ClaudeState], told: Mapping[int, HookFile], panes: Sequence[Pane]
    ) -> None:
        """Prove which processes are alive, and in which pane each runs; keep it of the dead."""
        by_pid = {pane.pid: pane.id for pane in panes if pane.pid}
        before, self._places = self._places, {}
        kept = {
            (pid, _start(states.get(pid), told.get(pid))) for pid in states.keys() | told.keys()
        }
        self._gone = {key: at for key, at in self._gone.items() if key in kept}
        for pid in states.keys() | told.keys():
            start = _start(states.get(pid), told.get(pid))
            known = before.get(pid)
            if known is not None and known.start != start:
                known = None
            process = ancestry.alive(pid)
            if process is None or (start and process.start and process.start != start):
                if known is not None:
                    self._places[pid] = known
                continue
            root = ancestry.nearest(pid, by_pid)
            pane = by_pid[root] if root is not None else known.pane if known else None
            self._places[pid] = _Place(start, pane)

    def _record(
        self,
        state: ClaudeState | None,
        hook: HookFile | None,
        pid: int,
        panes: Sequence[Pane],
        now: float,
    ) -> AgentRecord | None:
        if state is not None and hook is not None and state.start and hook.start:
            # A process id that was given anew: what is older is of another process.
            if int(hook.start) < int(state.start):
                hook = None
            elif int(hook.start) > int(state.start):
                state = None
        start = _start(state, hook)
        process = ancestry.alive(pid)
        lives = process is not None and (
            not start or not process.start or process.start == start
        )  # without a token only an id, on systems that have none
        signs: list[AgentSign] = []
        place = self._places.get(pid)
        pane = place.pane if place is not None else None
        if not lives:
            if hook is not None and hook.sign is not None and hook.sign.doing is Doing.ENDED:
                return None
            if pane is None and state is not None:
                began = state.started
                pane = _pane_of_the_dead(state.pane, state.start, state.cwd, began, panes)
            elif pane is None and hook is not None:
                pane = _pane_of_the_dead(hook.pane, hook.start, hook.cwd, hook.at, panes)
            if pane is None or not any(each.id == pane for each in panes):
                return None
            signs.append(
                AgentSign(
                    Strength.PROOF,
                    "process",
                    Doing.CRASHED,
                    f"it died: its process {pid} is gone",
                    seen_at=self._gone.setdefault((pid, start), now),
                )
            )
        signs += [state.sign] if state is not None else []
        signs += [hook.sign] if hook is not None and hook.sign is not None else []
        if not signs or (lives and all(each.doing is Doing.ENDED for each in signs)):
            return None
        conversation = (state.conversation if state else "") or (hook.conversation if hook else "")
        cwd = state.cwd if state is not None else ""
        use = self._conversations.use(conversation, cwd) if state is not None else None
        kind = AgentKind.CLAUDE if state is not None else hook.kind if hook else AgentKind.COMMAND
        return AgentRecord(
            agent=Agent(kind, pid, conversation, state.version if state else "", use),
            signs=tuple(signs),
            cwd=cwd,
            pane=pane,
            started=state.started if state is not None else None,
            session=hook.session if hook is not None else "",
        )


def _just_rests(record: AgentRecord, now: float) -> bool:
    """Whether an agent may still be writing down what it said before it came to rest."""
    return any(
        sign.doing in (Doing.RESTING, Doing.BACKGROUND)
        and sign.since is not None
        and 0 <= now - sign.since < LAST_WORDS
        for sign in record.signs
    )


def _is_folder(path: str) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - asked every second


def _is_alive(name: str) -> bool:
    stem = name.removesuffix(".json")
    return stem.isdigit() and ancestry.alive(int(stem)) is not None


def _at(hook: HookFile) -> float:
    return (hook.sign.since or 0.0) if hook.sign is not None else 0.0


def _start(state: ClaudeState | None, hook: HookFile | None) -> str:
    return (state.start if state is not None else "") or (hook.start if hook is not None else "")


def _with_title(
    record: AgentRecord, titles: Mapping[str, tuple[AgentKind, AgentSign]]
) -> AgentRecord:
    if record.pane is None or record.pane not in titles or record.crashed:
        return record
    return replace(record, signs=(*record.signs, titles[record.pane][1]))


def _pane_of_the_dead(
    told: str, start: str, cwd: str, at: float | None, panes: Sequence[Pane]
) -> str | None:
    """The pane in which a process ran that was never seen alive, where that is beyond doubt.

    Ids of panes are small numbers that another server has too: its first process has to be older
    than the agent, and it has to stand where the agent worked.

    Args:
        told: The pane that the agent named.
        start: When the agent's process started, as the kernel prints it.
        cwd: Where it worked.
        at: A time at which it lived, in epoch seconds, where one is known.
        panes: All there are.
    """
    if not told or not start or not cwd or (at is not None and at < ancestry.booted()):
        return None
    for pane in panes:
        if pane.id != told:
            continue
        first = ancestry.alive(pane.pid)
        older = first is not None and first.start and int(first.start) <= int(start)
        inside = pane.path == cwd or pane.path.startswith(cwd.rstrip("/") + "/")
        return pane.id if older and inside else None
    return None
