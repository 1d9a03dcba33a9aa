"""What the Preprocess page draws."""
