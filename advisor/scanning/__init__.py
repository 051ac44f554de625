"""Reads a project's own files and proposes answers; nothing in them is ever run."""
