"""The keys of the screen beneath."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from advisor.tui.navigation import EXPORT, LEAVE, PALETTE


class KeysScreen(ModalScreen[None]):
    """Lists keys and what they do."""

    CSS_PATH = "../keys.tcss"
    BINDINGS = [Binding("escape,h,f1", "dismiss", "Close"), EXPORT, PALETTE, *LEAVE]

    def __init__(self, keys: Sequence[tuple[str, str]]) -> None:
        """`keys` are pairs of keys and what they do."""
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        """Two columns."""
        width = max(len(key) for key, _ in self._keys)
        lines = (Content.assemble((key.rjust(width), "bold $primary"), "  ", text) for key, text in self._keys)
        with VerticalScroll(id="box") as box:
            box.border_title = "Keys"
            yield Static(Content("\n").join(lines))
        yield Footer(compact=True, show_command_palette=False)
