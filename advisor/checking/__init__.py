"""Replays results with a reading of the rules of its own; shares no code with what makes them."""
