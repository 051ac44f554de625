"""How a screen says where to go next, without knowing the other screens."""

from __future__ import annotations

from typing import Literal

from textual.binding import Binding
from textual.message import Message

from advisor.session.course import Manner

Place = Literal["interview", "probing", "verdict"]

LEAVE = (
    Binding("ctrl+c", "app.interrupt", "Quit", show=False, system=True),
    Binding("ctrl+q", "app.quit", "Quit", show=False),
)
"""The ways out of the application, for screens that lie over others: keys do not go past those."""
PALETTE = Binding("ctrl+p", "app.command_palette", "Command palette", show=False)
EXPORT = Binding("ctrl+s", "app.export", "Export", show=False)
ANYWHERE = (Binding("h,f1", "app.keys", "Keys"), EXPORT, PALETTE, *LEAVE)
"""What the application offers on every screen, likewise."""


class Go(Message):
    """Asks the application to show another screen."""

    def __init__(self, to: Place, question: str | None = None, manner: Manner = "open") -> None:
        """For the interview, `question` is where to begin, None where it was left, and `manner` what it goes through
        from there. For the measuring, they are the interview that it interrupts and that goes on afterwards; without a
        question it interrupts none."""
        self.to = to
        self.question = question
        self.manner = manner
        super().__init__()
