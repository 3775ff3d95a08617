"""Proving that sessions work together before any of them lands, and keeping them as one train."""
