"""What is typed, or piped, to a command that asks."""

from __future__ import annotations

import sys
from collections.abc import Callable

from advisor.errors import InvalidInput
from advisor.files import NotText, read_line


class Typed:
    """Lines of standard input as answers to what is asked on standard error."""

    def __init__(self, at_terminal: bool, kept: Callable[[], str] = str) -> None:
        """`at_terminal` says whether somebody is there to be asked again; `kept` where the answers so far are."""
        self._at_terminal = at_terminal
        self._kept = kept
        self._number = 0

    def line(self) -> str | None:
        """The next line, without the space around it; None at the end of the input. Raises `NotText` where nobody is at
        a terminal and it isn't UTF-8."""
        while True:
            print("> ", end="", file=sys.stderr, flush=True)
            self._number += 1
            try:
                line = read_line()
            except NotText:
                if not self._at_terminal:
                    raise
                print("  That isn't text in UTF-8. Try again.", file=sys.stderr)
                continue
            return line.strip() if line else None

    def refuse(self, questions: str, problem: object, instead: str) -> None:
        """Say why the last line is no answer to these questions, and what would be one. Raises `InvalidInput` where
        nobody is at a terminal: the lines that follow were meant for other questions than those that would be asked."""
        if self._at_terminal:
            print(f"  {problem}. Try again, or {instead}.", file=sys.stderr)
            return
        hint = f"`advisor rules questions` says what each takes. {self._kept()}".strip()
        raise InvalidInput(f"standard input:{self._number}: the answer to {questions}: {problem}", hint)
