"""Keep a hidden client on the server for as long as somebody wants to hear of changes.

Where there is none (no server, no place for it, a server that refuses), changes are not told and
whoever asks lists windows by a process of its own; a new client is tried when the listing shows
something new, and now and then.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from parallel_tui.adapters.tmux.command import Address, NoServerError, ask, ended
from parallel_tui.adapters.tmux.listening import hiding
from parallel_tui.adapters.tmux.listening.control import ClientEndedError, ControlClient
from parallel_tui.adapters.tmux.listening.control_lines import Notice
from parallel_tui.errors import MuxError
from parallel_tui.model.window.mux_news import CHANGED, LISTENING, STIRRED, MuxNews, deaf

AGAIN: Final = 15.0
"""Seconds until a client is tried again that could not be had."""

CHECK: Final = 5.0
"""Seconds between two checks whether the client may stay where it is."""

_FAREWELL: Final = 0.5
"""Seconds that leaving may take."""

_LASTED: Final = 5.0
"""Seconds after which a client that ended has not ended because it is not wanted here."""

_CHANGES: Final = frozenset(
    {
        "window-add",
        "window-close",
        "window-renamed",
        "unlinked-window-add",
        "unlinked-window-close",
        "unlinked-window-renamed",
        "sessions-changed",
        "session-renamed",
        "session-window-changed",
        "window-pane-changed",
        "layout-change",
        "client-session-changed",
        "client-detached",
    }
)
"""Notifications after which a listing may differ."""

_SUBSCRIPTION: Final = "pdev"
_HEAD: Final = "#{exit-unattached} #{focus-events} #{session_attached} "
"""What would make us leave, told before the rest: a server that is to end, and somebody who looks
at the session we are in, where panes are told of that or where we came in as if nobody did."""


def subscription(own_pane: str | None) -> str:
    """The format that differs whenever a listing does that no notification tells of.

    What programs chose goes through an allow-list, for a newline would end the line it is told in.
    Long texts are cut: their ends are told apart by the output that comes with a change.

    Args:
        own_pane: A pane whose output, and that of its window, is no news.
    """
    window = "#{window_activity}"
    pane = "#{=12:pane_current_command}#{=24:pane_title}#{=-24:pane_current_path}"
    if own_pane is not None:
        own = f"#{{==:#{{pane_id}},{own_pane}}}"
        pane = f"#{{?{own},,{pane}}}"
        window = f"#{{?#{{m:*1*,#{{P:{own}}}}},,{window}}}"
    panes = "#{pane_id}#{pane_active}#{pane_dead}#{pane_width}.#{pane_height}" + pane
    windows = f"#{{window_id}}{window}#{{window_bell_flag}}#{{window_active}}#{{P:{panes}}}"
    sessions = f"#{{S:#{{session_id}}#{{session_attached}}#{{W:{windows}}}}}"
    return f"{_HEAD}#{{s/[^ -~]/_/:{sessions}}}"


class Watching:
    """Tells of changes on a server until it is closed. Implements `MuxWatch`.

    Args:
        address: The server; it need not run yet.
        told: Called with each piece of news, from threads of its own.
        own_pane: A pane whose output is no news.
    """

    def __init__(
        self, address: Address, told: Callable[[MuxNews], None], own_pane: str | None
    ) -> None:
        self._address = address
        self._told = told
        self._own_pane = own_pane
        self._wake = threading.Condition()
        self._client: ControlClient | None = None
        self._session, self._shared = "", False
        self._lost = self._doubted = self._kicked = self._closed = False
        self._seen: object = None
        self._thread = threading.Thread(target=self._run, name="pdev-mux-watch", daemon=True)
        self._thread.start()

    @property
    def client(self) -> ControlClient | None:
        """The client that listens, and answers; `None` while there is none."""
        return self._client

    def listed(self, seen: object) -> None:
        """Something was listed without the client: try to have one if it was something new.

        Args:
            seen: Compared with the last one; `None` for no server, on which there can be none.
        """
        with self._wake:
            if seen != self._seen:
                self._seen = seen
                self._kicked = seen is not None
                self._wake.notify_all()

    def stop(self) -> None:
        """Tell nothing further, ever; never blocks."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()

    def close(self) -> None:
        """Stop, and wait until the client is gone."""
        self.stop()
        self._thread.join(2 * _FAREWELL)
        client = self._client
        if client is not None:
            client.close()

    def _run(self) -> None:
        """Have a client, and another one whenever it ended."""
        brief = 0
        while not self._closed:
            began = time.monotonic()
            with self._wake:
                self._kicked = False
            try:
                self._listen()
                # As a rule because somebody came to look, or its session was closed: go on.
                brief = brief + 1 if time.monotonic() - began < _LASTED else 0
                if brief <= 1:
                    continue
                why, again = "the client that listens ended at once", 1.0
            except NoServerError:
                why, again = "", None  # a listing will show the next one
            except hiding.NoPlaceError as error:
                why, again = str(error), AGAIN
            except MuxError as error:
                brief += 1
                why, again = error.message, 1.0 if brief <= 3 else AGAIN
            except OSError as error:  # too many open files, as a rule
                why, again = error.strerror or str(error), AGAIN
            if ended(self._address.socket):
                why, again = "", None  # it was about to end
            self._tell(deaf(why))
            with self._wake:
                self._wake.wait_for(lambda: self._closed or self._kicked, again)

    def _listen(self) -> None:
        """Have a client until it ends.

        Raises:
            NoPlaceError: When there is no place for it.
            MuxError: When it cannot be had.
        """
        self._lost = self._doubted = False
        place = hiding.find(self._address)
        self._session, self._shared = place.session, place.channel is not None
        since = time.time()
        client = ControlClient(self._address, place, self._notice, self._ended)
        inside = place.channel is None
        try:
            inside = inside or self._came_in(client, place, since)
            if not inside:
                return
            client.ask([["refresh-client", "-B", self._format()]])
            with self._wake:
                self._client = client
            self._tell(LISTENING)
            while self._may_stay(client, place):
                with self._wake:
                    self._wake.wait_for(lambda: self._lost or self._doubted or self._closed, CHECK)
                    self._doubted = False
        finally:
            with self._wake:
                self._client = None
            with suppress(MuxError):
                if inside:
                    self._say_goodbye(client, place)
            client.close()

    def _came_in(self, client: ControlClient, place: hiding.HidingPlace, since: float) -> bool:
        """Wait at the door until nobody can take us for somebody; whether we are in then."""
        self._tell(deaf(""))
        while not (self._lost or self._closed or hiding.may_come_in(self._address, place, since)):
            with self._wake:
                self._wake.wait_for(lambda: self._lost or self._closed, CHECK)
        if self._lost or self._closed:
            return False
        ask(self._address, [["wait-for", "-S", place.channel or ""]])
        client.arrive()
        return True

    def _may_stay(self, client: ControlClient, place: hiding.HidingPlace) -> bool:
        """Whether the client may stay: nobody can notice it, and the session does not end."""
        if self._lost or self._closed:
            return False
        asked = [["display-message", "-p", _HEAD]]
        if place.guard:
            asked.append(["show-options", "-gqv", "destroy-unattached"])
        try:
            said = client.ask(asked)
        except ClientEndedError:
            return False
        head, _, stays = said.partition("\n")
        return self._unnoticed(head) and stays.strip() in hiding.STAYS

    def _unnoticed(self, head: str) -> bool:
        ends, focus, attached, *_ = (*head.split(" "), "", "", "")
        return ends == "0" and (attached == "0" or (self._shared and focus == "0"))

    def _say_goodbye(self, client: ControlClient, place: hiding.HidingPlace) -> None:
        """Take back what was said for our sake, unless another listener relies on it."""
        if not place.guard or self._lost:
            return
        listing = ["list-clients", "-t", f"{place.session}:", "-F", "#{client_flags}"]
        listeners = client.ask([listing], timeout=_FAREWELL).count("suspended")
        if listeners <= 1:
            client.ask(place.leave(), timeout=_FAREWELL)

    def _format(self) -> str:
        return f"{_SUBSCRIPTION}::{subscription(self._own_pane)}"

    def _ended(self) -> None:
        with self._wake:
            self._lost = True
            self._wake.notify_all()

    def _notice(self, notice: Notice) -> None:
        """One notification; called from the client's thread."""
        if notice.word == "subscription-changed":
            if not self._unnoticed(notice.rest.partition(" : ")[2]):
                self._doubt()
            self._tell(STIRRED)
        elif notice.word == "session-changed" and notice.rest.split(" ")[0] != self._session:
            self._ended()  # moved, because its session was closed
        elif notice.word in _CHANGES:
            if notice.word == "client-session-changed":
                self._doubt()
            self._tell(CHANGED)

    def _doubt(self) -> None:
        """Have somebody look whether the client may stay; this thread must not wait for it."""
        with self._wake:
            self._doubted = True
            self._wake.notify_all()

    def _tell(self, news: MuxNews) -> None:
        if not self._closed:
            self._told(news)
