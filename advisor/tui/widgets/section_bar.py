"""The sections of a screen by number, over as many lines as the width asks for."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.reactive import reactive
from textual.style import Style

from advisor.tui.widgets.lines import Lines


class SectionBar(Lines):
    """Each section's key and name; the one shown is reversed, and a click on another shows it.

    Textual's own tabs scroll sideways where there isn't room for all.
    """

    DEFAULT_CSS = """
    SectionBar {
        padding: 0 1;
        background: $panel;
        link-style: none;
        link-color: $foreground;
    }
    """
    active: reactive[int] = reactive(1)
    """The section shown, counted from 1."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = tuple(names)

    def lines(self, width: int) -> list[Content]:
        """As many lines as the names need."""
        lines = [Content()]
        for number, name in enumerate(self._names, 1):
            label = f" {key_of(number)} {name} "
            if lines[-1].cell_length and lines[-1].cell_length + len(label) > width:
                lines.append(Content())
            style = Style(bold=True, reverse=True) if number == self.active else Style()
            lines[-1] += Content.styled(label, style + Style.from_meta({"@click": f"screen.section({number})"}))
        return lines


def key_of(number: int) -> str:
    """The key of a section counted from 1; the tenth has 0."""
    return str(number % 10)
