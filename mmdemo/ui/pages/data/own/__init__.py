"""What the Data page draws of a visitor's own data."""
