"""The kinds of input that a pair may have, and the registry of them."""
