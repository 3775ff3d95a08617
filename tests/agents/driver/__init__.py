"""The real program, and the model behind it: what the tests drive and how."""
