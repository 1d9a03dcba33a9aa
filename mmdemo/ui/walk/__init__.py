"""The sections of the Features page."""
