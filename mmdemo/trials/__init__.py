"""What more splits, fewer pairs and damaged pairs do to the heads."""
