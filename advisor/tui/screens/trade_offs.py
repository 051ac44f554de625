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
    """Asks one trade-off after the other, as long as one tells something; back goes through those asked before. Gives
    whether any answer has changed."""

    CSS_PATH = "../trade_offs.tcss"
    BINDINGS = [
        Binding("escape,t", "close", "Close"),
        Binding("b,left", "back", "Back"),
        Binding("s,right", "skip", "Skip"),
        Binding("d,question_mark", "unknown", "Don't know"),
        Binding("w", "why", "Why"),
        Binding("delete", "withdraw", "Take this answer back"),
        *ANYWHERE,
    ]

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting = sitting
        self._question: Question | None = None
        self._trail = [each.question() for each in sitting.knowledge.trade_offs if each.id in sitting.answers]
        """Those asked before, which is where back leads."""
        self._skipped: set[str] = set()
        self._looking = self._changed = False

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
        self._looking = True
        # In a thread: every draw is looked at, and the first answer imports what learns from it.
        found = await asyncio.to_thread(self._sitting.telling)
        self._looking = False
        if self.is_attached:
            self._show(next((question for question in found if question.id not in self._skipped), None))

    def _show(self, question: Question | None) -> None:
        self._question = question
        self.refresh_bindings()
        choices, text, why = self.query_one(Choices), self.query_one("#text", Static), self.query_one("#why", Static)
        choices.display = question is not None
        why.remove_class("shown")
        answered = sum(each.id in self._sitting.answers for each in self._sitting.knowledge.trade_offs)
        if question is None:
            other = "other " if answered or self._skipped else ""
            text.update(f"No {other}pair is expected to tell anything about who ranks first.")
            self.set_focus(None)
            return
        text.update(f"{answered} answered" if answered else "")
        why.update(f"Why this is asked: {question.why}")
        given = self._sitting.answers.get(question.id)
        chosen = [str(given.value)] if given and given.value is not None else []
        choices.show([(option.value, option.text, option.help) for option in question.options], chosen)
        self.set_focus(choices)

    def _chosen(self, value: str | None) -> None:
        # A key that comes before the next pair is there answers nothing.
        if question := self._leave():
            self._sitting.give(question.id, None if value is None else question.accept(value))
            self._changed = True
            self._next()

    def _leave(self) -> Question | None:
        question, self._question = self._question, None
        if question is not None:
            self._trail.append(question)
        return question

    # --- keys ------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a pair there is nothing to skip or to explain, without an answer nothing to take back."""
        if action == "back":
            return bool(self._trail)
        if action == "withdraw":
            return self._question is not None and self._question.id in self._sitting.answers
        return action not in ("skip", "unknown", "why") or self._question is not None

    def action_back(self) -> None:
        """The pair asked before, with what was answered."""
        if self._trail and not self._looking:
            question = self._trail.pop()
            self._skipped.discard(question.id)
            self._show(question)

    def action_skip(self) -> None:
        """Another pair; this one stays as it is."""
        if question := self._leave():
            self._skipped.add(question.id)
            self._next()

    def action_unknown(self) -> None:
        """Record that this can't be said."""
        self._chosen(None)

    def action_withdraw(self) -> None:
        """Take the answer to this pair back."""
        question, self._question = self._question, None
        if question is not None:
            self._sitting.withdraw(question.id)
            self._changed = True
            self._next()

    def action_why(self) -> None:
        """Show or hide why this pair is asked."""
        self.query_one("#why").toggle_class("shown")

    def action_close(self) -> None:
        """Back to the verdict."""
        self.dismiss(self._changed)
