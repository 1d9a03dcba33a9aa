"""Slow studies of a model: fewer pairs, damaged pairs; computed once and kept."""
