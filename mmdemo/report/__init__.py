"""One HTML file that shows what a model can do, to take home."""
