"""What several widgets draw alike."""

from __future__ import annotations

from textual.content import Content

MUTED = "$foreground 65%"
"""The style of what is of second rank; `$text-muted` is for style sheets only."""
NARROWEST = 12
"""Cells in which an interval can still be read."""


def line(share: float, width: int, style: str = "$primary") -> Content:
    """A line of which `share` is heavy; anything above nothing shows at least one cell."""
    filled = min(width, max(round(share * width), 1 if share >= 0.005 else 0))
    return Content.assemble(("━" * filled, style), ("─" * (width - filled), "$foreground 25%"))


def interval(low: float, median: float, high: float, width: int) -> str:
    """An interval within 0..1 over `width` cells; where its ends fall on the median's cell there is only that."""
    first, middle, last = (round(share * (width - 1)) for share in (low, median, high))
    cells = [" "] * width
    cells[first : last + 1] = "─" * (last + 1 - first)
    cells[first], cells[last], cells[middle] = "├", "┤", "●"
    return "".join(cells)
