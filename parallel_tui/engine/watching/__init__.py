"""Watch git's metadata, the shared files and the working trees for changes."""
