"""The only place that writes files: folders, whole writes, budgets, the feature cache."""
