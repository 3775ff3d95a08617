"""Proofs that a branch's work is in base: ancestry, content, equal patches."""
