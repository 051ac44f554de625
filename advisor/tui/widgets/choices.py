"""The options of a question, to be walked through and chosen by keyboard.

What is chosen is handed to a function rather than posted as a message: by the time the next key arrives, the next
question must be there to receive it, however fast somebody types.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from rich.table import Table
from rich.text import Text
from textual.binding import Binding
from textual.widgets import OptionList
from textual.widgets.option_list import Option

Entry = tuple[str, str, str]
"""Value, text and help of an option."""


class Choices(OptionList):
    """A list of which one option is chosen, at once."""

    DEFAULT_CSS = """
    Choices, Menu, Ticks {
        border: none;
        padding: 0;
        background: transparent;
        height: auto;
        max-height: 100%;
        &:focus { border: none; background-tint: transparent; }
        & > .option-list--option { padding: 0 1; }
    }
    """
    BINDINGS = [
        Binding("enter", "select", "Choose"),
        Binding("space", "select", "Choose", show=False),
        Binding("left", "screen.back", "Back", show=False),
        Binding("right", "screen.skip", "Skip", show=False),
        *(Binding(str(n), f"pick({n})", "Choose by its place", show=False) for n in range(1, 10)),
    ]
    MARKS = ("( )", "(•)")

    def __init__(
        self,
        on_chosen: Callable[[str], None],
        entries: Sequence[Entry] = (),
        chosen: Collection[str] = (),
        id: str | None = None,
    ) -> None:
        """`on_chosen` is called with the value chosen. Entries may also be shown later, with `show`."""
        super().__init__(id=id, markup=False)
        self._on_chosen = on_chosen
        self._entries: tuple[Entry, ...] = ()
        self.chosen: set[str] = set()
        if entries:
            self.show(entries, chosen)

    def show(self, entries: Sequence[Entry], chosen: Collection[str], highlight: str | None = None) -> None:
        """Replace the options; the highlight goes to `highlight`, else to the first chosen, else to the first."""
        self._entries = tuple(entries)
        self.chosen = set(chosen)
        self.set_options([Option(self._prompt(entry), id=entry[0]) for entry in entries])
        values = [value for value, _, _ in entries]
        wanted = highlight or next((value for value in values if value in self.chosen), None)
        self.highlighted = values.index(wanted) if wanted in values else 0

    def _prompt(self, entry: Entry) -> Table:
        value, text, help_ = entry
        grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
        grid.add_column(width=3, no_wrap=True)
        grid.add_column(ratio=1)
        grid.add_row(Text(self.MARKS[value in self.chosen]), Text(text))
        if help_:
            grid.add_row("", Text(help_, style="dim"))
        return grid

    def action_pick(self, number: int) -> None:
        """Choose the option at a position counted from 1."""
        if number <= self.option_count:
            self.highlighted = number - 1
            self.action_select()

    def action_select(self) -> None:
        """Choose the option highlighted."""
        if self.highlighted_option is not None:
            self._choose(str(self.highlighted_option.id))

    def _choose(self, value: str) -> None:
        self.chosen = {value}
        self._redraw()
        self._on_chosen(value)

    def _redraw(self) -> None:
        for entry in self._entries:
            self.replace_option_prompt(entry[0], self._prompt(entry))


class Menu(Choices):
    """A list of things to do, of which none is the one chosen before."""

    MARKS = ("  ›", "  ›")


class Ticks(Choices):
    """A list of which any number of options are ticked before they are confirmed."""

    BINDINGS = [
        Binding("space", "select", "Tick", key_display="space"),
        Binding("enter", "confirm", "Next"),
    ]
    MARKS = ("[ ]", "[x]")

    def __init__(self, on_confirmed: Callable[[tuple[str, ...]], None], id: str | None = None) -> None:
        """`on_confirmed` is called with the values ticked, in their order."""
        super().__init__(lambda value: None, id=id)
        self._on_confirmed = on_confirmed

    def _choose(self, value: str) -> None:
        self.chosen ^= {value}
        self._redraw()

    def action_confirm(self) -> None:
        """Give the options ticked as the answer."""
        self._on_confirmed(tuple(value for value, _, _ in self._entries if value in self.chosen))
