"""Does adding the picture to the words help? A small library for image-and-text classification."""

__version__ = "0.1.0"
