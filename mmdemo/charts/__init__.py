"""Altair charts of everything that the pages and the report show."""
