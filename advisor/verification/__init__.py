"""Verification of a knowledge base as a whole, over every possible set of answers."""
