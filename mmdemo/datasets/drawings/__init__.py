"""Small images drawn by code: two senses of four words, covers, and shaded objects."""
