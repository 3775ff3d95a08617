"""Layouts of windows: the parts that open them and write them down."""

from __future__ import annotations

from parallel_tui.model.lazy import Lazy, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from parallel_tui.bootstrap.core import Core
    from parallel_tui.model.settings.config import Config
    from parallel_tui.ports.arranging import Arranging
    from parallel_tui.services.layout.loader import Loader


class LayoutParts(Lazy):
    """Parts that layouts need, each made when somebody asks for it.

    Args:
        core: The repository.
        config: Effective settings.
    """

    def __init__(self, core: Core, config: Config) -> None:
        super().__init__()
        self._core = core
        self._config = config

    @lazy
    def arranging(self) -> Arranging:
        """Whole layouts on the multiplexer in use."""
        from parallel_tui.adapters.tmux.server import Tmux

        mux = self._core.plain_mux
        if isinstance(mux, Tmux):
            from parallel_tui.adapters.tmux.layouts.arranging import TmuxArranging

            return TmuxArranging(mux.windows)
        from parallel_tui.services.layout.one_by_one import OneByOne

        return OneByOne(mux)

    @lazy
    def loader(self) -> Loader:
        """Opens layouts."""
        from parallel_tui.adapters.process import shell
        from parallel_tui.services.layout.loader import Loader

        core = self._core
        return Loader(
            mux=core.mux,
            arranging=self.arranging,
            sessions=core.sessions,
            config=self._config,
            gate=core.gate,
            binder=core.hooks.binder(core.disk, core.shared),
            shell=shell,
            tools=core.tools,
        )
