"""Draws `screenshots/*.svg`: the real program, in a real terminal, on the demo.

`python -m tests.support.screenshots [NAME …]`; each picture is what the keys of its scene bring
onto the screen. The pictures need no font from elsewhere.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.ansi import AnsiDecoder
from rich.console import Console
from rich.terminal_theme import TerminalTheme

from parallel_tui.demo.world import Demo, demo
from tests.support.isolation import environment
from tests.support.terminal import Terminal

FOLDER = Path(__file__).parents[2] / "screenshots"
BIN = Path(sys.executable).parent
FONTS = "ui-monospace, 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"
HOME = "/home/ada/work/shops/eu"
"""Stands for the demo's folder, whose random name is as long."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture.

    Attributes:
        name: Of the file, without its ending.
        keys: Pressed one after the other, by tmux's names; what begins with `=` is typed.
        shows: What must be on the screen before the picture is taken.
        size: Columns and rows.
        theme: Theme to start with, if not the default.
    """

    name: str
    keys: tuple[str, ...]
    shows: tuple[str, ...]
    size: tuple[int, int] = (120, 40)
    theme: str = ""


QUESTION = "Should an idle session end"

STATES = ("crashed", "failed", "done", "limited", "exited", "quiet", "ready")
"""What pictures of the whole dashboard have to show."""

SCENES: tuple[Scene, ...] = (
    Scene("dashboard", ("1",), (QUESTION, *STATES, "merged", "missing")),
    Scene("large", ("1",), (QUESTION, *STATES, "db/migrations"), size=(200, 50)),
    Scene("diff", ("1", "Tab", "z", "D"), ("api/auth/mail.py", "class Letter")),
    Scene("info", ("1", "Tab", "z", "i"), ("feature/auth", "from a hook")),
    Scene("matrix", ("1", "o"), ("login-redirect", "C", "rebase fails")),
    Scene("overlap", ("Tab", "Tab", "Home", "Enter"), ("As git would leave it", "Login.tsx")),
    Scene("spawn", ("n", "=Password Reset!"), ("feature/password-reset",)),
    Scene("remove", ("1", "d"), ("api/auth/mail.py",)),
    Scene("sync", ("1", "S"), ("Press y", "receipts")),
    Scene("cleanup", ("1", "c"), ("merging it into main", "coupons")),
    Scene("help", ("?",), ("Keys",)),
    Scene("light", ("1",), (QUESTION,), theme="textual-light"),
    Scene("small", ("1",), ("◐ waiting",), size=(80, 24)),
)

_PLAIN = TerminalTheme(
    (18, 18, 18), (224, 224, 224),
    [(0, 0, 0), (205, 49, 49), (13, 188, 121), (229, 229, 16),
     (36, 114, 200), (188, 63, 188), (17, 168, 205), (229, 229, 229)],
)  # fmt: skip

_FRAME = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: FONTS; font-size: {char_height}px;
  line-height: {line_height}px; font-variant-east-asian: full-width; }}
.{unique_id}-title {{ font-family: sans-serif; font-size: 18px; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
""".replace("FONTS", FONTS)


def draw(lines: Sequence[str], columns: int, title: str) -> str:
    """An SVG of a screen whose lines have SGR colours in them."""
    console = Console(
        record=True, width=columns, file=Path(os.devnull).open("w"),  # noqa: SIM115
        force_terminal=True, color_system="truecolor", legacy_windows=False, _environ={},
    )  # fmt: skip
    # One stream: what tmux prints for a row goes on in the colours of the row before.
    for text in AnsiDecoder().decode("\n".join(lines)):
        text.truncate(columns, pad=True)
        console.print(text, overflow="crop", no_wrap=True, highlight=False)
    return console.export_svg(title=title, theme=_PLAIN, code_format=_FRAME)


@contextmanager
def _world() -> Iterator[tuple[Demo, dict[str, str], Path]]:
    """The still demo, and an environment that knows nothing of whoever draws."""
    folder = Path(tempfile.mkdtemp(prefix="pds-"))
    home = folder / "home"
    home.mkdir()
    # A message would cover what the picture is about.
    (home / ".config/pdev").mkdir(parents=True)
    (home / ".config/pdev/config.yml").write_text("notify: {toast: false}\n", encoding="utf-8")
    env = environment(home, folder)
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(env)
    try:
        with demo(still=True, parent=Path(tempfile.gettempdir())) as made:
            env["PATH"] = f"{BIN}{os.pathsep}{env['PATH']}"
            env["PDEV_TMUX_SOCKET"] = str(made.settings["tmux.socket"])
            env["PDEV_AGENT"] = "claude"
            yield made, env, folder
    finally:
        os.environ.clear()
        os.environ.update(before)
        shutil.rmtree(folder, ignore_errors=True)


def _stands(lines: list[str]) -> bool:
    # Only then rows stand where they stay: a number is of the row that has it when it is pressed.
    return "4 need you" in "\n".join(lines)


def take(scene: Scene, made: Demo, env: dict[str, str], folder: Path) -> None:
    """Take one picture.

    Raises:
        SystemExit: When the screen never showed what the scene is about; the screen is printed.
    """
    columns, rows = scene.size
    # What was chosen in another picture is not remembered in this one.
    env = {**env, "XDG_STATE_HOME": str(folder / scene.name)}
    if scene.theme:
        env = {**env, "PDEV_THEME": scene.theme}
    terminal = Terminal(folder, env, columns=columns, rows=rows)
    repository = Path(made.repository)
    terminal.open(repository)
    try:
        terminal.start([str(BIN / "pdev-tui")], repository)
        terminal.until(_stands)
        terminal.settle()
        for key in scene.keys:
            if key.startswith("="):
                terminal.type(key[1:])
            else:
                terminal.press(key)
            terminal.settle(still=0.3)  # a person looks before pressing the next key
        wanted = scene.shows

        def ready(lines: list[str]) -> bool:
            return all(text in "\n".join(lines) for text in wanted)

        if terminal.until(ready) is None:
            raise SystemExit(
                f"{scene.name}: never saw {wanted}; the screen:\n" + "\n".join(terminal.screen())
            )
        terminal.settle()
        lines = terminal.screen(colours=True)
    finally:
        terminal.close()
    there = re.escape(str(repository.parent))
    lines = [re.sub(there, HOME[: len(str(repository.parent))], line) for line in lines]
    FOLDER.mkdir(exist_ok=True)
    target = FOLDER / f"{scene.name}.svg"
    target.write_text(draw(lines, columns, "pdev-tui"), encoding="utf-8")
    print(f"{target.relative_to(FOLDER.parent)}  {target.stat().st_size // 1024} kB")  # noqa: T201


def main() -> int:
    """Take the pictures named on the command line, or all."""
    wanted = sys.argv[1:]
    with _world() as (made, env, folder):
        for scene in SCENES:
            if not wanted or scene.name in wanted:
                take(scene, made, env, folder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
