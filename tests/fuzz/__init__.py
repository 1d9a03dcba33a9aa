"""Every reader of foreign bytes, given mutated bytes within a budget: `python -m tests.fuzz`, see CONTRIBUTING."""
