"""What is wrong with a machine and its interpreters, concluded from what was seen of them: pure functions."""
