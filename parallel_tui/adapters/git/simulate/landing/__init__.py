"""Landings of whole branches, one upon the other, tried in quarantine."""
