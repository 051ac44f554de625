"""Paragraphs of text, each with a mark before it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from advisor.tui.drawing import to_left, wrapped


class Paragraphs:
    """One below the other; all lines of a paragraph begin beside its mark."""

    def __init__(self, rows: Sequence[tuple[str, str]], room: int = 0, style: str = "") -> None:
        """Each row has a mark and a text; marks have so much `room`."""
        self._rows = rows
        self._room = room
        self._style = style

    def lines(self, width: int) -> list[Content]:
        """One a paragraph, broken where it is too long."""
        return [self._drawn(mark, text, max(1, width - self._room)) for mark, text in self._rows]

    def _drawn(self, mark: str, text: str, width: int) -> Content:
        first, *others = wrapped(text, width)
        rest = "".join(f"\n{' ' * self._room}{line}" for line in others)
        return Content.assemble((to_left(mark, self._room), "bold"), (first + rest, self._style))
