"""Small knowledge bases, and random ones, for tests."""
