"""From facts to a verdict: the value model, its robustness, and what would change it."""
