"""Aligned rows of text, each with a bar of its share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from advisor.tui.drawing import MUTED, line, to_left, to_right, widest, wrapped

LONGEST_BAR = 40
SHORTEST_BAR = 5
GAP = "  "


@dataclass(frozen=True)
class Bar:
    """One row: text cells, a bar, and the figure that the bar shows."""

    cells: tuple[str, ...]
    """The first is aligned to the left, the others to the right."""
    share: float | None
    """Between 0 and 1; None draws no bar."""
    figure: str = ""
    strong: bool = False


class Bars:
    """Rows with their cells and bars aligned; the bar takes what width is left.

    Filled and empty parts are heavy and light lines, so that they can be told apart without colour.
    """

    def __init__(self, rows: Sequence[Bar], heading: tuple[str, ...] = (), figure_heading: str = "") -> None:
        """`heading` names the cells, `figure_heading` the bar and its figure, in a line of their own above."""
        self._rows = tuple(rows)
        self._heading = heading
        self._figure_heading = figure_heading

    def lines(self, width: int) -> list[Content]:
        """The heading if there is one, and a line each; a figure without a bar is broken where it is too long."""
        table = [row.cells for row in self._rows] + ([self._heading] if self._heading else [])
        if not table:
            return []
        widths = [widest(cells[i] for cells in table if i < len(cells)) for i in range(max(map(len, table)))]
        figure = widest(row.figure for row in self._rows if row.share is not None)
        room = max(1, width - sum(widths) - len(GAP) * len(widths))
        bar = min(LONGEST_BAR, room - figure - 1)
        lines = []
        if self._heading:
            lines.append(Content.styled(_aligned(self._heading, widths) + GAP + self._figure_heading, MUTED))
        for row in self._rows:
            cells = Content.styled(_aligned(row.cells, widths) + GAP, "bold" if row.strong else "")
            if row.share is not None and bar >= SHORTEST_BAR:
                colour = "$primary" if row.strong else "$secondary"
                lines.append(cells + line(row.share, bar, colour) + f" {to_right(row.figure, figure)}")
                continue
            first, *others = wrapped(row.figure, room)
            lines.append(Content("\n").join([cells + first, *(" " * cells.cell_length + other for other in others)]))
        return lines


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = [*cells, *[""] * (len(widths) - len(cells))]
    return GAP.join([to_left(first, widths[0]), *map(to_right, others, widths[1:])])
