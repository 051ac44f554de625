"""What several widgets draw alike."""

from __future__ import annotations

from textual.content import Content

MUTED = "$foreground 65%"
"""The style of what is of second rank; `$text-muted` is for style sheets only."""


def line(share: float, width: int, style: str = "$primary") -> Content:
    """A line of which `share` is heavy; anything above nothing shows at least one cell."""
    filled = min(width, max(round(share * width), 1 if share >= 0.005 else 0))
    return Content.assemble(("━" * filled, style), ("─" * (width - filled), "$foreground 25%"))
