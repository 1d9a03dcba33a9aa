"""Exact explanations of answers."""
