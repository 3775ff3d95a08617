"""The part of the application that tells the user of news, in the dashboard and outside of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Literal

from textual import events
from textual.app import App
from textual.notifications import Notification
from textual.reactive import var

from parallel_tui.model.text.safe import safe
from parallel_tui.model.view import segment
from parallel_tui.model.view.snapshot import Snapshot
from parallel_tui.model.view.wishes import Channel, Moment, hush, wishes_of
from parallel_tui.model.window.window import Window
from parallel_tui.record import replace
from parallel_tui.ui.tasks import ask
from parallel_tui.ui.telling.focus import TerminalFocus
from parallel_tui.ui.telling.news import News, NewsLine
from parallel_tui.ui.telling.notices import Notices

if TYPE_CHECKING:
    from parallel_tui.model.settings.config import Config
    from parallel_tui.ports.telling import Desktop, Segment

Severity = Literal["information", "warning", "error"]

_LINES: Final = 4
"""Lines of a notification on the desktop."""

_UNREACHED: Final = (
    "Desktop notifications cannot be shown: no program for them was found here, and the terminal "
    "cannot be reached. `Being told` in the README says what to do; notify.desktop: off ends this."
)


class TellingApp(App[int]):
    """Tells of news, remembers all that was told, and keeps numbers for status lines.

    Attributes:
        hush: Why nothing is told at present; empty while news is told.
        notices: All that was told.
        news: What is told of a snapshot.
        steady: A clock that is never set back.
        told_now: What was told a moment ago, the newest last; a line above the footer shows it.
    """

    NOTIFICATION_TIMEOUT = 6
    hush: var[str] = var("")
    told_now: var[tuple[Notification, ...]] = var[tuple[Notification, ...]](())

    def __init__(self, **options: Any) -> None:
        self.notices = Notices()
        super().__init__(**options)
        self.news = News()
        self.steady: Callable[[], float] = time.monotonic
        self.terminal_focus = TerminalFocus(self.steady())
        self.muted = False
        self._desktop: Desktop | None = None
        self._segment: Segment | None = None
        self._desktop_failed = False
        self._told_of: Snapshot | None = None

    @property
    def clock(self) -> Callable[[], float]:
        """Current time in epoch seconds, once it is known."""
        return lambda: 0.0

    def tell_by(self, config: Config, desktop: Desktop, numbers: Segment) -> None:
        """Begin to tell, as the user wishes.

        Args:
            config: The settings.
            desktop: Shows notifications.
            numbers: Keeps numbers for status lines.
        """
        self.news.wishes = wishes_of(config)
        self._desktop, self._segment = desktop, numbers
        self.set_interval(segment.BEAT, self._beat)
        self._look_at_hours()

    def tell_news(self, snapshot: Snapshot) -> None:
        """Tell what is new in a snapshot."""
        before, self._told_of = self._told_of, snapshot
        self.tell_lines(self.news.of(snapshot, self.moment(snapshot)), snapshot)
        if before is None or segment.counted(before.sessions) != segment.counted(snapshot.sessions):
            self.keep_numbers()

    def tell_lines(self, lines: Sequence[NewsLine], snapshot: Snapshot, of: str = "") -> None:
        """Tell news, each by its ways.

        Args:
            lines: The news.
            snapshot: What they are of.
            of: What to say before each in the dashboard, where there are several repositories.
        """
        for line in lines:
            self._tell(_of(line, of) if of else line)
        if any(Channel.BELL in line.by for line in lines):
            self.bell()
        if calls := [line.text for line in lines if Channel.DESKTOP in line.by]:
            self._notify_desktop(snapshot, calls)

    def _refresh_notifications(self) -> None:
        """Show what was told just now, in a line of its own instead of over what is being read."""
        if self._disable_notifications:
            return
        self.told_now = tuple(self._notifications)
        if self.told_now:
            soonest = min(each.time_left for each in self.told_now)
            self.set_timer(max(0.05, soonest + 0.05), self._refresh_notifications)

    def take_over(self, about: str) -> None:
        """Tell of a thing ourselves: news of it go from the screen, and later ones say nothing.

        Args:
            about: Its id.
        """
        now = self.steady()
        said = self.notices.said(about, now)
        for each in tuple(self._notifications):
            if said and each.message == said:
                del self._notifications[each]
        self.notices.is_second(about, now)

    def toggle_mute(self) -> bool:
        """Mute news, or tell it again; whether it is muted now."""
        self.muted = not self.muted
        self._look_at_hours()
        return self.muted

    def typed(self) -> None:
        """Remember that somebody looked."""
        self.terminal_focus.typed(self.steady())

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: Severity = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a notice for a moment, and remember it."""
        self.notices.add(self.clock(), message, title=title, severity=severity)
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def _tell(self, line: NewsLine) -> None:
        words = safe(line.text, 400)
        if self.notices.is_second(line.about, self.steady(), words):
            return
        if Channel.TOAST in line.by:
            self.notify(words, severity=line.severity, markup=False)
        else:
            how = line.held.value if line.held else "notices are switched off"
            self.notices.add(self.clock(), words, severity=line.severity, how=how)

    def moment(self, snapshot: Snapshot | None) -> Moment:
        """When news arrive, and where: a snapshot knows the window that we are in."""
        own, now = own_window(snapshot), self.steady()
        shown = own is None or _shown(own)
        local = time.localtime(self.clock())
        return Moment(
            now,
            local.tm_hour * 60 + local.tm_min,
            muted=self.muted,
            watched=shown and self.terminal_focus.watched(now),
            rings=own is None or not own.others,
        )

    def _notify_desktop(self, snapshot: Snapshot, calls: Sequence[str]) -> None:
        if self._desktop is None:
            return
        desktop, title = self._desktop, snapshot.repository.name
        more = [f"and {len(calls) - _LINES + 1} more"] if len(calls) > _LINES else []
        text = "\n".join([*calls[: _LINES - len(more)], *more])
        own = own_window(snapshot)

        async def send() -> None:
            if await ask(desktop.tell, title, text):
                return
            shown = own is not None and _shown(own)
            sequence = await ask(desktop.in_terminal, title, text, shown=shown)
            if not sequence:
                self._unreached()
            elif self._driver is not None and not self.is_headless:
                # Through the driver, whose one thread writes each piece whole: no frame is torn.
                self._driver.write(sequence)

        self.run_worker(send(), group="desktop", exit_on_error=False)

    def _unreached(self) -> None:
        """Note once that nothing here shows notifications, where somebody who missed one looks."""
        if not self._desktop_failed:
            self._desktop_failed = True
            self.notices.add(self.clock(), _UNREACHED, severity="warning", how="no desktop")

    def _look_at_hours(self) -> None:
        held = hush(self.news.wishes, self.moment(None))
        self.hush = held.value if held else ""

    def _beat(self) -> None:
        self._look_at_hours()
        self.keep_numbers()

    def keep_numbers(self) -> None:
        """Keep the numbers of now for status lines."""
        if self._segment is not None and self._told_of is not None:
            self.keep_in((self._segment, self._told_of))

    def keep_in(self, *kept: tuple[Segment, Snapshot]) -> None:
        """Keep repositories' numbers."""
        texts = [(to, segment.written(segment.counted(of.sessions))) for to, of in kept]

        def show() -> None:
            for keeper, text in texts:
                with suppress(OSError):  # then status lines look for themselves
                    keeper.show(text)

        async def keep() -> None:
            await ask(show)

        self.run_worker(keep(), group="numbers", exit_on_error=False)

    def end_telling(self) -> None:
        """Take away what was kept for others."""
        keeper, self._segment = self._segment, None
        if keeper is not None:
            keeper.end()

    def on_app_focus(self, _: events.AppFocus) -> None:
        """Remember that the terminal has the focus."""
        self.terminal_focus.told(True)

    def on_app_blur(self, _: events.AppBlur) -> None:
        """Remember that it has not."""
        self.terminal_focus.told(False)


def _of(line: NewsLine, of: str) -> NewsLine:
    return replace(line, text=of + line.text, about=of + line.about if line.about else "")


def own_window(snapshot: Snapshot | None) -> Window | None:
    """The window that we are drawn in, where it is one of the repository's."""
    windows = snapshot.windows if snapshot else ()
    return next((each for each in windows if any(pane.own for pane in each.panes)), None)


def _shown(window: Window) -> bool:
    return window.active and window.attached > 0
