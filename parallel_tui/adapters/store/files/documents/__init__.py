"""One module a kind of shared file: what stands in it, and how it is read and written."""
