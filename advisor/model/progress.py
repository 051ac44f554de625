"""How somebody who waits learns how far something has got."""

from collections.abc import Callable

OnProgress = Callable[[int, int], None]
"""Told how many things are done, of at most how many."""
