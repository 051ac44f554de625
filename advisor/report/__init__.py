"""A recommendation in, characters out."""
