"""What the Features page shows about one pair and about a whole dataset, with the numbers behind it."""
