"""A page of sections whose statements are left out, the least important first, where it would grow too long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from advisor.report.page import Page

LINES = 40
"""The most lines of a text that isn't wanted in full."""
ITEM_LINES = 3
"""A statement longer than this is cut, unless the text is wanted in full."""


class Item(NamedTuple):
    """A statement, and how soon it is left out: the lowest ranks stay longest."""

    rank: int
    shown: RenderableType


class Section(NamedTuple):
    """Statements under a heading."""

    title: str
    items: Sequence[Item]
    counted: bool = False
    """Whether it is said how many statements were left out, if any is shown."""


class SectionedPage(Page):
    """Prints a head, sections and a foot, in at most `LINES` lines unless everything is wanted."""

    def __init__(self, width: int | None, colour: bool | None, full: bool) -> None:
        """As for `Page`; `full` leaves nothing out."""
        super().__init__(width, colour)
        self.full = full

    def put(self, head: Sequence[RenderableType], sections: Sequence[Section], foot: Sequence[RenderableType]) -> None:
        """Print head, sections and foot; where that is too much, without the statements of the highest ranks."""
        taken = self._height(*head, *foot) + 1
        kept = [len(section.items) for section in sections] if self.full else self._shortened(sections, taken)
        for shown in head:
            self.console.print(shown)
        for section, count in zip(sections, kept, strict=True):
            if count:
                self.heading(section.title)
            for item in section.items[:count]:
                self.console.print(item.shown)
            if _is_cut(section, count):
                self.console.print(self.note(f"and {len(section.items) - count} more: --full"))
        self.console.print()
        for shown in foot:
            self.console.print(shown)

    def _shortened(self, sections: Sequence[Section], taken: int, notes: int = 0) -> list[int]:
        """How many statements of each section, of the lowest ranks, there is room for besides so many `notes` of what
        was left out. What follows a statement that was left out, in its section, is left out too."""
        count, room = [0] * len(sections), LINES - taken - notes
        closed = set()
        ranked = sorted(
            (item.rank, place, number)
            for place, section in enumerate(sections)
            for number, item in enumerate(section.items)
        )
        for _, place, number in ranked:
            section = sections[place]
            heading = 0 if count[place] else 1 + self._height(Text(section.title))
            height = heading + self._height(section.items[number].shown)
            if place in closed or height > room:
                closed.add(place)
                continue
            room -= height
            count[place] += 1
        cut = sum(map(_is_cut, sections, count))
        return self._shortened(sections, taken, cut) if cut > notes else count

    def _height(self, *shown: RenderableType) -> int:
        return sum(len(self.console.render_lines(one, pad=False)) for one in shown)

    def items(self, texts: Iterable[str], first: int, step: int) -> list[Item]:
        """Statements of growing ranks: that of the first, and by how much they grow."""
        return [Item(first + step * number, self.statement(text)) for number, text in enumerate(texts)]

    def statement(self, text: str, cited: str = "") -> RenderableType:
        """A statement on the page, with what it cites."""
        return Padding(Text(self.cut(text, self.console.width - 2, cited)), (0, 0, 0, 2))

    def cut(self, text: str, column: int, cited: str = "") -> str:
        """A statement that fills no more than `ITEM_LINES` lines of a column, but for its citation; lines are taken to
        be filled to nine tenths, since words aren't broken."""
        room = int(0.9 * column * ITEM_LINES) - len(cited)
        if self.full or len(text) <= room:
            return text + cited
        kept = text[: max(0, room)]
        sentence, stop, _ = kept.rpartition(". ")
        whole = len(sentence) > len(kept) // 2
        return (sentence + "." if stop and whole else kept.rpartition(" ")[0]) + " …" + cited

    def note(self, text: str) -> RenderableType:
        """Something less important, on the page."""
        return Padding(Text(text, style="dim"), (0, 0, 0, 2))


def _is_cut(section: Section, count: int) -> bool:
    return section.counted and 0 < count < len(section.items)
