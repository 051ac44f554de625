"""How far something is, on standard error."""

from __future__ import annotations

import sys
import time
from shutil import get_terminal_size
from typing import Self

AT_A_TERMINAL = 0.1
"""Seconds from one text to the next where a line is written over."""


class Progress:
    """One line that is written over where standard error is a terminal, and gone in the end; elsewhere lines.

    A context: however it is left, what comes next begins on a line of its own.
    """

    def __init__(self, quiet: bool, after: float = 0.0, every: float | None = None) -> None:
        """Nothing is shown in the first `after` seconds. `every` is how many seconds lie between lines where there is
        no terminal; without it only what is said stands there."""
        self.terminal = sys.stderr.isatty()
        self._quiet = quiet
        self._every = AT_A_TERMINAL if self.terminal else every
        self._next = time.monotonic() + after
        self._shown = False

    def show(self, text: str) -> None:
        """Say how far it is, if it is time to."""
        if self._quiet or self._every is None or (now := time.monotonic()) < self._next:
            return
        self._next = now + self._every
        if self.terminal:
            # A line that wraps could not be written over.
            text = f"\r\x1b[K{text[: get_terminal_size().columns - 1]}"
        sys.stderr.write(text if self.terminal else f"{text}\n")
        sys.stderr.flush()
        self._shown = self.terminal

    def say(self, text: str) -> None:
        """Say something that stays."""
        if not self._quiet:
            self.clear()
            print(text, file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Clear the line, for what somebody else has to say."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()
