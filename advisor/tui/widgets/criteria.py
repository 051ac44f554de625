"""The score taken apart: what each criterion weighs and what it gives each candidate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest

from textual.content import Content

from advisor.model.figures import percent
from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import Ranked, Recommendation
from advisor.report.words import Words, ordinal, score_fits
from advisor.tui.details import Details
from advisor.tui.drawing import MUTED, narrowest, to_left, to_right, widest, wrapped
from advisor.tui.widgets.sheet import Part, Sheet
from advisor.tui.wording import signed, unsigned

NARROWEST = 8
"""Cells of a candidate's column, which is as wide as the longest word of the title."""
WEIGHT = 6
GAP = 2
INDENT = "  "
OWN_WEIGHTS = "With own weights"
TOLD = "Points; a column adds up to the score. Enter shows what a line rests on."
CENTRAL = (
    "The mean weights where a candidate ranks first. How often it is first with these stands above, under its own "
    "weights."
)


@dataclass(frozen=True)
class Line:
    """A line of the table and what it rests on."""

    title: str
    weight: str
    cells: tuple[str, ...]
    """One a candidate."""
    detail: Callable[[], Content]
    style: str = ""


class Criteria(Sheet):
    """A table of criteria by candidates, weightiest first, under the groups that they belong to."""

    def __init__(self, knowledge: Knowledge, result: Recommendation, details: Details) -> None:
        self._knowledge = knowledge
        self._result = result
        self._details = details
        parts = [self._part(list(lines)) for lines in (self._points(), self._below())]
        if any(row.central_weights for row in result.ranking):
            parts.append(self._part(list(self._central()), "What those who prefer each care about", CENTRAL))
        super().__init__(TOLD, parts, Heads(knowledge, result.ranking))

    def _part(self, lines: Sequence[Line], heading: str = "", note: str = "") -> Part:
        drawing = Columns(self._knowledge, self._result.ranking, lines)
        return Part(heading, note, drawing, lambda row: lines[row].detail())

    def _points(self) -> Iterator[Line]:
        first = self._result.ranking[0]
        order = [value.criterion for value in sorted(first.criteria, key=lambda value: -value.weight)]
        if not first.groups:
            yield from map(self._criterion, order)
            return
        groups = self._knowledge.groups
        titles = {group.id: group.title for group in groups}
        members = {group.id: {c.id for c in self._knowledge.criteria if c.group == group.id} for group in groups}
        for place in sorted(range(len(first.groups)), key=lambda i: -first.groups[i].weight):
            group = first.groups[place]
            inside = [name for name in order if name in members[group.group]]
            points = tuple(_points(row.groups[place].contribution) for row in self._result.ranking)
            detail = partial(self._details.under, inside)
            yield Line(titles[group.group], percent(group.weight), points, detail, "bold")
            yield from (self._criterion(name, INDENT) for name in inside)

    def _criterion(self, name: str, indent: str = "") -> Line:
        values = [next(v for v in row.criteria if v.criterion == name) for row in self._result.ranking]
        cells = tuple(_points(value.contribution) for value in values)
        title = indent + self._knowledge.criterion[name].title
        return Line(title, percent(values[0].weight), cells, partial(self._details.under, [name]))

    def _below(self) -> Iterator[Line]:
        ranking, details = self._result.ranking, self._details

        def line(title: str, cell: Callable[[Ranked], str], detail: Callable[[], Content], style: str = "") -> Line:
            return Line(title, "", tuple(map(cell, ranking)), detail, style)

        title = "Score" if all(map(score_fits, ranking)) else "Score of what is certain"
        yield line(title, lambda row: unsigned(row.score), details.score, "bold")
        yield line("5%", lambda row: unsigned(row.score_low), details.bounds, MUTED)
        yield line("95%", lambda row: unsigned(row.score_high), details.bounds, MUTED)
        for rank in range(max(len(row.rank_acceptability) for row in ranking)):
            shares = partial(_rank, rank=rank)
            yield line(f"Ranks {ordinal(rank + 1)}", shares, partial(details.rank, rank))
        if ranking[0].rank_acceptability:
            yield line(OWN_WEIGHTS, _own_weights, details.own_weights)
        yield line("Feasible", lambda row: "yes" if row.feasible else "no", details.feasible)

    def _central(self) -> Iterator[Line]:
        ranking = self._result.ranking
        central = [{each.criterion: each.weight for each in row.central_weights or ()} for row in ranking]
        for value in sorted(ranking[0].criteria, key=lambda value: -value.weight):
            name = value.criterion
            cells = tuple(percent(own[name]) if name in own else "·" for own in central)
            title = self._knowledge.criterion[name].title
            yield Line(title, percent(value.weight), cells, partial(self._details.central, name))


class Columns:
    """Lines with a column for the weight and one for each candidate."""

    def __init__(self, knowledge: Knowledge, ranking: Sequence[Ranked], lines: Sequence[Line] = ()) -> None:
        self._lines = lines
        self._titles = [Words(knowledge).candidate(row.candidate) for row in ranking]
        titles = (each.title for each in (*knowledge.criteria, *knowledge.groups))
        self._longest = len(INDENT) + widest((*titles, OWN_WEIGHTS))
        self._widths = [WEIGHT, *(narrowest(title, NARROWEST) for title in self._titles)]

    def lines(self, width: int) -> list[Content]:
        """A line each, broken where the title is too long."""
        return [self._drawn(line.title, (line.weight, *line.cells), width, line.style) for line in self._lines]

    def _drawn(self, title: str, cells: Sequence[str], width: int, style: str) -> Content:
        room = max(NARROWEST, min(self._longest, width - sum(self._widths) - GAP * len(self._widths)))
        indent = " " * (len(title) - len(title.lstrip()))
        first, *others = (indent + part for part in wrapped(title.lstrip(), room - len(indent)))
        line = (" " * GAP).join([to_left(first, room), *map(to_right, cells, self._widths)])
        return Content.styled("\n".join([line, *others]), style)


class Heads(Columns):
    """The heads of the columns."""

    def lines(self, width: int) -> list[Content]:
        """As many as the longest title needs."""
        stacks = map(wrapped, ["Weight", *self._titles], self._widths)
        rows = zip_longest(*stacks, fillvalue="")
        return [self._drawn("", cells, width, "bold") for cells in rows]


def _points(value: float) -> str:
    return signed(value) if value else "·"


def _rank(row: Ranked, rank: int) -> str:
    return percent(row.rank_acceptability[rank])


def _own_weights(row: Ranked) -> str:
    return "·" if row.confidence_factor is None else percent(row.confidence_factor)
