"""What the Features page shows of one pair and of a whole dataset, with the numbers to prove it."""
