"""Drawings as inline SVG, built as a tree so that whatever text goes in stays text."""

from __future__ import annotations

from xml.etree import ElementTree as ET

WIDTH = 360
"""Of every drawing: that of a small screen, on which letters keep their size."""
SHAPES = 5
"""So many markers can be told apart without colour."""


class Drawing:
    """A picture of `WIDTH` and a height, with a title and a description for those who don't see it."""

    def __init__(self, name: str, title: str, description: str, height: float) -> None:
        """`name` is unique on the page."""
        self._root = ET.Element(
            "svg",
            {
                "viewBox": f"0 0 {WIDTH} {_number(height)}",
                "role": "img",
                "aria-labelledby": f"{name}-title {name}-description",
            },
        )
        ET.SubElement(self._root, "title", {"id": f"{name}-title"}).text = _clean(title)
        ET.SubElement(self._root, "desc", {"id": f"{name}-description"}).text = _clean(description)

    def text(self, x: float, y: float, text: str, style: str = "", anchor: str = "start") -> None:
        """Letters on a baseline, if there are any."""
        if not text:
            return
        attributes = {"x": _number(x), "y": _number(y), "text-anchor": anchor, "class": style}
        ET.SubElement(self._root, "text", attributes).text = _clean(text)

    def line(self, x1: float, y1: float, x2: float, y2: float, style: str) -> None:
        """A line from one point to another."""
        ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
        self._add("line", style, "", **ends)

    def bar(self, x: float, y: float, width: float, height: float, style: str, said: str = "") -> None:
        """A rectangle; `said` is shown when it is pointed at."""
        self._add("rect", style, said, x=x, y=y, width=width, height=height)

    def interval(self, low: float, high: float, y: float, style: str) -> None:
        """A line with ends, for a range of values."""
        self.line(low, y, high, y, style)
        for x in (low, high):
            self.line(x, y - 3, x, y + 3, style)

    def marker(self, x: float, y: float, number: int, style: str, said: str = "") -> None:
        """One of the shapes by which candidates are told apart."""
        size = 4.5
        corners = {
            1: ((-1, -1), (1, -1), (1, 1), (-1, 1)),
            2: ((0, -1.2), (1.2, 1), (-1.2, 1)),
            3: ((0, -1.4), (1.4, 0), (0, 1.4), (-1.4, 0)),
            4: ((0, 1.2), (1.2, -1), (-1.2, -1)),
        }.get(number % SHAPES)
        if corners is None:
            self._add("circle", style, said, cx=x, cy=y, r=size)
            return
        points = " ".join(f"{_number(x + 0.9 * size * dx)},{_number(y + 0.9 * size * dy)}" for dx, dy in corners)
        shape = ET.SubElement(self._root, "polygon", {"class": style, "points": points})
        _say(shape, said)

    def markup(self) -> str:
        """The element as text."""
        return ET.tostring(self._root, encoding="unicode", short_empty_elements=True)

    def _add(self, tag: str, style: str, said: str, **numbers: float) -> None:
        attributes = {"class": style, **{name: _number(value) for name, value in numbers.items()}}
        _say(ET.SubElement(self._root, tag, attributes), said)


def _say(element: ET.Element, said: str) -> None:
    if said:
        ET.SubElement(element, "title").text = _clean(said)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _clean(text: str) -> str:
    """Text without the characters that no XML may hold."""
    return "".join(character for character in text if character >= " " or character in "\t\n")
