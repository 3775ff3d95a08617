"""Open a command in a new window or tab of the terminal emulator in use."""

from __future__ import annotations

import os
import shlex
import shutil
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from subprocess import TimeoutExpired
from typing import Final

from parallel_tui.adapters.process import programs
from parallel_tui.adapters.terminals.emulators import EMULATORS, SIGNS, Request
from parallel_tui.errors import ConfigError, RefusedError
from parallel_tui.model.inheritance import outside_windows

SETTLE: Final = 0.5
"""Seconds in which a terminal that cannot start has said so."""

_HINT: Final = (
    "Set `terminal` in ~/.config/pdev/config.yml to the command of yours, with {argv} where the "
    "command to run goes, such as `xterm -e {argv}`."
)


class DesktopTerminals:
    """Terminal emulators of this desktop. Implements `Terminals`.

    Args:
        template: Configured command with `{argv}` (and `{title}`, `{directory}`) in it; `None` to
            find the terminal in use.
        env: Our own environment.
        place: Where the terminal shows it, if it can: `tab`, `window` or `split`.
        around: Asked for the environment of the terminal that shows the multiplexer we run in;
            `None` as an answer, where there is none or it cannot be told.
    """

    def __init__(
        self,
        template: str | None,
        env: Mapping[str, str],
        *,
        place: str = "tab",
        around: Callable[[], Mapping[str, str] | None] = lambda: None,
    ) -> None:
        self._template = template
        self._own_env = env
        self._place = place
        self._around = around

    @cached_property
    def _env(self) -> Mapping[str, str]:
        """Our environment, with what tells of the terminal from that terminal itself."""
        env, around = outside_windows(self._own_env), self._around()
        if around is None:
            return env
        kept = {name: value for name, value in env.items() if name not in SIGNS}
        return {**kept, **{name: around[name] for name in SIGNS if name in around}}

    def check(self) -> None:
        """See `Terminals.check`."""
        self.command(("true",), title="pdev", directory="/")

    def open(self, argv: Sequence[str], *, title: str, directory: str) -> str:
        """See `Terminals.open`.

        Raises:
            RefusedError: When no terminal is known here, or it ended at once with a failure.
            ConfigError: When the configured template cannot be used.
        """
        name, command = self.command(argv, title=title, directory=directory)
        self._launch(name, command)
        return name

    def command(
        self, argv: Sequence[str], *, title: str, directory: str
    ) -> tuple[str, tuple[str, ...]]:
        """Name of the terminal and the whole command, without running it."""
        request = Request(
            tuple(argv), title.lstrip("-") or "pdev", directory, self._env, self._place
        )
        if self._template:
            words = from_template(self._template, request)
            return os.path.basename(words[0]), tuple(words)  # noqa: PTH119 - a name, not a path
        for emulator in EMULATORS:
            if emulator.used(self._env) and self._find(emulator.program):
                return emulator.name, tuple(emulator.build(request))
        return self._fallback(request)

    def _fallback(self, request: Request) -> tuple[str, tuple[str, ...]]:
        """The desktop's default terminal; one that is unknown here is run with `-e`."""
        if self._env.get("DISPLAY") or self._env.get("WAYLAND_DISPLAY"):
            for program in (self._env.get("TERMINAL"), "x-terminal-emulator", "xterm"):
                if program and self._find(program):
                    known = next((e for e in EMULATORS if e.program == program), None)
                    if known:
                        return known.name, tuple(known.build(request))
                    return program, (program, "-e", *request.argv)
        raise RefusedError("No terminal emulator is known here to open a window in", hint=_HINT)

    def _find(self, program: str) -> str | None:
        return shutil.which(program, path=self._env.get("PATH"))

    def _launch(self, name: str, command: Sequence[str]) -> None:
        program = self._find(command[0])
        if program is None:
            raise RefusedError(f"The terminal {command[0]!r} is not on PATH", hint=_HINT)
        try:
            # it outlives us, and the first one of some kinds is the server of all later ones
            started = programs.start([program, *command[1:]], env=self._env)
        except OSError as error:
            raise RefusedError(
                f"{name} could not be started: {error.strerror or error}", hint=_HINT
            ) from error
        try:
            status = started.wait(SETTLE)
        except TimeoutExpired:
            # It runs, for as long as it likes; somebody has to take its exit status then.
            threading.Thread(target=started.wait, name="terminal", daemon=True).start()
            return
        if status:
            raise RefusedError(f"{name} ended at once with status {status}", hint=_HINT)


def from_template(template: str, request: Request) -> list[str]:
    """Fill in a configured command.

    A word that is exactly `{argv}` becomes the words of the command; inside a longer word it
    becomes one shell-quoted line. The template is split like a shell line and run without one.

    Raises:
        ConfigError: When it cannot be split or does not say where the command goes.
    """
    try:
        words = shlex.split(template)
    except ValueError as error:
        raise ConfigError(f"The terminal template {template!r} cannot be split: {error}") from error
    if not any("{argv}" in word for word in words[1:]):
        raise ConfigError(
            f"The terminal template {template!r} does not say where the command goes", hint=_HINT
        )
    filled: list[str] = []
    for word in words:
        if word == "{argv}":
            filled += request.argv
            continue
        parts = word.split("{argv}")
        named = [
            part.replace("{title}", request.title).replace("{directory}", request.directory)
            for part in parts
        ]
        filled.append(shlex.join(request.argv).join(named))
    return filled
