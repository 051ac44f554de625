"""Conditions and forward chaining over the knowledge base, for one set of answers or a million."""
