"""The first screen: what this is, what will happen, and where to begin."""

from __future__ import annotations

import gc
from math import ceil
from pathlib import Path

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Static

from advisor.session.profile import Profile
from advisor.tui.navigation import Go
from advisor.tui.sitting import Sitting
from advisor.tui.widgets.choices import Entry, Menu
from advisor.tui.widgets.stages import Stages

SECONDS_A_QUESTION = 15


class WelcomeScreen(Screen):
    """Says what is going to happen and offers to continue with saved answers."""

    BINDINGS = [Binding("q", "app.quit", "Quit")]

    def __init__(self, sitting: Sitting) -> None:
        super().__init__()
        self._sitting = sitting

    def compose(self) -> ComposeResult:
        """Title, the steps ahead, and where to begin."""
        yield Stages()
        with VerticalScroll(id="page", can_focus=False), Vertical(id="column"):
            yield Static("advisor", id="title")
            yield Static("PyTorch or Keras — and if Keras, on which backend?", id="subtitle")
            yield Static(
                "It weighs your answers, cited facts and measurements taken on this machine. Every sentence of its "
                'verdict names what it rests on, and it says "too close to call" when it is.',
                id="about",
                markup=False,
            )
            for name, text in self._steps():
                with Horizontal(classes="step"):
                    yield Static(name, classes="name", markup=False)
                    yield Static(text, classes="text", markup=False)
            yield Menu(self._chosen, self._entries(), id="choices")
            if self._sitting.options.profile:
                yield Static(self._saved(self._sitting.options.profile), id="saved", markup=False)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Ready to choose."""
        # An application that is ended while it starts mounts no more widgets, but its screen all the same.
        for menu in self.query(Menu):
            menu.focus()
        self.call_after_refresh(self._warm_up)

    @work(thread=True)
    def _warm_up(self) -> None:
        # While this screen is being read, import numpy, compile the rules and find the question to begin with.
        self._sitting.ranking()
        self._sitting.course.look_ahead()
        # All of that lives to the end; the collector, looking through it, would hold up an answer now and then.
        gc.freeze()

    def _steps(self) -> list[tuple[str, str]]:
        count = len(self._sitting.questions)
        minutes = max(1, ceil(count * SECONDS_A_QUESTION / 60))
        if self._sitting.measurements is not None:
            measuring = "Done before; the verdict uses those measurements."
        elif self._sitting.options.level is None:
            measuring = "Switched off; it can be done from the verdict."
        else:
            measuring = "Runs meanwhile, a few minutes. Nothing gets installed."
        return [
            ("1 Questions", f"Up to {count}, about {minutes} minutes, the most telling first. Skip or stop any time."),
            ("2 Measuring", measuring),
            ("3 Verdict", "A ranking, its reasons, and what would change it."),
        ]

    def _entries(self) -> tuple[Entry, ...]:
        sitting = self._sitting
        quit_ = ("quit", "Quit", "")
        begun = sitting.kept or sitting.course.begun
        if not begun and not sitting.answered:
            return (("start", "Start", ""), quit_)
        return (
            ("continue", self._going_on(), ""),
            ("review", "Go through all questions again, keeping the answers", ""),
            *([("afresh", "Start afresh; what was saved is kept in a file", "")] if begun else []),
            quit_,
        )

    def _going_on(self) -> str:
        """What there is to go on with: what is saved, and what flags or a scan gave for this once."""
        saved, once = self._sitting.kept, self._sitting.answered - self._sitting.kept
        here = f"{_counted(once)} for this once" if once else ""
        if not saved:
            start = "Continue where you stopped" if self._sitting.course.begun else "Start"
            return f"{start} with {here}" if here else start
        profile = self._sitting.options.profile
        source = profile.source if profile else ""
        those = f"{_counted(saved)}, begun with {Path(source).name}" if source else _counted(saved, "saved ")
        return f"Continue with {those}" + (f", and {here}" if here else "")

    @staticmethod
    def _saved(profile: Profile) -> str:
        others = " Those saved before are kept in a file beside them." if profile.others else ""
        return f"Answers are saved as you give them.{others}"

    def _chosen(self, value: str) -> None:
        sitting = self._sitting
        match value:
            case "quit":
                self.app.call_later(self.app.action_quit)
            case "continue" if not sitting.course.open:
                self.post_message(Go("probing" if sitting.wants_probing else "verdict"))
            case "review":
                self.post_message(Go("interview", sitting.questions[0].id, "all"))
            case "afresh":
                sitting.start_afresh()
                self.post_message(Go("interview"))
            case _:
                self.post_message(Go("interview"))


def _counted(count: int, kind: str = "") -> str:
    return f"{count} {kind}{'answer' if count == 1 else 'answers'}"
