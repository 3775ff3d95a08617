"""Tests of `parallel_tui.model`."""
