"""Terminal emulators of the desktop."""

from parallel_tui.adapters.terminals.desktop import DesktopTerminals

__all__ = ["DesktopTerminals"]
