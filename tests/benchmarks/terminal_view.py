"""What drawing a captured pane costs: the line view beside a `Static` of the same text.

Run by hand: `python -m tests.benchmarks.terminal_view`.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

from rich.text import Text
from textual.app import App
from textual.content import Content
from textual.widgets import Static

from parallel_tui.model.window.window import Screen
from parallel_tui.ui.widgets.terminal_view import TerminalView
from tests.ui.showing import Alone

WIDTH, HEIGHT, ROUNDS = 200, 50, 9


def dense(shift: int) -> Screen:
    """A full screen whose colour changes every second cell."""
    lines = tuple(
        "".join(
            f"\x1b[38;5;{(x * 7 + y + shift) % 256}m{chr(97 + (x + y) % 26)}{x % 10}"
            for x in range(WIDTH // 2)
        )
        + "\x1b[0m"
        for y in range(HEIGHT)
    )
    return Screen("%1", lines, WIDTH)


async def cost(app: App[None], update: Callable[[int], None]) -> float:
    """Median CPU milliseconds of an update and its drawing, without those of doing nothing."""
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:

        async def once(act: Callable[[int], None]) -> float:
            taken = []
            for number in range(1, ROUNDS + 1):
                began = time.process_time()
                act(number)
                await pilot.pause()
                taken.append((time.process_time() - began) * 1000)
            return statistics.median(taken)

        update(0)
        await pilot.pause()
        idle = await once(lambda _: None)
        return await once(update) - idle


async def main() -> None:
    """Measure and print."""
    view = TerminalView()
    screens = [dense(number) for number in range(ROUNDS + 1)]
    still = screens[0]
    others = [replace(still, lines=(one.lines[0], *still.lines[1:])) for one in screens]
    print("dense 200×50, CPU ms an update, median of", ROUNDS)
    print(f"all lines new  {await cost(Alone(lambda: view), lambda n: view.show(screens[n])):6.1f}")
    view = TerminalView()
    print(f"one line new   {await cost(Alone(lambda: view), lambda n: view.show(others[n])):6.1f}")
    view = TerminalView()
    view = TerminalView()
    lines = tuple(f"line {number} of plain text" for number in range(HEIGHT + ROUNDS + 1))
    moved = [replace(still, lines=lines[n : n + HEIGHT]) for n in range(ROUNDS + 1)]
    print(f"all one up     {await cost(Alone(lambda: view), lambda n: view.show(moved[n])):6.1f}")
    view = TerminalView()

    def waits(number: int) -> None:
        view.show(still) if number % 2 else view.wait()

    print(f"on and off     {await cost(Alone(lambda: view), waits):6.1f}")
    view = TerminalView()
    print(f"nothing new    {await cost(Alone(lambda: view), lambda _: view.show(still)):6.1f}")
    static = Static()

    def as_static(number: int) -> None:
        text = Text.from_ansi("\n".join(screens[number].lines))
        static.update(Content.from_rich_text(text))

    print(f"Static         {await cost(Alone(lambda: static), as_static):6.1f}")


if __name__ == "__main__":
    asyncio.run(main())
