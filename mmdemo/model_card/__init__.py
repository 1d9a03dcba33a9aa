"""The model card, and the zip that takes a model home."""
