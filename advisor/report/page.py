"""A console that writes into text: the frame of every report for the terminal."""

from __future__ import annotations

import io
import shutil
import sys

from rich.console import Console
from rich.text import Text


class Page:
    """Collects what is printed on `console`.

    `width` None is that of the terminal; `colour` None leaves it to whether standard output is one.
    """

    def __init__(self, width: int | None, colour: bool | None) -> None:
        self._file = io.StringIO()
        wanted = sys.stdout.isatty() if colour is None else colour
        self.console = Console(
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

    def text(self) -> str:
        """Everything printed, without blanks at the ends of lines."""
        return "\n".join(line.rstrip() for line in self._file.getvalue().splitlines()).strip("\n") + "\n"
