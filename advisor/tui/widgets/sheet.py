"""A page of drawn lines, such as a table or charts, in which each line can be opened to see what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from advisor.tui.drawing import MUTED
from advisor.tui.widgets.lines import Lines


class Drawing(Protocol):
    """Something that is drawn line by line."""

    def lines(self, width: int) -> list[Content]:
        """The lines, none of which should be wider than `width` cells."""
        ...


@dataclass(frozen=True)
class Part:
    """A part of a page: what it is, how to read it, and its lines."""

    heading: str | Content = ""
    note: str = ""
    drawing: Drawing | None = None
    detail: Callable[[int], Content] = lambda row: Content()
    """What a line rests on, by its place in the drawing."""


class Sheet(Vertical):
    """The parts one below the other, under a line that says what they are and, where given, the heads of columns."""

    class Opened(Message):
        """The user wants to see what a line rests on."""

        def __init__(self, content: Content) -> None:
            self.content = content
            super().__init__()

    def __init__(self, told: str, parts: Sequence[Part], head: Drawing | None = None) -> None:
        super().__init__(classes="section")
        self._told = told
        self._parts = parts
        self._head = head

    def compose(self) -> ComposeResult:
        """What stays, and the lines that scroll."""
        if self._told:
            yield Static(self._told, classes="told", markup=False)
        if self._head is not None:
            yield _Head(self._head)
        yield _Drawn(self._parts)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Ask to see what the line rests on."""
        event.stop()
        part, _, row = str(event.option_id).partition(" ")
        self.post_message(self.Opened(self._parts[int(part)].detail(int(row))))


class _Head(Lines):
    def __init__(self, drawing: Drawing) -> None:
        super().__init__(classes="head")
        self._drawing = drawing

    def lines(self, width: int) -> list[Content]:
        return self._drawing.lines(width)


class _Drawn(OptionList):
    """The lines, drawn anew for every width. Its style sheet keeps room for the scrollbar, so that the width doesn't
    depend on how many lines there are."""

    BINDINGS = [Binding("enter", "select", "Why")]

    def __init__(self, parts: Sequence[Part]) -> None:
        super().__init__(classes="list wrapped drawn", markup=False)
        self._parts = parts
        self._width = 0

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the width that there is; the highlight stays where it was."""
        width = self.scrollable_content_region.width
        if width in (0, self._width):
            return
        self._width = width
        highlighted = self.highlighted
        self.set_options(self._options_for(width))
        if highlighted is None:
            self.action_first()
        else:
            self.highlighted = highlighted

    def _options_for(self, width: int) -> list[Option]:
        options: list[Option] = []
        for number, part in enumerate(self._parts):
            if options:
                options.append(Option("", disabled=True))
            if part.heading:
                options.append(Option(part.heading, disabled=True))
            if part.note:
                options.append(Option(Content.styled(part.note, f"not bold {MUTED}"), disabled=True))
            lines = part.drawing.lines(width) if part.drawing else []
            options += [Option(line, id=f"{number} {row}") for row, line in enumerate(lines)]
        return options

    def scroll_to_highlight(self, top: bool = False) -> None:
        """Show the line highlighted; with the first also what stands above it, and with the last what stands below,
        which no key could reach."""
        super().scroll_to_highlight(top)
        if self.highlighted is None:
            return
        if all(option.disabled for option in self.options[: self.highlighted]):
            self.scroll_home(animate=False, immediate=True)
        elif all(option.disabled for option in self.options[self.highlighted + 1 :]):
            self.scroll_end(animate=False, immediate=True)
