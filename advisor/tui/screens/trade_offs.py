"""Trade-offs: pairs of outcomes to choose from, the most telling first."""

from __future__ import annotations

import asyncio

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from advisor.model.question import Question
from advisor.tui.navigation import ANYWHERE
from advisor.tui.sitting import Sitting
from advisor.tui.widgets.choices import Choices


class TradeOffScreen(ModalScreen[bool]):
    """Asks one trade-off after the other, as long as one tells something. Gives whether any was answered."""

    CSS_PATH = "../trade_offs.tcss"
    BINDINGS = [
        Binding("escape,t", "close", "Close"),
        Binding("s,right", "skip", "Skip"),
        Binding("d,question_mark", "unknown", "Don't know"),
        Binding("w", "why", "Why"),
        *ANYWHERE,
    ]

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting = sitting
        self._question: Question | None = None
        self._skipped: set[str] = set()
        self._answered = 0

    def compose(self) -> ComposeResult:
        """The pair, and the reason why it is asked."""
        with Vertical(id="box") as box:
            box.border_title = "Which would you rather have, all else being equal?"
            yield Static("Looking for the pair that tells most …", id="text", markup=False)
            yield Choices(self._chosen, id="choices")
            yield Static(id="why", markup=False)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Find the first pair."""
        self._next()

    @work(exclusive=True)
    async def _next(self) -> None:
        # In a thread: every draw is looked at, and the first answer imports what learns from it.
        found = await asyncio.to_thread(self._sitting.telling)
        if not self.is_attached:
            return
        self._question = next((question for question in found if question.id not in self._skipped), None)
        choices, text, why = self.query_one(Choices), self.query_one("#text", Static), self.query_one("#why", Static)
        choices.display = self._question is not None
        why.remove_class("shown")
        if self._question is None:
            other = "other " if self._answered or self._skipped else ""
            text.update(f"No {other}pair is expected to tell anything about who ranks first.")
            return
        text.update(f"{self._answered} answered" if self._answered else "")
        why.update(f"Why this is asked: {self._question.why}")
        choices.show([(option.value, option.text, option.help) for option in self._question.options], ())
        self.set_focus(choices)

    def _chosen(self, value: str | None) -> None:
        question, self._question = self._question, None
        # A key that comes before the next pair is there answers nothing.
        if question is not None:
            self._sitting.give(question.id, None if value is None else question.accept(value))
            self._answered += 1
            self._next()

    # --- keys ------------------------------------------------------------------------------------------------

    def action_skip(self) -> None:
        """Another pair; this one stays open."""
        if self._question is not None:
            self._skipped.add(self._question.id)
            self._question = None
            self._next()

    def action_unknown(self) -> None:
        """Record that this can't be said."""
        self._chosen(None)

    def action_why(self) -> None:
        """Show or hide why this pair is asked."""
        self.query_one("#why").toggle_class("shown")

    def action_close(self) -> None:
        """Back to the verdict."""
        self.dismiss(self._answered > 0)
