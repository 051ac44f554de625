"""Answers of people: files, the saved profile, and several people together."""
