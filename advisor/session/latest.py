"""What follows from answers and measurements, worked out no more often than needed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from advisor.model.answer import Answer
from advisor.model.measurement import Measurements

T = TypeVar("T")
Given = tuple[Mapping[str, Answer], Measurements | None]
"""Answers, which nobody changes later, and measurements."""


class Latest(Generic[T]):
    """Works something out, in whatever thread it is asked for, once for the same answers and measurements."""

    def __init__(self, given: Callable[[], Given], work: Callable[[Mapping[str, Answer], Measurements | None], T]):
        """`given` says what there is at the time; `work` takes a while and is never run twice at once."""
        self._given = given
        self._work = work
        self._working = threading.Lock()
        # Replaced as a whole, so that other threads find the one or the other.
        self._known: tuple[Given, T] | None = None

    @property
    def last(self) -> T | None:
        """What was worked out last, whatever was given then; None if nothing was."""
        return self._known[1] if self._known else None

    def now(self) -> T:
        """What follows from what is given once it is this call's turn."""
        with self._working:
            given, known = self._given(), self._known
            if known is None or known[0][0] != given[0] or known[0][1] is not given[1]:
                known = self._known = (given, self._work(*given))
            return known[1]
