"""Stores of the data that sessions share: in files, and in memory for tests.

Readers take no lock and never see a torn file. Writers hold the guard from re-reading to renaming.
What cannot be read is reported and left alone.
"""
