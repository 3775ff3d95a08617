"""Ports for teams of sessions."""
