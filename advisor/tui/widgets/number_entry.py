"""A field for a number, with its unit and range, that says what is wrong and never holds anybody up."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from advisor.model.question import Question

_NUMERIC = frozenset("0123456789.,_+-eE")


class NumberInput(Input):
    """An input that takes the characters of numbers and leaves all other keys to the screen."""

    BINDINGS = [Binding("enter", "submit", "Next")]

    def __init__(self, on_submitted: Callable[[str], None]) -> None:
        """`on_submitted` is called with what was typed."""
        super().__init__()
        self._on_submitted = on_submitted

    async def action_submit(self) -> None:
        """Hand over what was typed."""
        self._on_submitted(self.value)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Only the characters of numbers."""
        return character is not None and character in _NUMERIC

    async def _on_key(self, event: events.Key) -> None:
        mine = self.screen.focused is self
        if mine and event.key == "enter":
            # Here rather than by the binding, which would come after characters that were typed later.
            event.stop()
            event.prevent_default()
            await self.action_submit()
        elif mine and (event.character is None or event.character in _NUMERIC):
            await super()._on_key(event)
        else:
            # Textual calls the handlers of all base classes; without this the letter would be typed after all.
            event.prevent_default()


class NumberEntry(Vertical):
    """The answer to a question of kind `number`."""

    DEFAULT_CSS = """
    NumberEntry {
        height: auto;
        & Horizontal { height: auto; }
        & NumberInput { width: 24; }
        & #unit { width: 1fr; padding: 1 1; }
        & #range { color: $text-muted; padding: 0 1; }
        & #problem { color: $text-error; padding: 0 1; height: auto; }
    }
    """

    def __init__(self, on_given: Callable[[int | float], None], id: str | None = None) -> None:
        """`on_given` is called with a number that fits the question."""
        super().__init__(id=id)
        self._on_given = on_given
        self._question: Question | None = None
        self._refused: str | None = None

    def compose(self) -> ComposeResult:
        """The field, its unit, its range, and room for what is wrong."""
        with Horizontal():
            field = NumberInput(self._submit)
            field.cursor_blink = False
            yield field
            yield Static(id="unit", markup=False)
        yield Static(id="range", markup=False)
        yield Static(id="problem", markup=False)

    def show(self, question: Question, value: int | float | None) -> None:
        """Ask a question, with the answer given before."""
        self._question = question
        field = self.field
        field.value = "" if value is None else str(value)
        field.cursor_position = len(field.value)
        self.query_one("#unit", Static).update(question.unit)
        # Written as they may be typed: without separators.
        self.query_one("#range", Static).update(f"{question.span.capitalize()}.")
        self._complain("")

    @property
    def field(self) -> NumberInput:
        """The field that takes the focus."""
        return self.query_one(NumberInput)

    def on_input_changed(self) -> None:
        """Take a complaint back once what it was about has been changed."""
        if self.field.value != self._refused:
            self._complain("")

    def _submit(self, text: str) -> None:
        assert self._question is not None
        try:
            value = self._question.accept(text.strip())
        except ValueError as problem:
            self._complain(f"{problem}.")
            return
        if value is None:
            self._complain("Type a number, or press d for don't know or s to skip.")
        else:
            self._on_given(value)

    def _complain(self, text: str) -> None:
        self.query_one("#problem", Static).update(f"! {text}" if text else "")
        self._refused = self.field.value if text else None
        if text:
            # The next thing typed replaces what was wrong.
            self.field.select_all()
