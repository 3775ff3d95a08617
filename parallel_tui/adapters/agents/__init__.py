"""What coding agents write down of what they are doing, a module each."""
