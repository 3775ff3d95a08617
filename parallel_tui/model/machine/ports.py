"""Ports, a compose project and a database name for each session, never the same twice. Pure.

A session gets one port out of each range, all with the same distance from its beginning: where
`web: 3000` and `api: 8000` are set, a session with 3004 has 8004 too, and is recognised by it. The
first of each range stays with the main worktree.
"""

from __future__ import annotations

import re

from parallel_tui.errors import RefusedError
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from typing import Final

ENV_FILE: Final = ".env.pdev"
"""File in a session's worktree that says what is the session's."""

COMPOSE: Final = "COMPOSE_PROJECT_NAME"
DATABASE: Final = "PDEV_DATABASE"

LOWEST: Final = 1024
HIGHEST: Final = 65_535
SPAN: Final = 100
"""How many ports a range has of which only the beginning is set."""

_LONGEST: Final = 63
"""Characters of a database's name: PostgreSQL cuts longer ones, and two may be one then."""

MARK: Final = "# Written by pdev"


@dataclass(frozen=True, slots=True)
class PortRange:
    """Ports that one program of each session gets one of.

    Attributes:
        first: The lowest.
        last: The highest.
    """

    first: int
    last: int

    @property
    def span(self) -> int:
        """How many there are."""
        return self.last - self.first + 1

    def __str__(self) -> str:
        """As it is set: `3000-3099`."""
        return f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class PortGrant:
    """What a session was given.

    Attributes:
        git_dir: Git directory of its worktree; the grant holds as long as that is there.
        repository: The repository's common git directory.
        session: Its name when it was given.
        ports: Name and number of each port, in the order in which they are set.
        compose: Name of its compose project.
        database: Name of its database.
    """

    git_dir: str
    repository: str
    session: str
    ports: tuple[tuple[str, int], ...]
    compose: str
    database: str

    @property
    def numbers(self) -> frozenset[int]:
        """Its ports."""
        return frozenset(number for _, number in self.ports)


def variable(name: str) -> str:
    """The environment variable of a port: `web` is `WEB_PORT`, `port` is `PORT`."""
    made = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")
    made = f"_{made}" if made[:1].isdigit() else made
    return made if made == "PORT" or made.endswith("_PORT") else f"{made}_PORT"


def environment(grant: PortGrant) -> dict[str, str]:
    """The variables by which programs of a session learn what is the session's."""
    made = {variable(name): str(number) for name, number in grant.ports}
    return {**made, COMPOSE: grant.compose, DATABASE: grant.database}


def env_text(grant: PortGrant) -> str:
    """The contents of the file that says the same; understood by compose, dotenv and shells."""
    head = f"{MARK} for this session: what is its own on this machine. Not tracked by git.\n"
    return head + "".join(f"{name}={value}\n" for name, value in environment(grant).items())


def is_ours(text: bytes) -> bool:
    """Whether a file of that name is one that we wrote."""
    return text.startswith(MARK.encode())


def pick(
    ranges: Mapping[str, PortRange],
    *,
    taken: Collection[int],
    avoided: Collection[int],
    in_use: Callable[[int], bool],
    main: bool = False,
) -> tuple[tuple[tuple[str, int], ...], tuple[int, ...]]:
    """Ports for a session: the nearest to the beginning that nobody has.

    Args:
        ranges: What is set, by name.
        taken: Ports of other sessions.
        avoided: Ports of sessions that are gone and may come back: taken only when no others are
            left.
        in_use: Whether a program has a port now, whosever it is.
        main: Whether it is the main worktree, whose the first of each range is.

    Returns:
        Name and number of each, and the ports that were passed over because a program has them.

    Raises:
        RefusedError: When none are left.
    """
    if not ranges:
        return (), ()
    span = min(each.span for each in ranges.values())
    distances = [0, *range(1, span)] if main else [*range(1, span)]
    passed: dict[int, None] = {}
    for closed in (frozenset(taken) | frozenset(avoided), frozenset(taken)):
        for distance in distances:
            numbers = [each.first + distance for each in ranges.values()]
            if closed.intersection(numbers):
                continue
            busy = [number for number in numbers if number in passed or in_use(number)]
            if not busy:
                return tuple(zip(ranges, numbers, strict=True)), tuple(sorted(passed))
            passed.update(dict.fromkeys(busy))
    used = f"; {len(passed)} of them are in use by other programs" if passed else ""
    raise RefusedError(
        f"No ports are left for another session: the ranges hold {max(0, span - 1)}{used}.",
        hint="Set longer ranges in `ports`, such as web: 3000-3999, or remove sessions.",
    )


def compose_name(repository: str, session: str, taken: Collection[str]) -> str:
    """A name for a session's compose project: lower-case letters, digits, dashes, underscores."""
    return _free(_plain(f"{repository}-{session}", "-"), "-", taken)


def database_name(repository: str, session: str, taken: Collection[str]) -> str:
    """A name for a session's database that needs no quotes in SQL."""
    made = _plain(f"{repository}_{session}", "_").replace("-", "_")
    return _free(f"d{made}" if made[:1].isdigit() else made, "_", taken)


def _plain(text: str, dash: str) -> str:
    made = re.sub(r"[^a-z0-9_-]+", dash, text.lower()).strip("-_")
    return made or "session"


def _free(name: str, dash: str, taken: Collection[str]) -> str:
    """The name, cut and numbered so that it is nobody else's."""
    made, number = name[:_LONGEST].rstrip("-_"), 1
    while made in taken:
        number += 1
        end = f"{dash}{number}"
        made = name[: _LONGEST - len(end)].rstrip("-_") + end
    return made


def words(grant: PortGrant) -> str:
    """A grant for people: `web 3001, api 8001`."""
    return ", ".join(f"{name} {number}" for name, number in grant.ports) or "no ports are set"
