"""Tests of `parallel_tui.adapters.store`."""
