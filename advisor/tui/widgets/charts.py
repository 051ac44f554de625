"""Charts in characters: ranks, speed, and what the leader's lead is made of. Every shape has its figure beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from textual.content import Content

from advisor.model.figures import percent, quantity
from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurement, Measurements
from advisor.model.probe import Metric
from advisor.model.recommendation import Recommendation
from advisor.report.words import NOTHING_MEASURED, Words, ordinal, runner_up
from advisor.tui.details import Details
from advisor.tui.drawing import MUTED, NARROWEST, interval, to_left, to_right, widest
from advisor.tui.widgets.sheet import Part, Sheet
from advisor.tui.wording import signed

SHADES = "█▓▒░"
"""One for each rank, the first the darkest; ranks beyond share the last."""
LONGEST = 48
"""Cells of a drawing, however wide the screen."""
GAP = 2
TOLD = "Each shape has its figure beside it. Enter shows what a line rests on."
HOW_NUMBERS_ARE_DRAWN = (
    "From nothing to the greatest: ● the median, ├ and ┤ the ends of its 95% interval; beside it how many times the "
    "best it is. Two differ only where a word says so; it is that of their comparison over all launches."
)


class Charts(Sheet):
    """Rank acceptability, the lead taken apart, and each measured number."""

    def __init__(
        self, knowledge: Knowledge, result: Recommendation, measurements: Measurements | None, details: Details
    ) -> None:
        self._knowledge = knowledge
        self._result = result
        self._details = details
        super().__init__(TOLD, [self._ranks(), self._lead(), *self._numbers(measurements)])

    def _ranks(self) -> Part:
        ranking = self._result.ranking
        heading = "How often each takes which rank"
        most = max(len(row.rank_acceptability) for row in ranking)
        if not most:
            return Part(heading, "This result doesn't say: it knows first ranks only.")
        legend = "   ".join(f"{shade_of(rank)} {ordinal(rank + 1)}" for rank in range(most))
        note = f"{legend}. What is missing from a full bar is how often it is ruled out."
        rows = [(Words(self._knowledge).candidate(row.candidate), row.rank_acceptability) for row in ranking]
        return Part(heading, note, Ranks(rows), lambda row: self._details.candidate(ranking[row].candidate))

    def _lead(self) -> Part:
        heading = "What the lead depends on"
        found = lead(self._result)
        if found is None:
            return Part(heading, "There is no lead: fewer than two candidates are feasible.")
        leader, rival, parts = found
        names = [Words(self._knowledge).candidate(name) for name in (leader, rival)]
        total = sum(parts.values())
        bars = f"Each bar is what one criterion adds to that, its points for {names[0]} less those for {names[1]}:"
        left = "where the criterion has no weight and the others keep theirs; !"
        if total > 0:
            note = (
                f"{names[0]} has {signed(total)} points over {names[1]}, the runner-up. {bars} to the right it widens "
                f"the lead, to the left it narrows it. Beside it, the lead that is left {left} where there is none "
                "left."
            )
        else:
            note = (
                f"{names[0]} ranks first more often than {names[1]}, the runner-up, but has no more points: "
                f"{signed(total)} between the two. {bars} to the right it speaks for {names[0]}, to the left for "
                f"{names[1]}. Beside it, what is left of the difference {left} where {names[0]} has no more points."
            )
        if not parts:
            return Part(heading, f"{note} No criterion tells the two apart.")
        criteria = self._knowledge.criterion
        drawing = Tornado([(criteria[name].title, points, total - points) for name, points in parts.items()])
        order = list(parts)
        return Part(heading, note, drawing, lambda row: self._details.under([order[row]], (leader, rival)))

    def _numbers(self, measurements: Measurements | None) -> Iterator[Part]:
        heading = "Speed and other measured numbers"
        if measurements is None:
            yield Part(heading, f"{NOTHING_MEASURED}: m measures.")
            return
        yield Part(heading, HOW_NUMBERS_ARE_DRAWN)
        for metric in (metric for probe in self._knowledge.probes for metric in probe.metrics if not metric.exact):
            rows = speeds(self._knowledge, metric, measurements)
            if rows:
                yield Part(_title(metric), "", Intervals(self._knowledge, rows), self._number(metric, rows))

    def _number(self, metric: Metric, rows: Sequence[Speed]) -> Callable[[int], Content]:
        return lambda row: self._details.number(metric.id, rows[row].candidate)


def _title(metric: Metric) -> Content:
    return Content.assemble(metric.title, (f"  ({metric.better} is better)", f"not bold {MUTED}"))


# --- what is drawn -------------------------------------------------------------------------------------------


def lead(result: Recommendation) -> tuple[str, str, dict[str, float]] | None:
    """The leader, the runner-up, and by criterion the points that it adds to the lead, which they sum to; those that
    add most first, without those that add nothing. None without a leader or without another feasible candidate."""
    rows = {row.candidate: row for row in result.ranking}
    leader = result.verdict.leader
    second = runner_up(result)
    if leader is None or second is None:
        return None
    theirs = {value.criterion: value.contribution for value in second.criteria}
    parts = {value.criterion: value.contribution - theirs[value.criterion] for value in rows[leader].criteria}
    order = sorted((name for name in parts if abs(parts[name]) > 5e-5), key=lambda name: -abs(parts[name]))
    return leader, second.candidate, {name: parts[name] for name in order}


class Speed(NamedTuple):
    """A candidate's number."""

    candidate: str
    number: Measurement
    words: str
    """How it compares with the best."""


def speeds(knowledge: Knowledge, metric: Metric, measurements: Measurements) -> list[Speed]:
    """The candidates that have a metric, the best first."""
    found = {c.id: number for c in knowledge.candidates if (number := measurements.number(metric.id, c.id))}
    sign = 1 if metric.better == "lower" else -1
    order = sorted(found, key=lambda name: sign * found[name].median)
    rows: list[Speed] = []
    for name in order:
        words = "best" if name == order[0] else f"{found[name].median / found[order[0]].median:.2f} times"
        said = next((f": {c.word}" for c in measurements.compared(metric.id, name) if c.rival == order[0]), "")
        noisy = "" if found[name].quality == "good" else f", {found[name].quality}"
        rows.append(Speed(name, found[name], words + said + noisy))
    return rows


def shade_of(rank: int) -> str:
    """The character of a rank counted from 0."""
    return SHADES[min(rank, len(SHADES) - 1)]


def apportioned(shares: Sequence[float], width: int) -> list[int]:
    """Cells for shares of a whole of `width` cells: their sum is that of the shares, rounded, and none is off by a
    whole cell (largest remainders)."""
    exact = [share * width for share in shares]
    cells = [int(part) for part in exact]
    missing = round(sum(exact)) - sum(cells)
    for index in sorted(range(len(exact)), key=lambda i: cells[i] - exact[i])[:missing]:
        cells[index] += 1
    return cells


# --- how it is drawn -----------------------------------------------------------------------------------------


def _room(width: int, *columns: Sequence[str]) -> int:
    """The cells that columns of text leave for a drawing."""
    taken = sum(widest(column) + GAP for column in columns)
    return max(5, min(LONGEST, width - taken))


class Ranks:
    """A stacked bar for each candidate, with the share of each rank beside it."""

    def __init__(self, rows: Sequence[tuple[str, Sequence[float]]]) -> None:
        self._rows = [(title, shares, "".join(f"{percent(share):>5}" for share in shares)) for title, shares in rows]

    def lines(self, width: int) -> list[Content]:
        """A line each."""
        titles, _, figures = zip(*self._rows, strict=True)
        room = _room(width, titles, figures)
        lines = []
        for title, shares, figure in self._rows:
            cells = apportioned(shares, room)
            bar = "".join(shade_of(rank) * count for rank, count in enumerate(cells))
            name = to_left(title, widest(titles) + GAP)
            lines.append(Content.assemble(name, (bar.ljust(room), "$primary"), " " * (GAP - 1), figure))
        return lines


class Tornado:
    """Bars to both sides of an axis, with their points and what is left of the whole without each."""

    def __init__(self, rows: Sequence[tuple[str, float, float]]) -> None:
        """Each row has a title, its points, and what is left without them."""
        self._rows = [
            (title, points, f"{signed(points):>6}  leaves {signed(left):>6}{' !' if left <= 0 else '  '}")
            for title, points, left in rows
        ]

    def lines(self, width: int) -> list[Content]:
        """A line each."""
        titles, points, figures = zip(*self._rows, strict=True)
        half = (_room(width, titles, figures) - 1) // 2
        greatest = max(map(abs, points))
        lines = []
        for title, value, figure in self._rows:
            cells = max(1, round(half * abs(value) / greatest))
            left, right = ("━" * cells, "") if value < 0 else ("", "━" * cells)
            lines.append(
                Content.assemble(
                    to_left(title, widest(titles) + GAP),
                    (left.rjust(half), "$secondary"),
                    ("│", MUTED),
                    (right.ljust(half), "$primary"),
                    " " * GAP,
                    figure,
                )
            )
        return lines


class Intervals:
    """A median with its interval on a scale from nothing, for each candidate."""

    def __init__(self, knowledge: Knowledge, rows: Sequence[Speed]) -> None:
        self._rows = [(Words(knowledge).candidate(row.candidate), row.number, row.words) for row in rows]

    def lines(self, width: int) -> list[Content]:
        """A line each, or two where the words would leave no room to draw in."""
        titles = [title for title, _, _ in self._rows]
        figures = [quantity(number.median, number.unit) for _, number, _ in self._rows]
        room = _room(width, titles, figures, [words for _, _, words in self._rows])
        beside = room >= NARROWEST
        room = room if beside else _room(width, titles, figures)
        greatest = max(number.high for _, number, _ in self._rows)
        indent = widest(titles) + GAP
        lines = []
        for (title, number, words), figure in zip(self._rows, figures, strict=True):
            ends = (number.low / greatest, number.median / greatest, number.high / greatest)
            drawn = (interval(*ends, room), "$primary")
            line = Content.assemble(to_left(title, indent), drawn, "  ", to_right(figure, widest(figures)))
            lines.append(line + Content(f"  {words}" if beside else "\n" + " " * indent + words))
        return lines
