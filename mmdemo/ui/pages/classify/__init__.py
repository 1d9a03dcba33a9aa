"""What the Classify page draws."""
