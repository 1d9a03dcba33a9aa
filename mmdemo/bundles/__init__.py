"""Trained models on disk, and what can be read from them."""
