"""Planted cases of what an answer is warned of: fifty of each kind, chosen before any detector was written."""
