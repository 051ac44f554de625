"""Reads `rules/` into the model and reports mistakes by file, line and field."""
