"""Names of files, and what each of them stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase, translate
from typing import Generic, TypeVar

T = TypeVar("T")


class Names(Generic[T]):
    """Globs, compared without regard to case: those without a `/` with the last part of a path, the others with its
    end."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        """`entries` are globs, each with what it stands for."""
        self._entries = [(pattern.lower(), entry) for pattern, entry in entries]
        # Most files fit no pattern, and one search tells.
        self._last = _any(pattern for pattern, _ in self._entries if "/" not in pattern)
        self._end = _any(f"*/{pattern}" for pattern, _ in self._entries if "/" in pattern)

    def fits(self, path: str) -> bool:
        """Whether any of the patterns fits."""
        path = "/" + path.lower()
        return bool(self._last.match(path, path.rindex("/") + 1) or self._end.match(path))

    def find(self, path: str) -> list[T]:
        """What the patterns that fit a path stand for, in their order."""
        if not self.fits(path):
            return []
        path = "/" + path.lower()
        last = path.rpartition("/")[2]
        return [
            entry
            for pattern, entry in self._entries
            if (fnmatchcase(path, f"*/{pattern}") if "/" in pattern else fnmatchcase(last, pattern))
        ]


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(translate(pattern) for pattern in dict.fromkeys(patterns)) or r"(?!)")
