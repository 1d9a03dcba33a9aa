"""The Altair charts of the pages and the report."""
