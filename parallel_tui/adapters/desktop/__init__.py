"""Notifications on the user's desktop."""

from parallel_tui.adapters.desktop.notifier import DesktopNotifications

__all__ = ["DesktopNotifications"]
