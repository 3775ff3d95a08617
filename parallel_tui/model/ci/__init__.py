"""What a continuous integration service says about its run, and what it is to run."""
