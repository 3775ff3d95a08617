"""The files that sessions share, below the coordination root. One guard, atomic writes, no lies.

Readers take no lock and never see a torn file. Writers hold the guard from re-reading to renaming.
What cannot be read is reported and left alone.
"""
