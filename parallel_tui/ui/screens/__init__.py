"""Screens that take the whole terminal."""
