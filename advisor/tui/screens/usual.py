"""Several questions at once: their usual answers, of which one ticks those that differ."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import NamedTuple

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Footer, Static

from advisor.decision.checklist import taken
from advisor.model.question import Question
from advisor.report.words import USUAL_ANSWERS, Words, value_words
from advisor.tui.navigation import ANYWHERE, Place
from advisor.tui.sitting import Sitting
from advisor.tui.widgets.choices import Ticks


class Taken(NamedTuple):
    """What became of a list."""

    passed: tuple[str, ...] = ()
    """Questions that were passed over."""
    to: Place = "interview"
    """Where one wants to be: at the verdict on what is known, or at the measuring, the list is not answered."""


class UsualScreen(ModalScreen[Taken | None]):
    """Gives what was taken of a list of questions, None where one went back. The answers are then saved and it is known
    what may come next."""

    CSS_PATH = "../usual.tcss"
    BINDINGS = [
        Binding("b,escape", "back", "Back"),
        Binding("s", "skip", "Skip all"),
        Binding("w", "why", "Why"),
        Binding("m", "leave('probing')", "Measuring"),
        Binding("v", "leave('verdict')", "Verdict"),
        Binding("left", "back", show=False),
        Binding("right", "skip", show=False),
        *ANYWHERE,
    ]

    def __init__(self, sitting: Sitting, questions: Sequence[Question]) -> None:
        """Ask these questions, each of which has a usual answer."""
        super().__init__()
        self._sitting = sitting
        self._questions = {question.id: question for question in questions}
        self._over = False
        self._seen = False
        """Whether the end of the list has been on the screen."""

    def compose(self) -> ComposeResult:
        """The questions with their usual answers."""
        with Vertical(id="box") as box:
            box.border_title = USUAL_ANSWERS
            yield Ticks(self._confirmed, id="usual")
            yield Static(id="why", markup=False)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Show the list; what was already answered otherwise is ticked, and what was already said to differ."""
        words = Words(self._sitting.knowledge)
        entries, differing = [], []
        for name, question in self._questions.items():
            text, given = words.like(question, question.usual), self._sitting.answers.get(name)
            if given and given.value != question.usual:
                differing.append(name)
                text += f" (your answer: {value_words(question, given.value)})"
            elif name in self._sitting.course.differing | self._sitting.ticked:
                differing.append(name)
            entries.append((name, question.text, text))
        ticks = self.query_one(Ticks)
        ticks.show(entries, differing, highlight=entries[0][0])
        self.set_focus(ticks)
        self.call_after_refresh(self._tell_keys)

    def on_resize(self) -> None:
        """More or less of the list may fit."""
        self.call_after_refresh(self._tell_keys)

    def _tell_keys(self) -> None:
        if not self._over:
            enter = "goes on" if self._all_seen() else "shows the rest"
            self.query_one("#box").border_subtitle = f"space ticks what differs, enter {enter}"

    def _all_seen(self) -> bool:
        # Before it is laid out nothing of it has been on the screen, and a key typed ahead mustn't confirm it.
        ticks = self.query_one(Ticks)
        return self._seen or (ticks.size.height > 0 and ticks.max_scroll_y == 0)

    def on_option_list_option_highlighted(self, event: Ticks.OptionHighlighted) -> None:
        """Keep the explanation that of the question highlighted."""
        self.query_one("#why", Static).update(f"Why this is asked: {self._questions[str(event.option_id)].why}")
        if event.option_index + 1 == len(self._questions):
            self._seen = True
            self._tell_keys()

    def _confirmed(self, ticked: tuple[str, ...]) -> None:
        if self._over:
            return
        if not self._all_seen():
            # What nobody has read is no answer.
            self.query_one(Ticks).action_last()
            return
        self._over = True
        self._sitting.ticked -= self._questions.keys()
        shown = {name: question.usual for name, question in self._questions.items() if not self._stays(name, ticked)}
        given, differing = taken(shown, ticked)
        # With what differs, so that a list that was confirmed is saved as a whole.
        self._sitting.course.ask_for(differing)
        self._sitting.give_all(given, withdrawn=differing)
        self._look_ahead()

    def _stays(self, name: str, ticked: Collection[str]) -> bool:
        """Whether a question has an answer already that is as usual or unusual as it was found to be."""
        earlier = self._sitting.answers.get(name)
        return earlier is not None and (earlier.value != self._questions[name].usual) == (name in ticked)

    @work
    async def _look_ahead(self) -> None:
        # So many answers change what is worth asking, and the next question is chosen by that.
        looking = "Looking at what is left to ask" if self._sitting.trouble else "Saved; looking at what is left to ask"
        self.query_one("#box").border_subtitle = looking
        await asyncio.to_thread(self._sitting.course.look_ahead)
        self.dismiss(Taken())

    def action_back(self) -> None:
        """Leave the list; no answer changes."""
        self._end(None)

    def action_skip(self) -> None:
        """Leave all of them as they are."""
        self._end(Taken(passed=tuple(self._questions)))

    def action_leave(self, to: Place) -> None:
        """Straight to another screen; the list is not answered."""
        self._end(Taken(to=to))

    def _end(self, taken: Taken | None) -> None:
        if not self._over:
            self._over = True
            # Whoever comes back to the list finds it as it was left.
            self._sitting.ticked = (self._sitting.ticked - self._questions.keys()) | self.query_one(Ticks).chosen
            self.dismiss(taken)

    def action_why(self) -> None:
        """Show or hide why the question highlighted is asked."""
        self.query_one("#why").toggle_class("shown")
