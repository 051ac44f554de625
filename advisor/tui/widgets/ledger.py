"""A list of which the row highlighted is spelt out below or beside."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from textual.app import ComposeResult
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option


class Ledger(Vertical):
    """What the list is about, its rows, and the detail of one of them."""

    ROWS = "list"
    """Classes of the list: `wrapped` breaks its rows where they are too long."""

    def compose(self) -> ComposeResult:
        """The line above, the list, and the details."""
        yield Static(classes="told", markup=False)
        with Container(classes="ledger-body"):
            with Vertical(classes="rows"):
                yield Static(classes="head", markup=False)
                yield OptionList(classes=self.ROWS, markup=False)
            with VerticalScroll(classes="details"):
                yield Static(classes="detail", markup=False)

    def fill(
        self, told: str, rows: Sequence[RenderableType | Content], nothing: str = "", head: RenderableType | None = None
    ) -> None:
        """Show rows and highlight the first; `nothing` stands for the detail where there is no row."""
        self.query_one(".told", Static).update(told)
        heading = self.query_one(".head", Static)
        heading.display = head is not None
        heading.update(head or "")
        entries = self.query_one(OptionList)
        entries.set_options([Option(row) for row in rows])
        if rows:
            entries.highlighted = 0
        else:
            self.query_one(".detail", Static).update(nothing)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Spell out the row highlighted."""
        event.stop()
        if event.option_index < event.option_list.option_count:
            self.query_one(".detail", Static).update(self.detail(event.option_index))
            self.query_one(".details").scroll_home(animate=False)

    def detail(self, index: int) -> Content:
        """A row spelt out, by its place in the list."""
        raise NotImplementedError
