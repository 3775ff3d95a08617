"""Several machines that share one store, on a real server."""
