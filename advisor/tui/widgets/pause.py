"""The pause in the interview once going on can change nothing, or hardly anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from advisor.tui.widgets.choices import Menu

if TYPE_CHECKING:
    from advisor.session.course import State

HEADINGS: dict[State, str] = {
    "proven": "Your answers settle the verdict.",
    "as-good-as": "Your answers as good as settle the verdict.",
    "nothing-left": "There is nothing left to ask that could change the verdict.",
}
"""By how things stand; where the verdict is open there is no pause."""


class Pause(VerticalScroll):
    """Says how things stand and why, and offers the verdict or to go on. Takes the place of the question."""

    DEFAULT_CSS = """
    Pause {
        display: none;
        & .heading { text-style: bold; margin: 1 0; }
        & .words { height: auto; margin-bottom: 1; }
    }
    """

    def __init__(self, on_chosen: Callable[[str], None]) -> None:
        """`on_chosen` is called with `verdict` or `on`."""
        super().__init__(can_focus=False)
        self._on_chosen = on_chosen

    def compose(self) -> ComposeResult:
        """How things stand, why, and the ways on."""
        yield Static(classes="heading", markup=False)
        yield Static(classes="words", markup=False)
        yield Menu(self._on_chosen)

    def show(self, state: State, words: str, left: str) -> None:
        """Show how things stand, why in `words`, and what going on would mean in `left`."""
        self.query_one(".heading", Static).update(HEADINGS[state])
        self.query_one(".words", Static).update(words)
        menu = self.query_one(Menu)
        menu.show((("verdict", "Show the verdict", ""), ("on", "Go on with the questions", left)), ())
        self.screen.set_focus(menu)
