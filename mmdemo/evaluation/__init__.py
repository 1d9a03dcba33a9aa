"""How good answers are on held-out pairs, and how certain that is."""
