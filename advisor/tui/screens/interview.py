"""The interview: one question at a time, with the ranking beside it as it changes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Footer, Static

from advisor.model.answer import Answer, AnswerValue
from advisor.model.question import Question
from advisor.tui.measuring import Ended, Measuring
from advisor.tui.navigation import Go, Manner, Place
from advisor.tui.screens.export import ExportScreen
from advisor.tui.screens.jump import JumpScreen
from advisor.tui.sitting import Sitting
from advisor.tui.widgets.choices import Choices, Entry, Ticks
from advisor.tui.widgets.measuring_line import MeasuringLine
from advisor.tui.widgets.number_entry import NumberEntry
from advisor.tui.widgets.progress import Progress
from advisor.tui.widgets.stages import Stages
from advisor.tui.widgets.standing import StandingLine, StandingPanel
from advisor.tui.wording import ORIGINS, SETTLED, answer_words

YES_NO: tuple[Entry, ...] = (("yes", "Yes", ""), ("no", "No", ""))


class InterviewScreen(Screen):
    """Asks the questions. Every answer is on disk before the next question shows."""

    CSS_PATH = "../interview.tcss"
    BINDINGS = [
        Binding("b,left", "back", "Back"),
        Binding("s,right", "skip", "Skip"),
        Binding("d,question_mark", "unknown", "Don't know"),
        Binding("w", "why", "Why"),
        Binding("j", "jump", "All"),
        Binding("v", "verdict", "Verdict"),
        Binding("m", "measuring", "Measuring", show=False),
        Binding("delete", "withdraw", "Take this answer back", show=False),
        Binding("ctrl+s", "export", "Export", show=False),
    ]

    def __init__(self, sitting: Sitting, measuring: Measuring, start: int = 0, manner: Manner = "all") -> None:
        """Begin at the question at index `start`; `manner` is explained at `Go`."""
        super().__init__()
        self._sitting = sitting
        self._measuring = measuring
        self._index = min(start, len(sitting.questions) - 1)
        self._manner = manner
        self._left = False
        self._stale = self._updating = False

    @property
    def question(self) -> Question:
        """The question shown."""
        return self._sitting.questions[self._index]

    def compose(self) -> ComposeResult:
        """The question with its possible answers, and the ranking beside or below it."""
        yield Stages("Questions")
        with Horizontal(id="body"):
            with Vertical(id="question"):
                with Horizontal(id="place"):
                    yield Static(id="theme", markup=False)
                    yield Static(id="count", markup=False)
                yield Progress(id="progress")
                yield Static(id="text", markup=False)
                yield Static(id="origin", markup=False)
                with Vertical(id="answer"):
                    yield Choices(self._chosen, id="choices")
                    yield Ticks(self._give, id="ticks")
                    yield NumberEntry(self._give, id="number")
                    yield Static("Nothing ticked means: none of these.", id="hint")
                yield Static(id="why", markup=False)
            yield StandingPanel(self._sitting.knowledge)
        yield MeasuringLine(self._sitting, self._measuring)
        yield StandingLine(self._sitting.knowledge)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Show the first question, or the list to choose it from."""
        self._show()
        self._update_standing()
        self.query_one(MeasuringLine).show()
        if self._manner == "list":
            self.call_after_refresh(self.action_jump)

    # --- showing ---------------------------------------------------------------------------------------------

    def _show(self) -> None:
        question, questions = self.question, self._sitting.questions
        answer = self._sitting.answers.get(question.id)
        self.query_one("#theme", Static).update(question.theme)
        self.query_one("#count", Static).update(f"Question {self._index + 1} of {len(questions)}")
        self.query_one(Progress).show((self._index + 1) / len(questions))
        self.query_one("#text", Static).update(question.text)
        self.query_one("#why", Static).update(f"Why this is asked: {question.why}")
        self._show_origin(question, answer)
        self._show_answer(question, answer.value if answer else self._sitting.assumed(question.id))
        self._show_state()

    def _show_origin(self, question: Question, answer: Answer | None) -> None:
        text = ""
        if answer is not None and answer.value is None:
            text = "Your answer: don't know"
        elif answer is not None and answer.origin in ("flag", "scan"):
            text = f"Answer {ORIGINS[answer.origin]}: {answer_words(question, answer.value)}"
        elif answer is None and (assumed := self._sitting.assumed(question.id)) is not None:
            text = f"Taken from the measured machine: {answer_words(question, assumed)}"
        label = self.query_one("#origin", Static)
        label.update(text)
        label.set_class(bool(text), "shown")

    def _show_answer(self, question: Question, value: AnswerValue) -> None:
        choices, ticks, number = self.query_one(Choices), self.query_one(Ticks), self.query_one(NumberEntry)
        shown: Widget = {"many": ticks, "number": number}.get(question.kind, choices)
        for widget in (choices, ticks, number):
            widget.display = widget is shown
        self.query_one("#hint").set_class(question.kind == "many", "shown")
        if question.kind == "number":
            number.show(question, value if isinstance(value, (int, float)) else None)
            self.set_focus(number.field)
            return
        entries = tuple((option.value, option.text, option.help) for option in question.options)
        if question.kind == "many":
            ticks.show(entries, value if isinstance(value, tuple) else ())
        elif question.kind == "yes-no":
            choices.show(YES_NO, [("no", "yes")[value]] if isinstance(value, bool) else [])
        else:
            choices.show(entries, [str(value)] if value is not None else [])
        self.set_focus(shown)

    def _show_state(self) -> None:
        sitting = self._sitting
        saved = "" if sitting.options.profile is None else ", saved"
        done = f"{sitting.answered} of {len(sitting.questions)} answered{saved if sitting.answered else ''}"
        self.query_one(Stages).status = f"Not saved: {sitting.trouble}" if sitting.trouble else done

    def _update_standing(self) -> None:
        # What is being worked out can't be stopped in its thread, so that one worker goes on until nothing is new.
        self._stale = True
        if not self._updating:
            self._updating = True
            self._work_out_standing()

    @work(group="standing")
    async def _work_out_standing(self) -> None:
        try:
            while self._stale:
                self._stale = False
                # In a thread, because the first call imports numpy and compiles the rules.
                ranking = await asyncio.to_thread(self._sitting.ranking)
                for widget in self._standing():
                    widget.show(ranking)
                if not self._stale:
                    prospect = await asyncio.to_thread(self._sitting.prospect)
                    for widget in self._standing():
                        widget.mark(SETTLED[prospect.settled])
        finally:
            self._updating = False

    def _standing(self) -> Iterable[StandingPanel | StandingLine]:
        # The screen may have been left meanwhile; its widgets then lose their parts one by one.
        if self not in self.app.screen_stack:
            return ()
        return self.query("StandingPanel, StandingLine").results(StandingPanel | StandingLine)

    def on_progressed(self) -> None:
        """The probes, which run meanwhile, are further."""
        self.query_one(MeasuringLine).show()

    def on_ended(self, message: Ended) -> None:
        """The probes have ended: the ranking takes what they found."""
        self.query_one(MeasuringLine).show()
        if message.measurements is not None:
            self._update_standing()

    # --- answering -------------------------------------------------------------------------------------------

    def _chosen(self, value: str) -> None:
        self._give(self.question.accept(value))

    def _give(self, value: AnswerValue) -> None:
        self._sitting.give(self.question.id, value)
        self._update_standing()
        self._forward()

    def _forward(self) -> None:
        if self._manner == "one":
            self._leave("verdict")
            return
        following = self._sitting.next_open(self._index) if self._manner == "open" else self._index + 1
        if following < len(self._sitting.questions):
            self._index = following
            self._show()
        else:
            self._leave("probing" if self._sitting.wants_probing else "verdict")

    def _leave(self, to: Place) -> None:
        # Keys that arrive before the other screen does must not leave twice.
        if not self._left:
            self._left = True
            self.post_message(Go(to))

    # --- keys ------------------------------------------------------------------------------------------------

    def action_back(self) -> None:
        """The question before; what was answered stays."""
        if self._manner == "one":
            self._leave("verdict")
        elif self._index:
            self._index -= 1
            self._show()

    def action_skip(self) -> None:
        """The next question; this one stays as it is."""
        self._forward()

    def action_unknown(self) -> None:
        """Record that the answer is not known."""
        self._give(None)

    def action_withdraw(self) -> None:
        """Open the question again."""
        self._sitting.withdraw(self.question.id)
        self._show()
        self._update_standing()

    def action_why(self) -> None:
        """Show or hide why the question is asked."""
        self.query_one("#why").toggle_class("shown")

    def action_verdict(self) -> None:
        """Straight to the verdict on what is known."""
        self._leave("verdict")

    def action_measuring(self) -> None:
        """See how far the probes are; from there, back to this question."""
        if not self._left:
            self._left = True
            self.post_message(Go("probing", self._index, self._manner))

    def action_jump(self) -> None:
        """Choose a question from the list of all."""

        def chosen(index: int | None) -> None:
            if index is not None:
                self._index, self._manner = index, "all"
                self._show()

        self.app.push_screen(JumpScreen(self._sitting, self._index), chosen)

    def action_export(self) -> None:
        """Write the answers or the result to a file."""
        self.app.push_screen(ExportScreen(self._sitting))
