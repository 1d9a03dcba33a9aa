"""Slow looks at a model: fewer pairs, damaged pairs, other splits; worked out once and kept."""
