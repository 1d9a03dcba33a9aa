"""Slow commands as child processes of the app's server: one at a time, the rest in a queue."""
