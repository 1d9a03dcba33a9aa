"""What the Features page draws."""
