"""Tests of `parallel_tui.services`."""
