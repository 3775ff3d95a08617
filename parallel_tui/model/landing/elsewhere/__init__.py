"""Sessions of other machines beside those that land here."""
