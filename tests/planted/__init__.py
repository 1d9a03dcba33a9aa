"""Planted cases of what an answer is warned of: fifty of each kind, older than the detectors, and later more."""
