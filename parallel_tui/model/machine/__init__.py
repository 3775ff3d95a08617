"""The machine that sessions share: what they use of it, and how they share it out."""
