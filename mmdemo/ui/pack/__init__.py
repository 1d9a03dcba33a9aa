"""The drop zone: what of a visitor's data their browser sends, and how."""
