"""What is put together once the first frame is on the screen.

Not before: threads beside the main one would take the time that importing and painting need, and
the rows would come later for it.
"""

from __future__ import annotations

import gc
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from parallel_tui.bootstrap import Core
    from parallel_tui.bootstrap.together import Together
    from parallel_tui.first_list import FirstList


class Opening:
    """Opens the repository and its live view, and ends the view.

    Args:
        first: The first list, with the statuses that were read meanwhile.
        directory: Where the repository is looked for.
        settings: What the command line says.
        together: What live views of several repositories share; `None` for one alone.
    """

    def __init__(
        self,
        first: FirstList,
        directory: str,
        settings: Mapping[str, object],
        together: Together | None = None,
    ) -> None:
        self._together = together
        self._first = first
        self._directory = directory
        self._settings = settings
        self._core: Core | None = None
        self._lock = threading.Lock()
        self._ended = False

    def core(self) -> Core:
        """Everything put together, with a live view that is not begun.

        Raises:
            ParallelError: As `open_core` does.
            RuntimeError: The program has ended meanwhile.
        """
        from parallel_tui.bootstrap import Overrides, open_core

        # Modules and widgets stay: no collection, during which no key is answered, looks at them.
        gc.freeze()
        gc.enable()
        given = Overrides(directory=self._directory, settings=self._settings)
        opens = open_core if self._together is None else self._together.open
        core = opens(given, found=self._first.repository)
        live = core.engine(predict=True)
        live.know(self._first.take())
        # Asked for as soon as it is open, by the thread that answers keys.
        _ = core.outside.habits, core.tools, core.spawner
        with self._lock:
            if self._ended:
                raise RuntimeError("the program has ended")
            core.live = live
            self._core = core
        return core

    def complete(self, undisturbing: Callable[[], None]) -> None:
        """Make, and import, what keys will ask for, one part after another.

        Args:
            undisturbing: Waits until a part can be made without keeping a key waiting.
        """
        if self._core is not None:
            self._core.complete(undisturbing)
            self._core.shared.complete(undisturbing)
            gc.freeze()

    def stop(self) -> None:
        """End the live view; safe to call twice, and when it never began."""
        with self._lock:
            self._ended = True
        self._first.stop()
        if self._core is not None and self._core.live is not None:
            self._core.live.stop()
            self._core.end_questions()
