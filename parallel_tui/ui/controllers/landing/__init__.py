"""What keys do with landings: the plan, what comes after one, and proofs."""
