"""What would change the verdict: answers that could be different, and questions still open."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import Flip, OpenQuestion, Recommendation
from advisor.tui.wording import answer_words, candidate_title, percent, verdict_words


class WhatIf(Vertical):
    """Flips and open questions; choosing one asks to answer its question."""

    class Wanted(Message):
        """The user wants to answer a question, given by its index."""

        def __init__(self, index: int) -> None:
            self.index = index
            super().__init__()

    def __init__(self, knowledge: Knowledge, result: Recommendation) -> None:
        super().__init__(classes="section")
        self._knowledge = knowledge
        self._result = result
        self._index = {question.id: index for index, question in enumerate(knowledge.questions)}

    def compose(self) -> ComposeResult:
        """One list of both, since both lead to a question."""
        yield Static("Enter on a line answers its question anew.", classes="muted after")
        yield OptionList(*self._options(), classes="list wrapped", markup=False)

    def _options(self) -> list[Option]:
        flips, open_ = self._result.flips, self._result.open_questions
        options = [Option(Text("One answer changed would change the verdict"), disabled=True)]
        options += [self._flip(position, flip) for position, flip in enumerate(flips)]
        if not flips:
            options.append(Option(Text("None: no single answer, changed, would change it."), disabled=True))
        if open_:
            options += [
                Option(Text(""), disabled=True),
                Option(Text("Questions still open, the most useful first"), disabled=True),
                *(self._open(entry) for entry in open_),
            ]
        return options

    def _flip(self, position: int, flip: Flip) -> Option:
        grid = _grid()
        for change in flip.changes:
            question = self._knowledge.question[change.question]
            before, after = answer_words(question, change.before), answer_words(question, change.after)
            grid.add_row("·", Text(question.text))
            grid.add_row("", Text(f"{before} → {after}", style="dim"))
        share = f" ({percent(flip.confidence)})" if flip.candidate else ""
        grid.add_row("", Text(f"gives: {verdict_words(self._knowledge, flip.kind, flip.candidate)}{share}"))
        return Option(grid, id=f"flip {position} {self._index[flip.changes[0].question]}")

    def _open(self, entry: OpenQuestion) -> Option:
        grid = _grid()
        grid.add_row("·", Text(entry.text))
        leaders = set(entry.leads_to.values())
        if entry.gain:
            grid.add_row("", Text(f"would make the leader surer by {percent(entry.gain)} on average", style="dim"))
        if len(leaders) == 1:
            title = candidate_title(self._knowledge, *leaders)
            grid.add_row("", Text(f"{title} leads whatever the answer", style="dim"))
        else:
            question = self._knowledge.question[entry.question]
            texts = {option.value: option.text for option in question.options}
            for value, leader in entry.leads_to.items():
                title = candidate_title(self._knowledge, leader)
                grid.add_row("", Text(f"{texts.get(value, value)} → {title} leads", style="dim"))
        return Option(grid, id=f"open {entry.question} {self._index[entry.question]}")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Ask to answer the question."""
        event.stop()
        self.post_message(self.Wanted(int(str(event.option_id).rsplit(" ", 1)[1])))


def _grid() -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
    grid.add_column(width=1)
    grid.add_column(ratio=1)
    return grid
