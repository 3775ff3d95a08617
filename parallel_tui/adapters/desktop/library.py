"""Show a notification by the library `desktop-notifier`, where it is installed.

It speaks with the desktop itself (D-Bus, the notification centre of macOS), and is the extra
`pdev-tui[notify]`.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

_PATIENCE: Final = 5.0
"""Seconds the desktop may take."""


def tell(title: str, text: str) -> bool:
    """Show a notification; whether the desktop took it.

    Args:
        title: Its heading, sanitised.
        text: What it says, sanitised.
    """
    try:
        import desktop_notifier  # noqa: F401
    except ImportError:
        return False
    # It would tell of its failures on our terminal.
    logging.getLogger("desktop_notifier").addHandler(logging.NullHandler())
    try:
        return asyncio.run(asyncio.wait_for(_send(title, text), _PATIENCE))
    except Exception:
        # Whatever its way to the desktop failed with, and each system has its own: another way
        # is tried.
        return False


async def _send(title: str, text: str) -> bool:
    from desktop_notifier import DesktopNotifier

    notifier = DesktopNotifier(app_name="pdev")
    if not await notifier.get_capabilities():
        return False  # where it can show nothing, it only pretends
    taken: list[bool] = []
    await notifier.send(title=title, message=text, on_dispatched=lambda: taken.append(True))
    return bool(taken)
