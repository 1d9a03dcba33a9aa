"""Trained models on disk, and what can be read off them."""
