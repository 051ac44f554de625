"""The score taken apart: what each criterion weighs and what it gives each candidate."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import Recommendation
from advisor.report.words import ordinal
from advisor.tui.wording import candidate_title, percent, signed, unsigned

NARROWEST = 8
"""Cells of a candidate's column, which is as wide as the longest word of the title."""


class Criteria(VerticalScroll):
    """A table of criteria by candidates, weightiest first, under the groups that they belong to."""

    def __init__(self, knowledge: Knowledge, result: Recommendation) -> None:
        super().__init__(classes="section")
        self._knowledge = knowledge
        self._result = result

    def compose(self) -> ComposeResult:
        """The table, and how to read it."""
        yield Static(
            "Points by criterion; a column adds up to the candidate's score. 100 would be the most that could speak "
            "for a candidate on every criterion, 0 is neither for nor against.",
            classes="muted after",
            markup=False,
        )
        yield Static(self._table())
        if any(row.central_weights for row in self._result.ranking):
            yield Static(
                "What those who prefer each care about: the mean weights where it ranks first. How often it is first "
                "with these stands above, under its own weights.",
                classes="muted after",
                markup=False,
            )
            yield Static(self._central())

    def _table(self) -> Table:
        ranking = self._result.ranking
        table = self._grid("Weight")
        weights = [value.weight for value in ranking[0].criteria]
        order = sorted(range(len(weights)), key=lambda i: -weights[i])
        groups = ranking[0].groups
        for place in sorted(range(len(groups)), key=lambda i: -groups[i].weight):
            inside = [i for i in order if self._knowledge.criteria[i].group == groups[place].group]
            points = [row.groups[place].contribution for row in ranking]
            title = next(group.title for group in self._knowledge.groups if group.id == groups[place].group)
            table.add_row(Text(title), percent(groups[place].weight), *_cells(points), style="bold")
            self._rows(table, inside, "  ")
        if not groups:
            self._rows(table, order)
        table.add_section()
        table.add_row("Score", "", *(unsigned(row.score) for row in ranking), style="bold")
        table.add_row("5%", "", *(unsigned(row.score_low) for row in ranking), style="dim")
        table.add_row("95%", "", *(unsigned(row.score_high) for row in ranking), style="dim")
        table.add_row("Ranks first", "", *(percent(row.first_rank_share) for row in ranking))
        for rank in range(1, max(len(row.rank_acceptability) for row in ranking)):
            table.add_row(f"Ranks {ordinal(rank + 1)}", "", *(percent(row.rank_acceptability[rank]) for row in ranking))
        if ranking[0].rank_acceptability:
            factors = (row.confidence_factor for row in ranking)
            table.add_row("With own weights", "", *("·" if each is None else percent(each) for each in factors))
        table.add_row("Feasible", "", *("yes" if row.feasible else "no" for row in ranking))
        return table

    def _central(self) -> Table:
        ranking = self._result.ranking
        table = self._grid("Average")
        weights = {value.criterion: value.weight for value in ranking[0].criteria}
        titles = {criterion.id: criterion.title for criterion in self._knowledge.criteria}
        central = [{each.criterion: each.weight for each in row.central_weights or ()} for row in ranking]
        for name in sorted(weights, key=lambda name: -weights[name]):
            cells = [percent(own[name]) if name in own else "·" for own in central]
            table.add_row(Text(titles.get(name, name)), percent(weights[name]), *cells)
        return table

    def _grid(self, second: str) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        table.add_column("")
        table.add_column(second, justify="right")
        for row in self._result.ranking:
            title = candidate_title(self._knowledge, row.candidate)
            width = max(NARROWEST, *map(len, title.split()))
            table.add_column(Text(title), justify="right", width=width)
        return table

    def _rows(self, table: Table, indices: list[int], indent: str = "") -> None:
        for index in indices:
            points = [row.criteria[index].contribution for row in self._result.ranking]
            weight = percent(self._result.ranking[0].criteria[index].weight)
            table.add_row(Text(indent + self._knowledge.criteria[index].title), weight, *_cells(points))


def _cells(points: list[float]) -> list[str]:
    return [signed(value) if value else "·" for value in points]
