"""Simulated landings against real ones."""
