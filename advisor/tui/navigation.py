"""How a screen says where to go next, without knowing the other screens."""

from __future__ import annotations

from typing import Literal

from textual.message import Message

Place = Literal["interview", "probing", "verdict"]
Manner = Literal["all", "open", "one", "list"]


class Go(Message):
    """Asks the application to show another screen."""

    def __init__(self, to: Place, question: int = 0, manner: Manner = "all") -> None:
        """For the interview, `question` is the index to begin at, and `manner` what it goes through: all questions
        from there, the open ones, only that one, or whichever is chosen from the list."""
        self.to = to
        self.question = question
        self.manner = manner
        super().__init__()
