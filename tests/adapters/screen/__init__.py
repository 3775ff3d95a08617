"""Tests of the GNU Screen adapter."""
