"""What stands below a question where its answers leave rows free: the themes, and the ranking with its bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import Ranked
from advisor.tui.sitting import Theme
from advisor.tui.widgets.standing import abreast
from advisor.tui.wording import theme_words

GAPS = ("  ", " ")
"""Between themes; the narrower where all fit only so."""


class Fit(NamedTuple):
    """What there is room for."""

    themes: bool
    ranking: bool


def fit(rows: int, candidates: int) -> Fit:
    """What fits into so many free rows, of which the first stays empty: the ranking, a row a candidate, then a row of
    themes; where the ranking doesn't, the themes alone."""
    ranking = rows > candidates
    return Fit(rows > candidates + 1 if ranking else rows > 1, ranking)


class FreeRows(Widget):
    """As high as what the widgets before it leave; at the lower end of that it draws what fits, or nothing."""

    DEFAULT_CSS = """
    FreeRows {
        height: 1fr;
        link-style: none;
        link-color: $foreground 65%;
    }
    """

    class Fitted(Message):
        """There has come to be more room, or less."""

    def __init__(self, knowledge: Knowledge) -> None:
        super().__init__()
        self._knowledge = knowledge
        self._ranking: Sequence[Ranked] = ()
        self._themes: Sequence[Theme] = ()
        self._present = ""

    def show(self, ranking: Sequence[Ranked]) -> None:
        """Show a ranking."""
        self._ranking = ranking
        self.refresh()

    def show_themes(self, themes: Sequence[Theme], present: str) -> None:
        """Show themes; `present` is the title of the one that is being asked about."""
        self._themes, self._present = themes, present
        self.refresh()

    @property
    def fit(self) -> Fit:
        """What there is room for now. On a wide screen the ranking stands beside the question, if it is high the themes
        do too."""
        found = fit(self.size.height, len(self._knowledge.candidates))
        return Fit(self.size.height > 1, False) if self.screen.has_class("-wide") else found

    def on_resize(self) -> None:
        """Say that there is more room, or less."""
        self.post_message(self.Fitted())

    def render(self) -> Content:
        """The lines, below as many empty ones as are left over."""
        width, height, fits = self.size.width, self.size.height, self.fit
        lines = [theme_line(self._themes, self._present, width)] if fits.themes and self._themes else []
        if fits.ranking:
            candidate = self._knowledge.candidate
            lines += abreast([(candidate[row.candidate].title, row) for row in self._ranking], width)
        return Content("\n").join([Content()] * (height - len(lines)) + lines)


def theme_line(themes: Sequence[Theme], present: str, width: int) -> Content:
    """As many themes as so many cells have room for, with how far each is gone through and the present one marked; a
    click goes to the first question that is open in one. Where some are left out, `…` stands for them."""
    here = next((i for i, theme in enumerate(themes) if theme.title == present), 0)
    for gap in GAPS:
        if (whole := _line(themes, here, 0, len(themes), gap)).cell_length <= width:
            return whole
    first, last = here, here + 1
    while True:
        wider = [(first, last + 1)] * (last < len(themes)) + [(first - 1, last)] * (first > 0)
        found = next((span for span in wider if _line(themes, here, *span).cell_length <= width), None)
        if found is None:
            return _line(themes, here, first, last)
        first, last = found


def _line(themes: Sequence[Theme], here: int, first: int, last: int, gap: str = GAPS[0]) -> Content:
    parts = [
        Content.styled(
            f"{'▸ ' if index == here else ''}{themes[index].title} {theme_words(themes[index])}",
            Style(bold=index == here) + Style.from_meta({"@click": f"screen.question({themes[index].begins!r})"}),
        )
        for index in range(first, last)
    ]
    cut = Content("…")
    return Content(gap).join([cut] * (first > 0) + parts + [cut] * (last < len(themes)))
