"""The candidates that are measured, a row each, with how far it is; one of them can be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from advisor.tui.drawing import MUTED, line, to_left, to_right, widest

GAP = "  "
LONGEST_BAR = 60
LEFT = len("about 12 minutes left")
"""Cells for how long it will take still, so that bars keep their length."""


@dataclass(frozen=True)
class Row:
    """One candidate."""

    title: str
    words: str
    share: float | None = None
    """How much of it is over, between 0 and 1; None draws no bar."""
    counted: str = ""
    """The same in figures."""
    left: str = ""
    """How long it will take still, in words."""


class Candidates(OptionList):
    """Two lines a candidate: a bar and its figures, and below what there is to say; one line without a bar."""

    DEFAULT_CSS = """
    Candidates {
        height: auto;
        border: none;
        padding: 0;
        background: transparent;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        &:focus { border: none; background-tint: transparent; }
        & > .option-list--option { padding: 0; }
        & > .option-list--option-highlighted { background: transparent; color: $foreground; text-style: none; }
        &:focus > .option-list--option-highlighted { background: $primary 25%; color: $foreground; text-style: bold; }
    }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._rows: dict[str, Row] = {}

    @property
    def chosen(self) -> str | None:
        """The candidate highlighted."""
        return str(self.highlighted_option.id) if self.highlighted_option else None

    def show(self, rows: Mapping[str, Row]) -> None:
        """Replace all rows, given by candidate; the highlight stays."""
        highlighted, self._rows = self.highlighted, dict(rows)
        self.set_options([Option(content, id=name) for name, content in self._drawn().items()])
        self.highlighted = highlighted if highlighted is not None else 0

    def put(self, candidate: str, row: Row) -> None:
        """Replace one row."""
        self._rows[candidate] = row
        self._redraw()

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the width that there is."""
        self._redraw()

    def _redraw(self) -> None:
        for name, content in self._drawn().items():
            if content != self.get_option(name).prompt:
                self.replace_option_prompt(name, content)

    def _drawn(self) -> dict[str, Content]:
        return dict(
            zip(self._rows, drawn(list(self._rows.values()), self.scrollable_content_region.width), strict=True)
        )


def drawn(rows: list[Row], width: int) -> list[Content]:
    """The rows with their bars and figures below each other, in so many cells; words that are longer are cut off by
    whoever shows them."""
    titles, counts = widest(row.title for row in rows), widest(row.counted for row in rows)
    bar = max(0, min(LONGEST_BAR, width - titles - counts - LEFT - 3 * len(GAP)))
    lines = []
    for row in rows:
        title = Content.styled(to_left(row.title, titles) + GAP, "bold")
        if row.share is None:
            lines.append(title + row.words)
            continue
        figures = f"{GAP}{to_right(row.counted, counts)}{GAP}{row.left}"
        lines.append(Content.assemble(title, line(row.share, bar), figures, "\n", GAP, (row.words, MUTED)))
    return lines
