"""One child process that watches the working trees of all live views in a program.

Each has a link of its own to it: what the child says goes to the one that asked, and what one does,
or cannot have, is no matter of the others. The child begins with the first that starts it and ends
with the last that ends. Whoever has it hang, on a disk that does, gets one of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from parallel_tui.engine.watching.tree_link import TreeChild, TreeLink
from parallel_tui.ports.system import ChildProcess

Python = Callable[[Sequence[str]], ChildProcess]
Message = dict[str, Any]


class OneChild:
    """Hands out links to one child. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._links: dict[int, SharedLink] = {}
        self._numbers = 0
        self._child: TreeLink | None = None
        self._unanswered: dict[tuple[int, str], None] = {}

    def link(
        self, python: Python, heard: Callable[[Message], None], lost: Callable[[], None]
    ) -> TreeChild:
        """A link of one live view; it starts nothing.

        Args:
            python: Starts the child, if this is the one that does.
            heard: Told what is about this one, on the listening thread.
            lost: Called when the child ended by itself, or this one gave it up.
        """
        with self._lock:
            self._numbers += 1
            return SharedLink(self, self._numbers, python, heard, lost)

    def begin(self, link: SharedLink) -> None:
        """Have a child serve a link.

        Raises:
            OSError: When there is none and none can be started.
        """
        with self._lock:
            child = None if link.alone else self._child
            if child is None or child.pid is None:
                child = self._started(link)
                if not link.alone:
                    self._child = child
            link.child = child
            self._links[link.number] = link

    def _started(self, link: SharedLink) -> TreeLink:
        child = TreeLink(link.python, self._hear, lambda: self._ended(child))
        child.start()
        return child

    def send(self, link: SharedLink, message: Message) -> bool:
        """Send a message of a link; whether a child took it."""
        with self._lock:
            child = link.child
            if child is None:
                return False
            if "watch" in message:
                link.roots.add(message["watch"])
                self._unanswered[link.number, message["watch"]] = None
            elif "forget" in message:
                link.roots.discard(message["forget"])
        return child.send({**message, "of": link.number})

    def leave(self, link: SharedLink) -> None:
        """Have a link served no more; the last one ends the child and waits for it."""
        with self._lock:
            child, roots = self._let_go(link)
            last = all(each.child is not child for each in self._links.values())
            if last and self._child is child:
                self._child = None
        if child is None:
            return
        if last:
            child.end()
            return
        for root in sorted(roots):
            child.send({"forget": root})

    def kill(self, link: SharedLink) -> None:
        """End the child of a link, which does not answer; all that it serves are told."""
        with self._lock:
            child = link.child
            first = next(iter(self._unanswered), None)
            hung = self._links.get(first[0]) if first is not None else None
            if hung is not None and hung.child is child:
                hung.alone = True
        if child is not None:
            child.give_up()

    def _let_go(self, link: SharedLink) -> tuple[TreeLink | None, set[str]]:
        child, link.child = link.child, None
        roots, link.roots = link.roots, set()
        self._links.pop(link.number, None)
        for key in [key for key in self._unanswered if key[0] == link.number]:
            del self._unanswered[key]
        return child, roots

    def _ended(self, child: TreeLink) -> None:
        with self._lock:
            if self._child is child:
                self._child = None
            links = [link for link in self._links.values() if link.child is child]
            for link in links:
                self._let_go(link)
        for link in links:
            link.lost()

    def _hear(self, message: Message) -> None:
        with self._lock:
            of = {root: link for link in self._links.values() for root in link.roots}
            links = list(self._links.values())
            for answer in ("ready", "absent", "failed"):
                if answer in message:
                    self._unanswered.pop((message.get("of", 0), message[answer]), None)
        for link in links:
            told = _share(message, link, of) if "hints" in message else message
            if told is not None and message.get("of") in (None, link.number):
                link.heard(told)


def _share(message: Message, link: SharedLink, of: dict[str, SharedLink]) -> Message | None:
    """What of changes is about one link; `None` for nothing."""

    def mine(roots: Iterable[str]) -> list[str]:
        return [root for root in roots if of.get(root) is link]

    hints = {root: message["hints"][root] for root in mine(message["hints"])}
    gone, lost = mine(message["gone"]), message["lost"]
    return {"hints": hints, "gone": gone, "lost": lost} if hints or gone or lost else None


class SharedLink(TreeChild):
    """One live view's link to a child that watches for several.

    Attributes:
        child: The child that serves it, if one does.
        roots: The working trees that are watched for it.
        alone: Whether it needs a child of its own.
    """

    def __init__(
        self,
        one: OneChild,
        number: int,
        python: Python,
        heard: Callable[[Message], None],
        lost: Callable[[], None],
    ) -> None:
        self._one = one
        self.number, self.python = number, python
        self.heard, self.lost = heard, lost
        self.child: TreeLink | None = None
        self.roots: set[str] = set()
        self.alone = False

    @property
    def pid(self) -> int | None:
        """See `TreeChild.pid`."""
        child = self.child
        return child.pid if child is not None else None

    def start(self) -> None:
        """See `TreeChild.start`."""
        self._one.begin(self)

    def send(self, message: Message) -> bool:
        """See `TreeChild.send`."""
        return self._one.send(self, message)

    def give_up(self) -> None:
        """See `TreeChild.give_up`. The others keep the child."""
        self._one.leave(self)
        self.lost()

    def kill(self) -> None:
        """See `TreeChild.kill`."""
        self._one.kill(self)

    def end(self) -> None:
        """See `TreeChild.end`."""
        self._one.leave(self)
