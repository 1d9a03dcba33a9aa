"""How good answers are on held-out pairs, and how sure that is."""
