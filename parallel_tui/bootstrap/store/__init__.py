"""The store on a server, put together."""
