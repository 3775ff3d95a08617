"""When the live view says that a remote is away."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from parallel_tui.engine.facts import Facts
from parallel_tui.engine.sources.hosts.exchange import HostsReader
from parallel_tui.errors import GitError
from parallel_tui.model.hosts.shared import SharedSession, ShareMode
from parallel_tui.model.hosts.view import Offered, SharedWork, Sharing
from parallel_tui.model.session.repository import Base, Repository
from parallel_tui.model.view.snapshot import Source
from tests.support.waiting import eventually

REPOSITORY = Repository("myapp", "/r/.git", "/r", bare=False, coordination_root="/r")


class Remote:
    """Takes what is shared, or is away."""

    def __init__(self) -> None:
        self.away = False
        self.asked = 0

    def _ask(self) -> None:
        self.asked += 1
        if self.away:
            raise GitError("origin cannot be reached")

    def send(self, sharing: Sharing, sessions: Sequence[Offered]) -> SharedWork:
        self._ask()
        return SharedWork()

    def take_back(self, sharing: Sharing) -> int:
        return 0

    def close(self) -> None:
        """It stays."""

    def remotes(self) -> tuple[str, ...]:
        return ("origin",)

    def fetch(self, sharing: Sharing) -> None:
        self._ask()

    def read(
        self, sharing: Sharing
    ) -> tuple[tuple[SharedSession, ...], tuple[tuple[str, str], ...]]:
        return (), ()

    def shared_by(self, remote: str, clones: Collection[str]) -> tuple[tuple[str, str], ...]:
        return ()

    def forget(self) -> None:
        """Nothing was fetched."""


class Chosen:
    """Sharing is on."""

    def read(self) -> Sharing:
        return Sharing(ShareMode.WORK, "origin", "red", "1")

    def write(self, sharing: Sharing) -> None:
        """It stays as it is."""


class Alone:
    """No other process works for the clone."""

    def take(self, seconds: float = 0.0) -> bool:
        return True

    def close(self) -> None:
        """Nobody waits."""


class Note:
    """Nobody reads it."""

    def stamp(self) -> object:
        return None

    def read(self) -> tuple[SharedWork, str]:
        return SharedWork(), ""

    def write(self, sent: SharedWork, trouble: str) -> None:
        """For nobody."""


def test_a_remote_is_away_until_it_answers_whatever_else_is_news_meanwhile() -> None:
    facts = Facts(REPOSITORY, lambda: 0.0)
    facts.put(base=Base("main", "refs/heads/main", "a" * 40, "main"), worktrees=())
    remote = Remote()
    reader = HostsReader(
        Chosen(), lambda: remote, remote, lambda: None, Alone(), Note(), facts, lambda: None
    )

    def troubled() -> bool:
        return any(each.source is Source.HOSTS for each in facts.troubles())

    def look() -> bool:
        asked = remote.asked
        reader.read()
        return remote.asked > asked

    reader.read()
    assert not troubled()
    remote.away = True
    eventually(look)
    assert troubled()
    reader.read()  # for an edit, say
    assert troubled()
    remote.away = False
    eventually(look)
    assert not troubled()
