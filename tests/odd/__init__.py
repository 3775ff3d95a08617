"""Odd files and odd disks: what others leave where our files should be; what a full disk does."""
