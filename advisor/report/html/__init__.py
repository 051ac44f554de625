"""A recommendation as a page: one file, for a browser or for paper."""
