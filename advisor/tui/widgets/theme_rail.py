"""The themes of the interview, with how far each is gone through."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.style import Style

from advisor.tui.drawing import cut, to_left
from advisor.tui.sitting import Theme
from advisor.tui.widgets.lines import Lines
from advisor.tui.wording import theme_words


class ThemeRail(Lines):
    """A line a theme, with the present one marked; a click goes to the first question that is open in it."""

    DEFAULT_CSS = """
    ThemeRail {
        padding: 0 2;
        link-style: none;
        link-color: $foreground;
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._themes: Sequence[Theme] = ()
        self._present = ""

    def show(self, themes: Sequence[Theme], present: str) -> None:
        """Show themes; `present` is the title of the one that is being asked about."""
        self._themes = themes
        self._present = present
        self.refresh(layout=True)

    def lines(self, width: int) -> list[Content]:
        """A heading, and the themes."""
        heading = Content.styled("Themes (n next, p before)", "bold")
        return [heading, Content(), *(self._line(theme, width) for theme in self._themes)]

    def _line(self, theme: Theme, width: int) -> Content:
        here = theme.title == self._present
        count = theme_words(theme)
        room = max(1, width - len(count) - 3)
        text = f"{'▸' if here else ' '} {to_left(cut(theme.title, room), room)} {count}"
        style = Style(bold=True) if here else Style()
        return Content.styled(text, style + Style.from_meta({"@click": f"screen.question({theme.begins!r})"}))
