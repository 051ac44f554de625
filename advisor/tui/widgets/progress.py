"""A line of which the part gone through is heavy."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from advisor.tui.drawing import line


class Progress(Widget):
    """One line, as wide as its container."""

    DEFAULT_CSS = "Progress { height: 1; }"

    def __init__(self, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._share = 0.0

    def show(self, share: float) -> None:
        """Show a share between 0 and 1."""
        self._share = share
        self.refresh()

    def render(self) -> Content:
        """One line."""
        return line(self._share, self.content_size.width)
