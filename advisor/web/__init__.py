"""The terminal application in a browser."""
