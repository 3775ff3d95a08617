"""Tests of `parallel_tui.cli`."""
