"""Charts in characters: ranks, speed, and what the leader's lead is made of. Every shape has its figure beside it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from advisor.model.knowledge import Knowledge
from advisor.model.measurement import Measurement, Measurements
from advisor.model.probe import Metric
from advisor.model.recommendation import Recommendation
from advisor.report.words import ordinal
from advisor.tui.drawing import MUTED
from advisor.tui.widgets.lines import Lines
from advisor.tui.wording import candidate_title, percent, quantity, signed

SHADES = "█▓▒░"
"""One for each rank, the first the darkest; ranks beyond share the last."""
LONGEST = 48
"""Cells of a drawing, however wide the screen."""
NARROWEST = 12
"""Cells in which an interval can still be read."""
GAP = 2


class Charts(VerticalScroll):
    """Rank acceptability, the lead taken apart, and each measured speed."""

    def __init__(self, knowledge: Knowledge, result: Recommendation, measurements: Measurements | None) -> None:
        super().__init__(classes="section")
        self._knowledge = knowledge
        self._result = result
        self._measurements = measurements

    def compose(self) -> ComposeResult:
        """One chart below the other, each with what it shows."""
        yield from self._ranks()
        yield from self._lead()
        yield from self._speeds()

    def _ranks(self) -> ComposeResult:
        ranking = self._result.ranking
        yield Static("How often each takes which rank", classes="heading")
        most = max(len(row.rank_acceptability) for row in ranking)
        if not most:
            yield Static("This result doesn't say: it knows first ranks only.", classes="muted")
            return
        legend = "   ".join(f"{shade_of(rank)} {ordinal(rank + 1)}" for rank in range(most))
        yield Static(f"{legend}. What is missing from a full bar is how often it is ruled out.", classes="muted")
        yield Ranks([(candidate_title(self._knowledge, row.candidate), row.rank_acceptability) for row in ranking])

    def _lead(self) -> ComposeResult:
        yield Static("What the lead depends on", classes="heading")
        found = lead(self._result)
        if found is None:
            yield Static("There is no lead: fewer than two candidates are feasible.", classes="muted")
            return
        leader, rival, parts = found
        names = [candidate_title(self._knowledge, name) for name in (leader, rival)]
        total = sum(parts.values())
        yield Static(
            f"{names[0]} has {signed(total)} points over {names[1]}, the runner-up. Each bar is what one criterion "
            f"adds to that, its points for {names[0]} less those for {names[1]}: to the right it widens the lead, to "
            "the left it narrows it. Beside it, the lead that is left where the criterion has no weight and the others "
            "keep theirs; ! where there is none left.",
            classes="muted",
            markup=False,
        )
        titles = {criterion.id: criterion.title for criterion in self._knowledge.criteria}
        yield Tornado([(titles.get(name, name), points, total - points) for name, points in parts.items()])

    def _speeds(self) -> ComposeResult:
        yield Static("Speed and other measured numbers", classes="heading")
        if self._measurements is None:
            yield Static("Nothing was measured here. Press m to measure.", classes="muted")
            return
        yield Static(
            "From nothing to the greatest: ● the median, ├ and ┤ the ends of its 95% interval; beside it how many "
            "times the best it is. Two differ only where a word says so; it is that of their comparison over all "
            "launches.",
            classes="muted",
        )
        for metric in (metric for probe in self._knowledge.probes for metric in probe.metrics if not metric.exact):
            rows = speeds(self._knowledge, metric, self._measurements)
            if rows:
                text = Content.assemble(metric.title, (f"  ({metric.better} is better)", f"not bold {MUTED}"))
                yield Static(text, classes="heading")
                yield Intervals(rows)


# --- what is drawn -------------------------------------------------------------------------------------------


def lead(result: Recommendation) -> tuple[str, str, dict[str, float]] | None:
    """The leader, the runner-up, and by criterion the points that it adds to the lead, which they sum to; those that
    add most first, without those that add nothing. None without a leader or without another feasible candidate."""
    rows = {row.candidate: row for row in result.ranking}
    leader = result.verdict.leader
    rival = next((row.candidate for row in result.ranking if row.feasible and row.candidate != leader), None)
    if leader is None or rival is None:
        return None
    theirs = {value.criterion: value.contribution for value in rows[rival].criteria}
    parts = {value.criterion: value.contribution - theirs[value.criterion] for value in rows[leader].criteria}
    order = sorted((name for name in parts if abs(parts[name]) > 5e-5), key=lambda name: -abs(parts[name]))
    return leader, rival, {name: parts[name] for name in order}


Speed = tuple[str, Measurement, str]
"""A candidate's title, its number, and how it compares with the best, in words."""


def speeds(knowledge: Knowledge, metric: Metric, measurements: Measurements) -> list[Speed]:
    """The candidates that have a metric, the best first."""
    found = {c.id: number for c in knowledge.candidates if (number := measurements.number(metric.id, c.id))}
    sign = 1 if metric.better == "lower" else -1
    order = sorted(found, key=lambda name: sign * found[name].median)
    rows: list[Speed] = []
    for name in order:
        words = "best" if name == order[0] else f"{found[name].median / found[order[0]].median:.2f} times"
        compared = _word(measurements, metric, name, order[0])
        noisy = "" if found[name].quality == "good" else f", {found[name].quality}"
        rows.append((candidate_title(knowledge, name), found[name], words + compared + noisy))
    return rows


def _word(measurements: Measurements, metric: Metric, candidate: str, best: str) -> str:
    for comparison in measurements.comparisons:
        if comparison.metric == metric.id:
            if (comparison.candidate, comparison.rival) == (candidate, best):
                return f": {comparison.word}"
            if (comparison.rival, comparison.candidate) == (candidate, best):
                return f": {comparison.turned().word}"
    return ""


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
    taken = sum(max(map(len, column)) + GAP for column in columns)
    return max(5, min(LONGEST, width - taken))


class Ranks(Lines):
    """A stacked bar for each candidate, with the share of each rank beside it."""

    def __init__(self, rows: Sequence[tuple[str, Sequence[float]]]) -> None:
        super().__init__()
        self._rows = [(title, shares, "".join(f"{percent(share):>5}" for share in shares)) for title, shares in rows]

    def lines(self, width: int) -> list[Content]:
        """A line each."""
        titles, _, figures = zip(*self._rows, strict=True)
        room = _room(width, titles, figures)
        lines = []
        for title, shares, figure in self._rows:
            cells = apportioned(shares, room)
            bar = "".join(shade_of(rank) * count for rank, count in enumerate(cells))
            name = title.ljust(max(map(len, titles)) + GAP)
            lines.append(Content.assemble(name, (bar.ljust(room), "$primary"), " " * (GAP - 1), figure))
        return lines


class Tornado(Lines):
    """Bars to both sides of an axis, with their points and what is left of the whole without each."""

    def __init__(self, rows: Sequence[tuple[str, float, float]]) -> None:
        """Each row has a title, its points, and what is left without them."""
        super().__init__()
        self._rows = [
            (title, points, f"{signed(points):>6}  leaves {signed(left):>6}{' !' if left <= 0 else '  '}")
            for title, points, left in rows
        ]

    def lines(self, width: int) -> list[Content]:
        """A line each."""
        if not self._rows:
            return [Content("No criterion tells the two apart.")]
        titles, points, figures = zip(*self._rows, strict=True)
        half = (_room(width, titles, figures) - 1) // 2
        greatest = max(map(abs, points))
        lines = []
        for title, value, figure in self._rows:
            cells = max(1, round(half * abs(value) / greatest))
            left, right = ("━" * cells, "") if value < 0 else ("", "━" * cells)
            lines.append(
                Content.assemble(
                    title.ljust(max(map(len, titles)) + GAP),
                    (left.rjust(half), "$secondary"),
                    ("│", MUTED),
                    (right.ljust(half), "$primary"),
                    " " * GAP,
                    figure,
                )
            )
        return lines


class Intervals(Lines):
    """A median with its interval on a scale from nothing, for each candidate."""

    def __init__(self, rows: Sequence[Speed]) -> None:
        super().__init__()
        self._rows = rows

    def lines(self, width: int) -> list[Content]:
        """A line each, or two where the words would leave no room to draw in."""
        titles = [title for title, _, _ in self._rows]
        figures = [quantity(number.median, number.unit) for _, number, _ in self._rows]
        room = _room(width, titles, figures, [words for _, _, words in self._rows])
        beside = room >= NARROWEST
        room = room if beside else _room(width, titles, figures)
        greatest = max(number.high for _, number, _ in self._rows)
        indent = max(map(len, titles)) + GAP
        lines = []
        for (title, number, words), figure in zip(self._rows, figures, strict=True):
            ends = (number.low / greatest, number.median / greatest, number.high / greatest)
            drawn = (interval(*ends, room), "$primary")
            lines.append(Content.assemble(title.ljust(indent), drawn, "  ", figure.rjust(max(map(len, figures)))))
            if beside:
                lines[-1] += Content(f"  {words}")
            else:
                lines.append(Content(" " * indent + words))
        return lines


def interval(low: float, median: float, high: float, width: int) -> str:
    """An interval within 0..1 over `width` cells; where its ends fall on the median's cell there is only that."""
    first, middle, last = (round(share * (width - 1)) for share in (low, median, high))
    cells = [" "] * width
    cells[first : last + 1] = "─" * (last + 1 - first)
    cells[first], cells[last], cells[middle] = "├", "┤", "●"
    return "".join(cells)
