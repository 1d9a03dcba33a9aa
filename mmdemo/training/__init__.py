"""Training: split, folds, what is chosen on them, and the run that ties it together."""
