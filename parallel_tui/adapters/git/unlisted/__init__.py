"""Find work that git lists nowhere: hidden edits, nested repositories, private commits."""
