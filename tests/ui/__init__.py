"""Tests of `parallel_tui.ui`."""
