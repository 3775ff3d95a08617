"""Tests of `parallel_tui.engine`."""
