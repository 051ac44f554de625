"""The list of all questions, to jump to one."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, OptionList
from textual.widgets.option_list import Option

from advisor.report.words import value_words
from advisor.tui.navigation import ANYWHERE
from advisor.tui.sitting import Sitting
from advisor.tui.wording import answer_mark, theme_words


class JumpScreen(ModalScreen[str | None]):
    """Gives the question chosen, or None."""

    CSS_PATH = "../jump.tcss"
    BINDINGS = [Binding("escape,j", "dismiss", "Close"), *ANYWHERE]

    def __init__(self, sitting: Sitting, present: str) -> None:
        """The highlight begins at the question `present`."""
        super().__init__()
        self._sitting = sitting
        self._present = present

    def compose(self) -> ComposeResult:
        """The questions under their themes."""
        with Vertical(id="box") as box:
            box.border_title = "All questions   ✓ answered   ? don't know   · open"
            box.border_subtitle = "enter goes there"
            yield OptionList(*self._options(), markup=False)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Begin at the present question."""
        entries = self.query_one(OptionList)
        entries.highlighted = entries.get_option_index(self._present)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Give the question chosen."""
        event.stop()
        self.dismiss(event.option_id)

    def _options(self) -> list[Option]:
        options: list[Option] = []
        for theme in self._sitting.themes():
            options.append(Option(Text(f"{theme.title}  {theme_words(theme)}"), disabled=True))
            options += [Option(self._row(name), id=name) for name in theme.questions]
        return options

    def _row(self, name: str) -> Table:
        question = self._sitting.knowledge.question[name]
        answer = self._sitting.answers.get(question.id)
        words = value_words(question, answer.value) if answer else ""
        row = Table.grid(padding=(0, 1, 0, 0), expand=True)
        row.add_column(width=1)
        row.add_column(ratio=3)
        row.add_column(ratio=2)
        row.add_row(answer_mark(answer), Text(question.text), Text(words, style="dim"))
        return row
