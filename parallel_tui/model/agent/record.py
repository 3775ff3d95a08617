"""What is read of coding agents: their processes, what each is seen doing, what it used."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.model.agent.waiting import WaitsFor


class AgentKind(StrEnum):
    """Agents that something is known of."""

    CLAUDE = "claude"
    CODEX = "codex"
    ANTIGRAVITY = "antigravity"
    OPENCODE = "opencode"
    COMMAND = "command"
    """Any other program: its process and its pane are all there is."""


class Doing(StrEnum):
    """What an agent is seen doing."""

    STARTING = "starting"
    WORKING = "working"
    WAITING = "waiting"
    BACKGROUND = "background"
    """Its turn has ended, and something that it began runs on."""
    RESTING = "resting"
    DONE = "done"
    FAILED = "failed"
    LIMITED = "limited"
    ENDED = "ended"
    """It said that it ends."""
    CRASHED = "crashed"
    """Its process is gone, and it has not said that it ends."""


class Strength(IntEnum):
    """How much a sign is worth; the smaller the more."""

    PROOF = 0
    """The process itself."""
    OWN_FILE = 1
    """What the agent writes down of its state, whatever happens."""
    HOOK = 2
    """What it tells at some moments, and at others not."""
    TITLE = 3
    """What it shows in the title of its pane."""


@dataclass(frozen=True, slots=True)
class AgentSign:
    """One thing that says what an agent is doing.

    Attributes:
        strength: What sort of thing.
        source: Where it was seen: `claude`, `hook`, `process`, `title`.
        doing: What it says.
        detail: The observation in words.
        since: When that began, in epoch seconds; `None` where nobody tells.
        seen_at: When it was first seen to be so, in epoch seconds.
        waits_for: What an agent that waits asks for; `None` where that is not known.
        until: When a limit ends, in epoch seconds, where that is known.
        said: First line of what the agent said last, where it tells.
    """

    strength: Strength
    source: str
    doing: Doing
    detail: str
    since: float | None = None
    seen_at: float | None = None
    waits_for: WaitsFor | None = None
    until: float | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """What a conversation has used, as its own record tells.

    Attributes:
        tokens: Tokens that the last request had in context.
        room: Tokens that fit; `None` where that is not known.
        cost: US dollars; `None` where that is not known.
        replied: When the agent last said something, in epoch seconds.
    """

    tokens: int | None = None
    room: int | None = None
    cost: float | None = None
    replied: float | None = None

    @property
    def context(self) -> int | None:
        """Percent of the context that is used; `None` where that is not known."""
        if self.tokens is None or not self.room:
            return None
        return min(100, round(100 * self.tokens / self.room))


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent of a session.

    Attributes:
        kind: Which program.
        pid: Its process.
        conversation: Id of its conversation; empty where that is not known.
        version: Of the program; empty where that is not known.
        use: What the conversation has used; `None` where that is not known.
    """

    kind: AgentKind
    pid: int
    conversation: str = ""
    version: str = ""
    use: Use | None = None


@dataclass(frozen=True, slots=True)
class AgentRecord:
    """An agent with all that says what it is doing.

    Attributes:
        agent: Who.
        signs: At least one.
        cwd: Where it works; empty where that is not known.
        pane: Id of the pane that its process is proved to run in; `None` outside of panes.
        started: When it began, in epoch seconds; `None` where that is not known.
        session: Name of the session that its hooks were told; empty where none was.
    """

    agent: Agent
    signs: tuple[AgentSign, ...]
    cwd: str = ""
    pane: str | None = None
    started: float | None = None
    session: str = ""

    @property
    def crashed(self) -> bool:
        """Whether its process is proved to be gone."""
        return any(sign.doing is Doing.CRASHED for sign in self.signs)


@dataclass(frozen=True, slots=True)
class AgentsFound:
    """One look at all agents.

    Attributes:
        records: In order of their processes.
        ignored: Why a file was passed over that should say something, one sentence each.
        unsettled: Whether something is just being written, and is to be read again soon.
    """

    records: tuple[AgentRecord, ...] = ()
    ignored: tuple[str, ...] = ()
    unsettled: bool = False
