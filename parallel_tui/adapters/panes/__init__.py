"""What the adapters of multiplexers share: names, what runs in a pane, which servers are known."""
