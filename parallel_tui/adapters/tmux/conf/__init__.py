"""What is recommended for a user's own tmux configuration, against what is in force."""
