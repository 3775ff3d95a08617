"""Boundaries: keeping them compiled, and checking what sessions change against them."""
