"""Ports for this machine, and for what sessions are given of it."""
