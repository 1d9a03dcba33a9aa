"""Training: the split, the folds, the selection on them, and the run itself."""
