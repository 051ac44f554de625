"""What would change the verdict, and a place to try it: answers, weights and measured numbers changed, with the ranking
beside."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from advisor.model.answer import AnswerValue
from advisor.model.figures import percent, quantity
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurements
from advisor.model.recommendation import Flip, OpenQuestion, Recommendation
from advisor.report.words import NOT_ANSWERED, Words, flips_title, value_words
from advisor.tui.suppositions import Row, Suppositions, Tried
from advisor.tui.widgets.trial import Trial

if TYPE_CHECKING:
    from advisor.decision.suppose import Supposed

HOW = "+ − try another value, r resets, k keeps; Enter answers a question anew."


HEADINGS = (
    ("Every answer", "question"),
    ("Importance of criteria that follows from answers", "criterion"),
    ("Measured numbers, + better and − worse than measured", "metric"),
)
"""Of the parts of the list whose rows have that field."""
ONLY_ANSWERS = "Importance follows from answers, and numbers from measuring: only changed answers can be kept."


class WhatIf(Vertical):
    """Flips, open questions, every answer, weight and measured number; what is tried moves the ranking above them."""

    BINDINGS = [
        Binding("plus,equals_sign", "try(1)", "Try the next value", show=False),
        Binding("minus", "try(-1)", "Try the value before", show=False),
        Binding("r", "reset", "Take back what was tried", show=False),
        Binding("k", "keep", "Keep the answers tried", show=False),
        Binding("f", "far", "How far"),
    ]

    class Wanted(Message):
        """The user wants to answer a question."""

        def __init__(self, question: str) -> None:
            self.question = question
            super().__init__()

    class Sought(Message):
        """The user wants to know how far weights and measurements are from another verdict."""

    class Kept(Message):
        """The user wants to keep answers that were tried."""

        def __init__(self, answers: dict[str, AnswerValue]) -> None:
            self.answers = answers
            super().__init__()

    def __init__(
        self,
        knowledge: Knowledge,
        result: Recommendation,
        measurements: Measurements | None,
        suppose: Callable[[Tried], Supposed],
        tried: Tried,
        remember: Callable[[Tried], None],
    ) -> None:
        """`suppose` works out, in a thread, what the changes tried would give. `tried` are changes to begin with, and
        `remember` is told of every change."""
        super().__init__(classes="section")
        self._knowledge = knowledge
        self._words = Words(knowledge)
        self._result = result
        self._measurements = measurements
        self._suppose = suppose
        self._remember = remember
        self._tried = Suppositions(knowledge, result, measurements)
        self._tried.take_up(tried)
        self._rows: Mapping[str, Row] = {f"row {number}": row for number, row in enumerate(self._tried.rows())}
        self._shown = {name: self._tried.present(row) for name, row in self._rows.items()}

    def compose(self) -> ComposeResult:
        """What is tried, and one list of everything that could be."""
        yield Trial(self._knowledge, self._result)
        yield Static(HOW, id="how", classes="muted", markup=False)
        yield OptionList(*self._options(), classes="list wrapped", markup=False)

    def on_mount(self) -> None:
        """Show what was tried before."""
        if self._tried.tried().size:
            self._update()

    def _options(self) -> list[Option]:
        flips, open_ = self._result.flips, self._result.open_questions
        parts = [
            (flips_title(self._result), [self._flip(position, flip) for position, flip in enumerate(flips)]),
            (NOT_ANSWERED.format(len(open_)) if open_ else "", [self._open(entry) for entry in open_]),
        ]
        for heading, kind in HEADINGS:
            rows = [Option(self._prompt(row), id=name) for name, row in self._rows.items() if getattr(row, kind)]
            parts.append((heading if rows else "", rows))
        options = [[Option("", disabled=True), _heading(heading), *entries] for heading, entries in parts if heading]
        return list(chain.from_iterable(options))[1:]

    def _flip(self, position: int, flip: Flip) -> Option:
        grid = _grid()
        for change in flip.changes:
            question = self._knowledge.question[change.question]
            before, after = value_words(question, change.before), value_words(question, change.after)
            grid.add_row("·", Text(question.text))
            grid.add_row("", Text(f"{before} → {after}", style="dim"))
        share = f" ({percent(flip.confidence)})" if flip.candidate else ""
        grid.add_row("", Text(f"gives: {self._words.verdict(flip.kind, flip.candidate)}{share}"))
        return Option(grid, id=f"flip {position}")

    def _open(self, entry: OpenQuestion) -> Option:
        grid = _grid()
        grid.add_row("·", Text(entry.text))
        leaders = set(entry.leads_to.values())
        if entry.gain:
            grid.add_row("", Text(f"would make the leader surer by {percent(entry.gain)} on average", style="dim"))
        if len(leaders) == 1:
            title = self._words.candidate(*leaders)
            grid.add_row("", Text(f"{title} leads whatever the answer", style="dim"))
        else:
            question = self._knowledge.question[entry.question]
            texts = {option.value: option.text for option in question.options}
            for value, leader in entry.leads_to.items():
                title = self._words.candidate(leader)
                grid.add_row("", Text(f"{texts.get(value, value)} → {title} leads", style="dim"))
        return Option(grid, id=f"open {entry.question}")

    def _prompt(self, row: Row) -> Table:
        """A row with what holds, and what is tried instead."""
        values = self._tried.before(row), self._tried.present(row)
        if row.metric:
            title = f"{self._knowledge.metric[row.metric].title}, {self._words.candidate(row.candidate)}"
            said = [self._number(row, float(factor)) for factor in values]
        elif row.criterion:
            title = self._knowledge.criterion[row.criterion].title
            said = [str(value or "depends on what is open") for value in values]
        else:
            question = self._knowledge.question[row.question]
            option = next((option for option in question.options if option.value == row.option), None)
            title = f"{question.text} {option.text}" if option else question.text
            said = [value_words(question, value) for value in values]
        changed = values[0] != values[1]
        grid = _grid()
        grid.add_row("*" if changed else "·", Text(title))
        grid.add_row("", Text(" → ".join(said), style="bold") if changed else Text(said[0], style="dim"))
        return grid

    def _number(self, row: Row, factor: float) -> str:
        """What a number would be if it were so many times better."""
        # Imported late: by the time there is a result, the decision is loaded.
        from advisor.decision.thresholds import multiplier

        assert self._measurements is not None
        number = self._measurements.number(row.metric, row.candidate)
        assert number is not None, "only what was measured has a row"
        words = quantity(number.median * multiplier(self._knowledge.metric[row.metric], factor), number.unit)
        if factor == 1:
            return words
        return f"{words}, {max(factor, 1 / factor):.3g} times {'better' if factor > 1 else 'worse'}"

    # --- keys ------------------------------------------------------------------------------------------------

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Ask to answer the question."""
        event.stop()
        question = self._question(str(event.option_id))
        if question:
            self.post_message(self.Wanted(question))

    def _question(self, name: str) -> str:
        kind, _, rest = name.partition(" ")
        if kind == "flip":
            return self._result.flips[int(rest)].changes[0].question
        return rest if kind == "open" else self._rows[name].question

    def action_try(self, by: int) -> None:
        """Suppose the next or the previous value of the line highlighted; of a flip, make or unmake its changes."""
        highlighted = self.query_one(OptionList).highlighted_option
        if highlighted is None or highlighted.id is None:
            return
        kind, _, rest = highlighted.id.partition(" ")
        if kind == "flip":
            for change in self._result.flips[int(rest)].changes:
                self._tried.suppose(change.question, change.after if by > 0 else change.before)
        else:
            first = next((row for row in self._rows.values() if kind == "open" and row.question == rest), None)
            self._tried.step(first or self._rows[highlighted.id], by)
        self._update()

    def action_reset(self) -> None:
        """Take back whatever was tried."""
        self._tried.reset()
        self._update()

    def action_keep(self) -> None:
        """Give the answers that were tried as one's own; nothing else that was tried can be given."""
        tried = self._tried.tried()
        if tried.answers:
            self.post_message(self.Kept(tried.answers))
        elif tried.size:
            self.query_one("#how", Static).update(ONLY_ANSWERS)

    def action_far(self) -> None:
        """Ask how far weights and measurements are from another verdict."""
        self.post_message(self.Sought())

    def _update(self) -> None:
        entries = self.query_one(OptionList)
        for name, row in self._rows.items():
            present = self._tried.present(row)
            if present != self._shown[name]:
                self._shown[name] = present
                entries.replace_option_prompt(name, self._prompt(row))
        tried = self._tried.tried()
        self._remember(tried)
        size = tried.size
        self.query_one("#how", Static).update(f"{size} tried, nothing saved. {HOW}" if size else HOW)
        # That may have taken a line from the list.
        self.call_after_refresh(entries.scroll_to_highlight)
        self._work()

    @work(exclusive=True)
    async def _work(self) -> None:
        tried = self._tried.tried()
        if not tried.size:
            self.query_one(Trial).show(None)
            return
        # In a thread: the next key should not wait for it.
        supposed = await asyncio.to_thread(self._suppose, tried)
        if self.is_attached:
            self.query_one(Trial).show(supposed)


def _heading(text: str) -> Option:
    return Option(Text(text), disabled=True)


def _grid() -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
    grid.add_column(width=1)
    grid.add_column(ratio=1)
    return grid
