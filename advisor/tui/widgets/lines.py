"""A widget that draws itself line by line for whatever width it gets."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget


class Lines(Widget):
    """As high as its lines are many."""

    DEFAULT_CSS = "Lines { height: auto; width: 1fr; }"

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are at this width."""
        return len(self.lines(width))

    def render(self) -> Content:
        """All lines at the present width."""
        return Content("\n").join(self.lines(self.content_size.width))

    def lines(self, width: int) -> list[Content]:
        """The lines, none of which should be wider than `width` cells."""
        raise NotImplementedError
