"""A question with its possible answers, and what was answered before."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from advisor.model.answer import Answer, AnswerValue
from advisor.model.question import Question
from advisor.report.words import value_words
from advisor.session.profile import ONCE
from advisor.tui.widgets.choices import Choices, Entry, Ticks
from advisor.tui.widgets.number_entry import NumberEntry
from advisor.tui.widgets.progress import Progress
from advisor.tui.wording import ORIGINS

if TYPE_CHECKING:
    from advisor.tui.sitting import Draft

YES_NO: tuple[Entry, ...] = (("yes", "Yes", ""), ("no", "No", ""))


class QuestionPane(Vertical):
    """One question at a time, of whatever kind."""

    def __init__(
        self,
        on_given: Callable[[AnswerValue], None],
        drafts: MutableMapping[str, Draft],
        below: Widget,
        id: str | None = None,
    ) -> None:
        """`on_given` is called with an answer that fits the question shown. In `drafts`, by question, is kept what was
        entered and not given when another question came. `below` gets the rows that the answers leave free."""
        super().__init__(id=id)
        self._on_given = on_given
        self._drafts = drafts
        self._below = below
        self._question: Question | None = None
        self._before: Draft = ""
        """What would be entered in the field or the list if nobody had touched it."""

    def compose(self) -> ComposeResult:
        """Where one is, the question, and a widget for each kind of answer, of which one shows."""
        with Horizontal(id="place"):
            yield Static(id="theme", markup=False)
            yield Static(id="count", markup=False)
        yield Progress(id="progress")
        yield Static(id="text", markup=False)
        yield Static(id="origin", markup=False)
        with Vertical(id="answer"):
            yield Choices(self._chosen, id="choices")
            yield Ticks(self._on_given, id="ticks")
            yield NumberEntry(self._on_given, id="number")
            yield Static("Nothing ticked means: none of these.", id="hint")
            yield self._below
        yield Static(id="why", markup=False)

    def show(self, question: Question, answer: Answer | None, assumed: AnswerValue) -> None:
        """Show a question, the answer given to it, and what is taken for one where it has none."""
        self.keep()
        self._question = question
        self.query_one("#theme", Static).update(question.theme)
        self.query_one("#text", Static).update(question.text)
        self._show_origin(question, answer, assumed)
        self._show_answer(question, answer.value if answer else assumed)

    def place(self, words: str, share: float, why: str) -> None:
        """Show how far the interview is, in words and as a share, and why the question is asked."""
        self.query_one("#count", Static).update(words)
        self.query_one(Progress).show(share)
        self.query_one("#why", Static).update(why)

    def toggle_why(self) -> None:
        """Show or hide why the question is asked."""
        self.query_one("#why").toggle_class("shown")

    def keep(self) -> None:
        """Keep what was entered and not given, for when the question is shown again."""
        if self._question is None or self._question.kind not in ("many", "number"):
            return
        draft = self._draft()
        if draft != self._before:
            self._drafts[self._question.id] = draft
        else:
            self._drafts.pop(self._question.id, None)

    def drop(self) -> None:
        """Forget what was entered: the question is answered, or open again."""
        if self._question is not None:
            self._drafts.pop(self._question.id, None)
            self._question = None

    def _draft(self) -> Draft:
        if self._question is not None and self._question.kind == "number":
            return self.query_one(NumberEntry).field.value
        chosen = self.query_one(Ticks).chosen
        return tuple(value for value in self._values() if value in chosen)

    def _values(self) -> tuple[str, ...]:
        return tuple(option.value for option in self._question.options) if self._question else ()

    def entered(self) -> object:
        """What is highlighted, ticked and typed."""
        choices, ticks = self.query_one("#choices", Choices), self.query_one(Ticks)
        return choices.highlighted, ticks.highlighted, frozenset(ticks.chosen), self.query_one(NumberEntry).field.value

    def _show_origin(self, question: Question, answer: Answer | None, assumed: AnswerValue) -> None:
        text = ""
        if answer is not None and answer.value is None:
            text = "Your answer: don't know"
        elif answer is not None and answer.origin in ONCE:
            text = f"Answer {ORIGINS[answer.origin]}: {value_words(question, answer.value)}"
        elif answer is None and assumed is not None:
            text = f"Taken from the measured machine: {value_words(question, assumed)}"
        label = self.query_one("#origin", Static)
        label.update(text)
        label.set_class(bool(text), "shown")

    def _show_answer(self, question: Question, value: AnswerValue) -> None:
        choices, ticks = self.query_one("#choices", Choices), self.query_one(Ticks)
        number = self.query_one(NumberEntry)
        shown: Widget = {"many": ticks, "number": number}.get(question.kind, choices)
        for widget in (choices, ticks, number):
            widget.display = widget is shown
        self.query_one("#hint").set_class(question.kind == "many", "shown")
        draft = self._drafts.get(question.id)
        if question.kind == "number":
            number.show(question, value if isinstance(value, (int, float)) else None)
            self._before = number.field.value
            if isinstance(draft, str):
                number.field.value = draft
                number.field.cursor_position = len(draft)
            self.screen.set_focus(number.field)
            return
        entries = tuple((option.value, option.text, option.help) for option in question.options)
        if question.kind == "many":
            given = value if isinstance(value, tuple) else ()
            self._before = tuple(name for name in self._values() if name in given)
            ticks.show(entries, draft if isinstance(draft, tuple) else given)
        elif question.kind == "yes-no":
            choices.show(YES_NO, [("no", "yes")[value]] if isinstance(value, bool) else [])
        else:
            choices.show(entries, [str(value)] if value is not None else [])
        self.screen.set_focus(shown)

    def _chosen(self, value: str) -> None:
        assert self._question is not None
        self._on_given(self._question.accept(value))
