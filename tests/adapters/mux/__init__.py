"""What every multiplexer promises, on each of them."""
