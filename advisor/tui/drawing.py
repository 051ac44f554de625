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
