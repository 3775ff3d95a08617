"""Tests of layouts as files."""
