"""The promises that every store engine keeps, run on each of them."""
