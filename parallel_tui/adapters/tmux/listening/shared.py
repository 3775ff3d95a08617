"""One hidden client on a server for all who want to hear of it in one program."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final, TypeAlias
from weakref import WeakKeyDictionary

from parallel_tui.adapters.tmux.command import Address
from parallel_tui.adapters.tmux.listening.control import ControlClient
from parallel_tui.adapters.tmux.listening.watching import Watching
from parallel_tui.adapters.tmux.listing import commands, new_mark
from parallel_tui.model.window.mux_news import LISTED, MuxNews, MuxSays

AT_MOST: Final = 1.0
"""Least seconds between two times that others are told of what one lists."""

_Server: TypeAlias = tuple[str, str | None]


class SharedClients:
    """Hands out ears; those for the same server have one client between them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._clients: dict[_Server, _OneClient] = {}
        self._answers: WeakKeyDictionary[ControlClient, _OneAnswer] = WeakKeyDictionary()

    def watch(self, address: Address, told: Callable[[MuxNews], None], own_pane: str | None) -> Ear:
        """Tell of changes on a server, as `Watching` does.

        Args:
            address: The server; it need not run yet.
            told: Called with each piece of news, from other threads.
            own_pane: A pane whose output is no news.
        """
        key = (address.socket, own_pane)
        with self._lock:
            client = self._clients.get(key)
            if client is None or not client.wanted:
                client = self._clients[key] = _OneClient(address, own_pane)
            return client.add(told)

    def listing(self, client: ControlClient, asking: object = None) -> tuple[str, str]:
        """A mark, and what a client answers to `commands` with it: once for all who ask meanwhile.

        When that differs from what they know, the others are told to look.

        Args:
            client: One that listens for several.
            asking: The ear of the one who asks.

        Raises:
            MuxError: As the client does.
        """
        with self._lock:
            answers = self._answers.setdefault(client, _OneAnswer())
            listening = [each for each in self._clients.values() if each.hears_by(client)]
        mark, text = answers.get(client)
        for each in listening:
            each.compare(text.replace(mark, ""), asking)
        return mark, text


class Ear:
    """One of those who hear of a server. Implements `MuxWatch`."""

    def __init__(self, shared: _OneClient, told: Callable[[MuxNews], None]) -> None:
        self._shared = shared
        self.told = told

    @property
    def client(self) -> ControlClient | None:
        """The client that listens, and answers; `None` while there is none."""
        return self._shared.watching.client

    def listed(self, seen: object) -> None:
        """Something was listed without the client; see `Watching.listed`."""
        self._shared.watching.listed(seen)

    def stop(self) -> None:
        """Tell this one nothing further; never blocks."""
        self._shared.remove(self)

    def close(self) -> None:
        """Stop; whoever is the last waits until the client is gone."""
        if self._shared.remove(self):
            self._shared.watching.close()


class _OneAnswer:
    """Asks once for all who ask while an earlier question is on its way."""

    def __init__(self) -> None:
        self._asking = threading.Lock()
        self._lock = threading.Lock()
        self._begun = 0
        self._last: tuple[int, str, str] = (0, "", "")

    def get(self, client: ControlClient) -> tuple[str, str]:
        """The mark and the text of an answer to a question that was asked after this call."""
        with self._lock:
            before = self._begun
        with self._asking:
            number, mark, text = self._last
            if number > before:
                return mark, text
            with self._lock:
                self._begun = number = self._begun + 1
            mark = new_mark()
            text = client.ask(commands(mark, ()))
            self._last = (number, mark, text)
            return mark, text


class _OneClient:
    """The client of a server, and all who hear of it."""

    def __init__(self, address: Address, own_pane: str | None) -> None:
        self._lock = threading.Lock()
        self._ears: tuple[Ear, ...] = ()
        self._said: MuxNews | None = None
        self._text = ""
        self._compared = 0.0
        self.wanted = True
        self.watching = Watching(address, self._tell, own_pane)

    def add(self, told: Callable[[MuxNews], None]) -> Ear:
        """Have somebody hear, beginning with whether anything is told at all."""
        ear = Ear(self, told)
        with self._lock:
            self._ears = (*self._ears, ear)
            said = self._said
        if said is not None:
            told(said)
        return ear

    def remove(self, ear: Ear) -> bool:
        """Have somebody hear no more; whether nobody does now."""
        with self._lock:
            self._ears = tuple(each for each in self._ears if each is not ear)
            last = not self._ears
        if last:
            self.wanted = False
            self.watching.stop()
        return last

    def hears_by(self, client: ControlClient) -> bool:
        """Whether it is this client that listens."""
        return self.watching.client is client

    def compare(self, text: str, asking: object) -> None:
        """Have all but one look where an answer differs from the last one that they looked at."""
        now = time.monotonic()
        with self._lock:
            # Not at each: two that look for each other's sake would never come to rest.
            if text == self._text or now - self._compared < AT_MOST:
                return
            first, self._text, self._compared = not self._text, text, now
            ears = () if first else self._ears
        for ear in ears:
            if ear is not asking:
                ear.told(LISTED)

    def _tell(self, news: MuxNews) -> None:
        with self._lock:
            if news.says in (MuxSays.LISTENING, MuxSays.DEAF):
                self._said = news
            ears = self._ears
        for ear in ears:
            ear.told(news)
