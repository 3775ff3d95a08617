"""What a continuous integration service runs, and the file that makes it do so."""
