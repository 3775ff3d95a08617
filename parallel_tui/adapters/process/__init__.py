"""The process table, proof of life, the ends of processes, shell commands."""
