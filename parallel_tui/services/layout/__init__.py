"""Layouts: open what of one is missing, and write down what stands."""
