"""What keeps a clone in step with others has done, as lines of a log. Pure."""

from __future__ import annotations

from parallel_tui.model.fact import known
from parallel_tui.model.text.words import shown_host
from parallel_tui.model.view.snapshot import Source
from parallel_tui.record import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Final

    from parallel_tui.model.sharing.lock import Lock
    from parallel_tui.model.view.snapshot import Snapshot

_OURS: Final = frozenset({Source.GIT, Source.WATCH, Source.TREES, Source.STORE, Source.HOSTS})
"""Whose trouble is ours: nobody looks at windows here."""


@dataclass(frozen=True, slots=True)
class HostNews:
    """One line of the log.

    Attributes:
        event: What kind: `shared`, `withdrawn`, `seen`, `gone`, `lock`, `clash`, `unlocked`,
            `pushing`, `trouble` or `well`.
        text: One sentence; from outside in parts, so not made safe to show.
        about: The session, lock or source.
        bad: Whether somebody should look.
    """

    event: str
    text: str
    about: str = ""
    bad: bool = False


def host_news(before: Snapshot, after: Snapshot) -> tuple[HostNews, ...]:
    """What is different between two looks at a clone."""
    return (*_sharing(before, after), *_locks(before, after), *_trouble(before, after))


def _sharing(before: Snapshot, after: Snapshot) -> Iterator[HostNews]:
    was, now = before.hosts, after.hosts
    if now is not None and (was is None or was.pushing is not now.pushing):
        if now.pushing:
            where = f"through {now.sharing.remote} as {now.sharing.host}"
            yield HostNews("pushing", f"Sharing {now.sharing.mode.value} {where}")
        else:
            yield HostNews(
                "pushing",
                "Another process of this clone pushes and fetches for now",
            )
    elif now is None and was is not None:
        yield HostNews("pushing", "Nothing is shared any more, and none of others is seen")
    sent, had = (set(each.sent.names) if each else set() for each in (now, was))
    for name in sorted(sent - had):
        yield HostNews("shared", f"{name} is shared", name)
    for name in sorted(had - sent):
        yield HostNews("withdrawn", f"{name} is not shared any more", name)
    theirs, known_ones = (
        {each.key: each for each in (view.sessions if view else ())} for view in (now, was)
    )
    for key, each in theirs.items():
        if key not in known_ones:
            yield HostNews("seen", f"{key} shares its work", key)
        elif known_ones[key].commit != each.commit:
            yield HostNews("seen", f"{key} has new work", key)
    for key in sorted(known_ones.keys() - theirs.keys()) if now is not None else ():
        yield HostNews("gone", f"{key} shares nothing any more", key)


def _locks(before: Snapshot, after: Snapshot) -> Iterator[HostNews]:
    new = known(after.coordination)
    if new is None:
        return
    old = known(before.coordination)
    had = {each.name: each for each in old.locks} if old is not None else {}
    there = {each.name: each for each in new.locks}
    for name, lock in there.items():
        was = had.get(name)
        if lock.script is not None and (was is None or was.script != lock.script):
            where = f"a script on {shown_host(lock.script.host)}"
            yield HostNews("lock", f"{lock.target} is locked for {lock.owner} by {where}", name)
        yield from _clashes(lock, was)
    for name, lock in had.items():
        if lock.script is not None and name not in there:
            yield HostNews("unlocked", f"{lock.target} is not locked by a script any more", name)


def _clashes(lock: Lock, was: Lock | None) -> Iterator[HostNews]:
    for each in lock.rivals:
        if was is None or each not in was.rivals:
            made = f"A script of {each.owner} on {shown_host(each.host)} made a lock file"
            stands = f"which does not count: {lock.whose} has that lock"
            yield HostNews("clash", f"{made} for {lock.target}, {stands}", lock.name, bad=True)


def _trouble(before: Snapshot, after: Snapshot) -> Iterator[HostNews]:
    was, now = (
        {(each.source, each.message) for each in seen.health if each.source in _OURS}
        for seen in (before, after)
    )
    for source, message in sorted(now - was):
        yield HostNews("trouble", message, source.value, bad=True)
    for source in sorted({each for each, _ in was} - {each for each, _ in now}):
        what = "Sharing work" if source is Source.HOSTS else source.words.capitalize()
        yield HostNews("well", f"{what} works again", source.value)
