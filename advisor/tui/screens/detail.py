"""More about something on the screen beneath."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from advisor.tui.navigation import ANYWHERE


class DetailScreen(ModalScreen[None]):
    """Text to be read, and scrolled where it is long."""

    CSS_PATH = "../detail.tcss"
    BINDINGS = [Binding("escape,enter,q", "dismiss", "Close"), *ANYWHERE]

    def __init__(self, title: str, content: Content) -> None:
        super().__init__()
        self._title = title
        self._content = content

    def compose(self) -> ComposeResult:
        """The text."""
        with VerticalScroll(id="box") as box:
            box.border_title = self._title
            yield Static(self._content)
        yield Footer(compact=True, show_command_palette=False)

    def show(self, content: Content) -> None:
        """Replace the text."""
        self.query_one("#box Static", Static).update(content)
