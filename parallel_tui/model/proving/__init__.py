"""Proofs: whether sessions work together once they have landed, and who breaks it. Pure."""
