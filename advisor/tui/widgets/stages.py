"""The line at the top: where one is on the way to the verdict."""

from __future__ import annotations

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from advisor.tui.drawing import cut, to_right

STAGES = ("Questions", "Measuring", "Verdict")


class Stages(Widget):
    """The three stages with the present one marked, and a word on the state of things at the right."""

    DEFAULT_CSS = """
    Stages {
        dock: top;
        height: 1;
        padding: 0 1;
        background: $surface;
        color: $text-muted;
    }
    """

    status: reactive[str] = reactive("")
    """Shown at the right."""

    def __init__(self, present: str = "") -> None:
        """`present` is one of `STAGES`, or empty before the first."""
        super().__init__()
        self._present = present

    def render(self) -> Content:
        """One line, as wide as the screen."""
        parts: list[Content | str | tuple[str, str]] = [("advisor", "bold $foreground"), "   "]
        for index, stage in enumerate(STAGES):
            if index:
                parts.append(" › ")
            parts.append((f"[{stage}]", "bold $primary") if stage == self._present else f" {stage} ")
        line = Content.assemble(*parts)
        room = self.content_size.width - line.cell_length - 2
        if room < 8:
            return line
        return Content.assemble(line, "  ", to_right(cut(self.status, room), room))
