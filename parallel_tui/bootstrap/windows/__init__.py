"""Windows: layouts of them, and settings of multiplexers."""
