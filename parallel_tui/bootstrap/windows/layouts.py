"""Layouts of windows: the parts that open them and write them down."""

from __future__ import annotations

from parallel_tui.model.lazy import Lazy, lazy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from parallel_tui.bootstrap.core import Core
    from parallel_tui.model.layout.plan import NamedLayout
    from parallel_tui.model.settings.config import Config, Layout
    from parallel_tui.model.window.recommended import Recommended
    from parallel_tui.ports.mux import Arranging
    from parallel_tui.services.layout.freezer import Freezer, Frozen
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
            ports=core.machine.ports,
        )

    @lazy
    def freezer(self) -> Freezer:
        """Writes layouts down."""
        from parallel_tui.services.layout.freezer import Freezer

        return Freezer(self._core.mux, self.arranging, self._core.sessions)

    def found(self, wanted: str) -> NamedLayout:
        """The layout that a name or a path means.

        Raises:
            UsageError: When there is none.
            ConfigError: When its file cannot be used.
            RefusedError: When its file runs Python.
        """
        from parallel_tui.adapters.layouts import file as layout_file

        if wanted not in self._config.layouts and layout_file.is_file(wanted):
            return layout_file.read(wanted, self._core.env)
        return self.loader.named(wanted)

    def text(self, frozen: Frozen, *, tmuxp: bool, json: bool) -> str:
        """A frozen layout as the text of a file.

        Args:
            frozen: Which.
            tmuxp: Whether as tmuxp writes its files.
            json: Whether as JSON; else as YAML.
        """
        from parallel_tui.adapters.layouts import file as layout_file
        from parallel_tui.model.settings.layouts.writing import written

        value = written(frozen.layout)
        if tmuxp:
            from parallel_tui.adapters.layouts import for_tmuxp

            value = for_tmuxp.written(
                frozen.layout, frozen.name, frozen.start, frozen.homes, self._words
            )
        return layout_file.text(value, json=json)

    def shown(self, layout: Layout) -> str:
        """A layout as text, as it would stand in the settings."""
        from parallel_tui.adapters.layouts import file as layout_file
        from parallel_tui.model.settings.layouts.writing import written

        return layout_file.text(written(layout), json=False)

    def write(self, path: str, text: str, *, over: bool) -> None:
        """Write a file whole, or not at all.

        Raises:
            RefusedError: When it is there already and is not to be replaced, or cannot be written.
        """
        from parallel_tui.adapters.layouts import file as layout_file

        layout_file.write(path, text, over=over)

    def _words(self, command: str) -> str:
        """A command with the words that placeholders stand for here."""
        from parallel_tui.model.layout.opening import CHECK
        from parallel_tui.model.settings.agent_command import AGENT, agent_with_prompt

        agent = agent_with_prompt(self._core.spawner.agent().text, "")
        return command.replace(AGENT, agent).replace(CHECK, " && ".join(self._config.merge_check))


def tmux_recommended(core: Core) -> tuple[Recommended, ...]:
    """What is recommended for tmux, against what the server in use has.

    Raises:
        MuxError: When tmux is missing, or its server gave no usable answer.
    """
    from parallel_tui.adapters.tmux.command import Address
    from parallel_tui.adapters.tmux.conf import recommended

    address = Address.of(core.loaded.config.tmux_socket, core.env)
    return recommended.recommended(recommended.live(address), dashboard_command(core.env))


def dashboard_command(env: Mapping[str, str]) -> str:
    """The command that opens the dashboard: by its name where the shell finds it."""
    import shlex
    import shutil
    import sys
    from pathlib import Path

    if shutil.which("pdev-tui", path=env.get("PATH")):
        return "pdev-tui"
    beside = Path(sys.argv[0]).absolute().with_name("pdev-tui")
    return shlex.quote(str(beside)) if beside.exists() else "pdev-tui"


def screen_recommended() -> tuple[tuple[Recommended, ...], tuple[str, ...]]:
    """What is recommended for GNU screen, and what differs between its versions."""
    import os
    import subprocess

    from parallel_tui.adapters.process import programs
    from parallel_tui.adapters.terminals import screenrc

    version = None
    try:
        done = programs.run(["screen", "-v"], env=os.environ, timeout=5.0)
    except (OSError, subprocess.TimeoutExpired):
        pass
    else:
        version = screenrc.version_of(done.stdout.decode("utf-8", "replace"))
    return screenrc.recommended(version), screenrc.CHANGES
