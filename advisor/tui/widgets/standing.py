"""The ranking as it stands while questions are being answered."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from advisor.model.figures import percent
from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import Ranked
from advisor.report.words import score_fits
from advisor.tui.drawing import NARROWEST, interval, line, to_left, to_right, widest

GAP = 2


class StandingPanel(Vertical):
    """Beside the question: each candidate with a bar of its first-rank share and the interval of its score."""

    DEFAULT_CSS = """
    StandingPanel {
        padding: 1 2;
        & .title { text-style: bold; margin-bottom: 1; }
        & .note { color: $text-muted; margin-top: 1; }
        & .mark { text-style: bold; display: none; margin-top: 1; }
        & .mark.shown { display: block; }
    }
    """

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__()
        self._knowledge = knowledge

    def compose(self) -> ComposeResult:
        """Title, bars, and what they mean."""
        yield Static("How it stands", classes="title")
        yield _Rows()
        yield Static(classes="mark", markup=False)
        share = percent(self._knowledge.settings.recommend_share)
        yield Static(
            "How often each ranks first when everything that is uncertain is drawn at random: weights, measured "
            f"numbers, and the answers still open. A candidate is recommended from {share}, unless answers would make "
            "that much surer. Below, on one scale, the score: ● of what is known, ├ ┤ in nine of ten draws.",
            classes="note",
            markup=False,
        )

    def show(self, ranking: Sequence[Ranked]) -> None:
        """Show a ranking."""
        self.query_one(_Rows).show([(self._knowledge.candidate[row.candidate].title, row) for row in ranking])

    def mark(self, settled: str) -> None:
        """Show whether the verdict is settled, in a word or two, or empty."""
        mark = self.query_one(".mark", Static)
        mark.update(f"{settled}: you may stop here (v)." if settled else "")
        mark.set_class(bool(settled), "shown")


class _Rows(Widget):
    DEFAULT_CSS = "_Rows { height: auto; min-height: 8; width: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[tuple[str, Ranked]] = ()

    def show(self, rows: Sequence[tuple[str, Ranked]]) -> None:
        self._rows = rows
        self.refresh(layout=True)

    def render(self) -> Content:
        return Content("\n").join(drawn(self._rows, self.content_size.width))


def drawn(rows: Sequence[tuple[str, Ranked]], width: int) -> list[Content]:
    """Of each candidate, given with its title, lines of so many cells: its share, a bar of that, and, where there is
    room, its score on a scale that all have in common."""
    lines = []
    for index, (title, row) in enumerate(rows):
        figure = percent(row.first_rank_share) if row.feasible else "ruled out"
        style = "bold" if index == 0 and row.feasible else ""
        lines.append(Content.assemble((title, style), (to_right(figure, max(1, width - cell_len(title))), style)))
        colour = "$primary" if style else "$secondary"
        lines.append(line(row.first_rank_share, width, colour))
        if drawing := _on_scale(row, _scale(rows), width):
            lines.append(Content.styled(drawing, colour))
    return lines


def abreast(rows: Sequence[tuple[str, Ranked]], width: int) -> list[Content]:
    """The same in a line a candidate: its title, a bar of its share, the share, and where there is room its score on
    the scale that all have in common."""
    shares = [percent(row.first_rank_share) if row.feasible else "ruled out" for _, row in rows]
    titles, figures = (widest(title for title, _ in rows), widest(shares))
    room = max(0, width - titles - figures - 3 * GAP)
    bar = room // 2
    lines = []
    for index, ((title, row), share) in enumerate(zip(rows, shares, strict=True)):
        first = index == 0 and row.feasible
        style, colour = ("bold", "$primary") if first else ("", "$secondary")
        content = Content.assemble(
            (to_left(title, titles + GAP), style),
            line(row.first_rank_share, bar, colour),
            (share.rjust(figures + GAP) + " " * GAP, style),
        )
        lines.append(content + Content.styled(_on_scale(row, _scale(rows), room - bar), colour))
    return lines


def _scale(rows: Sequence[tuple[str, Ranked]]) -> tuple[float, float]:
    """The lowest and the highest point of the ranges of feasible candidates."""
    ranking = [row for _, row in rows if row.feasible]
    lowest = min((row.score_low for row in ranking), default=0.0)
    return lowest, max((row.score_high for row in ranking), default=0.0)


def _on_scale(row: Ranked, scale: tuple[float, float], width: int) -> str:
    """The range of the score over so many cells, with the score where it lies in it; empty where it can't be read or
    there is none."""
    lowest, highest = scale
    if not row.feasible or highest <= lowest or width < NARROWEST:
        return ""
    low, score, high = ((point - lowest) / (highest - lowest) for point in (row.score_low, row.score, row.score_high))
    return interval(low, score if score_fits(row) else None, high, width)


class StandingLine(Static):
    """Below the question, where there is no room beside it: as many of the ranking as one line has room for."""

    DEFAULT_CSS = """
    StandingLine {
        height: 1;
        padding: 0 1;
        color: $text-muted;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__(markup=False)
        self._knowledge = knowledge
        self._settled = ""
        self._shares: list[str] | None = None
        self._explains = self._scored = False

    def mark(self, settled: str) -> None:
        """Show whether the verdict is settled, in a word or two, or empty."""
        self._settled = settled
        self._write()

    def explain(self, drawn: bool) -> None:
        """Say how to read the ranking where it is drawn above, instead of saying all of it."""
        if drawn != self._explains:
            self._explains = drawn
            self._write()

    def show(self, ranking: Sequence[Ranked]) -> None:
        """Show a ranking."""
        candidate = self._knowledge.candidate
        feasible = [row for row in ranking if row.feasible]
        self._shares = [f"{candidate[row.candidate].title} {percent(row.first_rank_share)}" for row in feasible]
        self._scored = any(map(score_fits, feasible))
        self._write()

    def on_resize(self) -> None:
        """There is room for more of the ranking, or for less."""
        self._write()

    def _write(self) -> None:
        settled = f"{self._settled}. " if self._settled else ""
        if self._shares is None:
            self.update(self._settled)
        elif not self._shares:
            self.update(f"{settled}Every candidate is ruled out.")
        else:
            begins = f"{settled}Ranks first: "
            if self._explains:
                score = "●: its score, " if self._scored else ""
                first = f"{begins}{self._shares[0]}"
                shown = [first, f"{first}.  {score}├ ┤: nine in ten draws"]
            else:
                shown = [f"{begins}{'  ·  '.join(self._shares[:n])}" for n in range(1, len(self._shares) + 1)]
            fitting = [line for line in shown if cell_len(line) <= self.content_size.width]
            self.update((fitting or shown[:1])[-1])
