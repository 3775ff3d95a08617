"""Ports for landing sessions on base."""
