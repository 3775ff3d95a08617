"""Protocols of everything outside: model values in, model values out; no path, no clock, no pid."""
