"""What several widgets draw alike."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size
from textual.content import Content

MUTED = "$foreground 65%"
"""The style of what is of second rank; `$text-muted` is for style sheets only."""
NARROWEST = 12
"""Cells in which an interval can still be read."""


def widest(texts: Iterable[str]) -> int:
    """The cells of the widest of several texts: letters as of Chinese take two each, combining ones none."""
    return max(map(cell_len, texts), default=0)


def to_left(text: str, width: int) -> str:
    """A text with blanks behind it, in so many cells if it has no more."""
    return text + " " * (width - cell_len(text))


def to_right(text: str, width: int) -> str:
    """The same with blanks before it."""
    return " " * (width - cell_len(text)) + text


def cut(text: str, width: int) -> str:
    """A text in at most so many cells, with … where it is cut off."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most so many cells, one at least."""
    if _is_wide(text):
        # This counts cells, but breaks at no hyphen.
        lines = [line.plain.rstrip() for line in Content(text).wrap(max(2, width))]
    else:
        lines = textwrap.wrap(text, width)
    return lines or [""]


def narrowest(text: str, least: int) -> int:
    """The cells of a column, `least` or more, in which no word of a text is broken but of letters that take two: those
    are broken anywhere."""
    return max(least, widest(word for word in text.split() if not _is_wide(word)))


def _is_wide(text: str) -> bool:
    """Whether a character takes more than a cell."""
    return not text.isascii() and widest(text) > 1


def line(share: float, width: int, style: str = "$primary") -> Content:
    """A line of which `share` is heavy; anything above nothing shows at least one cell."""
    filled = min(width, max(round(share * width), 1 if share >= 0.005 else 0))
    return Content.assemble(("━" * filled, style), ("─" * (width - filled), "$foreground 25%"))


def interval(low: float, median: float | None, high: float, width: int) -> str:
    """An interval within 0..1 over `width` cells, with its median unless that is None; where its ends fall on the
    median's cell there is only that."""
    first, last = (round(share * (width - 1)) for share in (low, high))
    cells = [" "] * width
    cells[first : last + 1] = "─" * (last + 1 - first)
    cells[first], cells[last] = "├", "┤"
    if median is not None:
        cells[round(median * (width - 1))] = "●"
    return "".join(cells)
