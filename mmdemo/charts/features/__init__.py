"""Altair charts of what pairs become on their way through a model; each has a title, axis names and units."""
