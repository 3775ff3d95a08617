"""The dashboard of several repositories: one group of sessions each, one of them current."""
