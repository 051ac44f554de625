"""What one line of the screen beneath rests on."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from advisor.tui.navigation import LEAVE


class DetailScreen(ModalScreen[None]):
    """Text to be read, and scrolled where it is long."""

    CSS_PATH = "../detail.tcss"
    BINDINGS = [Binding("escape,enter,q", "dismiss", "Close"), *LEAVE]

    def __init__(self, content: Content) -> None:
        super().__init__()
        self._content = content

    def compose(self) -> ComposeResult:
        """The text."""
        with VerticalScroll(id="box") as box:
            box.border_title = "What it rests on"
            yield Static(self._content)
        yield Footer(compact=True, show_command_palette=False)
