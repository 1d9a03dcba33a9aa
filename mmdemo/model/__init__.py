"""The model: its configuration, its heads, and the regression that fits them."""
