"""Tests of the simulated merges."""
