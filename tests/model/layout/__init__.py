"""Tests of layouts as values."""
