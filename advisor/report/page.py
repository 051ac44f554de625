"""A console that writes into text: the frame of every report for the terminal."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.padding import Padding
from rich.segment import Segment
from rich.text import Text

from advisor.report.plain import plain


class _PlainConsole(Console):
    """Writes the control characters of styles and no others."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of something to print."""
        return (each._replace(text=plain(each.text)) for each in super().render(renderable, options))


class Page:
    """Collects what is printed on `console`, without the control characters that texts may have in them.

    `width` None is that of the terminal; `colour` None leaves it to whether standard output is one.
    """

    def __init__(self, width: int | None, colour: bool | None) -> None:
        self._file = io.StringIO()
        wanted = sys.stdout.isatty() if colour is None else colour
        self.console = _PlainConsole(
            file=self._file,
            width=width or shutil.get_terminal_size().columns,
            force_terminal=wanted,
            no_color=not wanted,
            color_system="standard" if wanted else None,
            highlight=False,
            markup=False,
            emoji=False,
        )

    def heading(self, title: str) -> None:
        """A blank line and a title."""
        self.console.print()
        self.console.print(Text(title, style="bold"))

    def say(self, text: str | Text, indent: int = 2, style: str = "") -> None:
        """An indented paragraph; `style` is that of a plain text."""
        shown = Text(text, style=style) if isinstance(text, str) else text
        self.console.print(Padding(shown, (0, 0, 0, indent)))

    def text(self) -> str:
        """Everything printed, without blanks at the ends of lines."""
        return "\n".join(line.rstrip() for line in self._file.getvalue().splitlines()).strip("\n") + "\n"
