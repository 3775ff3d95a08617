"""Open the repository while Textual is still being imported.

Imports keep one core busy; git answers on the other. The live view begins only with the first
paint: its threads would take the imports' time, and the rows would come later for it.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from parallel_tui.bootstrap import open_core

if TYPE_CHECKING:
    from parallel_tui.bootstrap import Core, Overrides


class Ahead:
    """Opens the repository, in its own thread.

    Args:
        overrides: What the command line says.
    """

    def __init__(self, overrides: Overrides) -> None:
        self._overrides = overrides
        self._core: Core | None = None
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="pdev-ahead", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            core = open_core(self._overrides)
            self._core = replace(core, live=core.engine(predict=True))
        except Exception as error:
            self._error = error

    def core(self) -> Core:
        """The open repository, with a live view that was not started; waits for it.

        Raises:
            ParallelError: As `open_core` does.
        """
        self._thread.join()
        if self._core is None or self._error is not None:
            raise self._error or RuntimeError("nothing was opened")
        return self._core

    def stop(self) -> None:
        """Stop the live view; safe to call twice, and before it exists."""
        self._thread.join()
        if self._core is not None and self._core.live is not None:
            self._core.live.stop()
