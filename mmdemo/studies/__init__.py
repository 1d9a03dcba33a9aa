"""Slow studies of a model: fewer pairs, damaged pairs, other splits; computed once and kept."""
