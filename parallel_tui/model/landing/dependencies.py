"""Which sessions have to land before which. Pure."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from parallel_tui.advice import Act, Advice
from parallel_tui.errors import UsageError
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


class Why(StrEnum):
    """Source of a dependency."""

    DECLARED = "declared"
    """The configuration says so."""
    SPAWNED = "spawned"
    """It was said when the session was started, or of it since."""
    BUILT = "built"
    """Its branch contains the other's commits."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """One session that has to land after another.

    Attributes:
        session: Name of the later one.
        on: Name of the earlier one.
        why: Who says so.
    """

    session: str
    on: str
    why: Why


def dependencies(
    declared: Mapping[str, Collection[str]],
    built: Mapping[str, Collection[str]],
    names: Collection[str],
    spawned: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> tuple[Dependency, ...]:
    """All dependencies between some sessions.

    Args:
        declared: By session, what it lands after, according to the configuration.
        built: By session, whose commits its branch contains.
        names: The sessions; what names others is left out.
        spawned: By session, what it lands after, as was said of the session itself.

    Returns:
        By session and what it depends on; what the configuration says counts before what was said
        of a session, and that before what its branch shows.

    Raises:
        UsageError: When they form a circle, which is named.
    """
    found = {
        (later, earlier): Dependency(later, earlier, why)
        for why, told in ((Why.BUILT, built), (Why.SPAWNED, spawned), (Why.DECLARED, declared))
        for later, some in told.items()
        for earlier in some
        if later in names and earlier in names
    }
    every = tuple(found[key] for key in sorted(found))
    _demand_no_circle(every)
    return every


def joined(*told: Mapping[str, Collection[str]]) -> Mapping[str, tuple[str, ...]]:
    """Everything that sessions land after, by session, whoever says so."""
    found: dict[str, tuple[str, ...]] = {}
    for some in told:
        for later, earlier in some.items():
            found[later] = tuple(dict.fromkeys((*found.get(later, ()), *earlier)))
    return found


def closure(name: str, every: Iterable[Dependency]) -> frozenset[str]:
    """Everything that a session depends on, also by way of others; not itself."""
    return _reached(name, [(each.session, each.on) for each in every])


def dependents(name: str, every: Iterable[Dependency]) -> frozenset[str]:
    """Everything that depends on a session, also by way of others; not itself."""
    return _reached(name, [(each.on, each.session) for each in every])


def _reached(name: str, edges: Collection[tuple[str, str]]) -> frozenset[str]:
    seen: set[str] = set()
    todo = [name]
    while todo:
        here = todo.pop()
        fresh = {end for start, end in edges if start == here} - seen
        seen |= fresh
        todo += sorted(fresh)
    return frozenset(seen)


def _demand_no_circle(every: Collection[Dependency]) -> None:
    edges: dict[str, list[Dependency]] = {}
    for each in every:
        edges.setdefault(each.session, []).append(each)
    done: set[str] = set()
    for start in edges:
        if start not in done and (circle := _circle(start, edges, done)):
            steps = ", ".join(
                f"{each.session} is built on {each.on}"
                if each.why is Why.BUILT
                else f"{each.session} lands after {each.on}"
                for each in circle
            )
            raise UsageError(
                f"No order can satisfy all dependencies, for they form a circle: {steps}",
                hint=_way_out({each.why for each in circle}),
                advice=_taken_back(circle),
            )


def _way_out(why: Collection[Why]) -> str:
    if Why.DECLARED in why:
        return "Take one of them out of merge.after."
    if Why.SPAWNED in why:
        return ""
    return "Rebase one of them so that it does not hold the other's commits."


def _taken_back(circle: Collection[Dependency]) -> tuple[Advice, ...]:
    said = [each.session for each in circle if each.why is Why.SPAWNED]
    return tuple(
        Advice(f"To have {name} wait for nothing any more: ", Act.AFTER, (name,)) for name in said
    )


def _circle(
    start: str, edges: Mapping[str, list[Dependency]], done: set[str]
) -> list[Dependency] | None:
    """The edges of a circle reachable from a session; what is free of them is added to `done`."""
    path: list[Dependency] = []
    on_path = [start]
    todo = [iter(edges.get(start, ()))]
    while todo:
        each = next(todo[-1], None)
        if each is None:
            todo.pop()
            done.add(on_path.pop())
            if path:
                path.pop()
        elif each.on in on_path:
            return [*path[on_path.index(each.on) :], each]
        elif each.on not in done:
            path.append(each)
            on_path.append(each.on)
            todo.append(iter(edges.get(each.on, ())))
    return None
