"""The part of the application that hands keys to widgets, in the order of typing."""

from __future__ import annotations

from typing import Any

from textual import events, on

from parallel_tui.ui.messages import InputReady
from parallel_tui.ui.telling.app import TellingApp
from parallel_tui.ui.typeahead import Typeahead
from parallel_tui.ui.widgets.keyed_table import KeyedTable


class KeyedApp(TellingApp):
    """Hands on one key after another.

    Attributes:
        typeahead: Keeps the keys whose turn has not come.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.typeahead = Typeahead(self.post_message)

    async def on_event(self, event: events.Event) -> None:
        """Send keys to the focused widget, one after another, in the order of typing.

        A list knows keys only as bindings. Looked up here and now, not after a way through the
        queues of all that is around the list, `/` has moved the focus when the next key comes.
        """
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        self.typed()
        self.app_focus = True  # as Textual takes it, but before the key: the list is focused
        if self.typeahead.take(event):
            return
        if (
            isinstance(event, events.Key)
            and isinstance(self.focused, KeyedTable)
            and (
                await self._check_bindings(event.key, priority=True)
                or await self._check_bindings(event.key)
            )
        ):
            self.typeahead.go_on()
            return
        target = self.focused or self.screen
        await super().on_event(event)
        self.typeahead.handled_by(target)

    @on(InputReady)
    def _input_is_ready(self, message: InputReady) -> None:
        if message.question:
            self.typeahead.ask()
        else:
            self.typeahead.release()
