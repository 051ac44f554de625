"""The interview: one question at a time, with the ranking beside it as it changes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer

from advisor.model.answer import AnswerValue
from advisor.model.question import Question
from advisor.report.words import Words
from advisor.tui.measuring import Ended, Measuring
from advisor.tui.navigation import Go, Place
from advisor.tui.screens.jump import JumpScreen
from advisor.tui.screens.usual import Taken, UsualScreen
from advisor.tui.sitting import Sitting
from advisor.tui.widgets.free_rows import FreeRows
from advisor.tui.widgets.measuring_line import MeasuringLine
from advisor.tui.widgets.pause import Pause
from advisor.tui.widgets.question_pane import QuestionPane
from advisor.tui.widgets.stages import Stages
from advisor.tui.widgets.standing import StandingLine, StandingPanel
from advisor.tui.widgets.theme_rail import ThemeRail
from advisor.tui.wording import SETTLED, answered_words, leading_words

if TYPE_CHECKING:
    from advisor.decision.interview import Prospect
    from advisor.model.recommendation import Ranked
    from advisor.session.course import State

HARDLY_SEEN = 0.15
"""Seconds within which nobody reacts to a question that has just been shown, so that it may still be exchanged."""
PATIENCE = 0.06
"""Seconds for which the next question waits for the ranking. Drawing and reckoning in turn is faster than both at once,
which take turns anyway and get in each other's way, and a ranking that comes with its question is drawn with it."""
DRAWING = 0.03
"""Seconds that drawing has to itself before it is worked out what may become of the verdict."""


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
        Binding("n", "theme(1)", "Next theme of questions", show=False),
        Binding("p", "theme(-1)", "Theme of questions before", show=False),
        Binding("m", "measuring", "Measuring", show=False),
        Binding("delete", "withdraw", "Take this answer back", show=False),
    ]

    def __init__(self, sitting: Sitting, measuring: Measuring) -> None:
        """Begin at the present question of the course."""
        super().__init__()
        self._sitting = sitting
        self._measuring = measuring
        self._course = sitting.course
        self._left = False
        self._pausing = False
        self._untouched: object = None
        """What was entered when a question was shown while it was being worked out how things stand."""
        self._since = 0.0
        self._stale = self._updating = False
        self._ranking: Sequence[Ranked] | None = None
        """The one shown."""

    @property
    def question(self) -> Question:
        """The question shown."""
        return self._sitting.knowledge.question[self._course.present]

    def compose(self) -> ComposeResult:
        """The question with its possible answers, and the ranking beside or below it."""
        yield Stages("Questions")
        with Horizontal(id="body"):
            yield QuestionPane(self._give, self._sitting.drafts, FreeRows(self._sitting.knowledge), id="question")
            yield Pause(self._paused)
            with VerticalScroll(id="beside", can_focus=False):
                yield StandingPanel(self._sitting.knowledge)
                yield ThemeRail()
        yield MeasuringLine(self._sitting, self._measuring)
        yield StandingLine(self._sitting.knowledge)
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Show the first question, or the list to choose it from."""
        self._show()
        self._untouched, self._since = self.query_one(QuestionPane).entered(), monotonic()
        self._update_standing()
        self.query_one(MeasuringLine).show()
        if self._course.manner == "list":
            self._course.manner = "open"
            self.call_after_refresh(self.action_jump)
        elif self._course.together:
            self._show_place()

    # --- showing ---------------------------------------------------------------------------------------------

    def _show(self) -> None:
        question = self.question
        answer = self._sitting.answers.get(question.id)
        self._untouched = None
        self._hide_question(False)
        self.query_one(QuestionPane).show(question, answer, self._sitting.assumed(question.id))
        self._show_state()

    def _hide_question(self, hide: bool) -> None:
        self._pausing = self.query_one(Pause).display = hide
        self.query_one(QuestionPane).display = not hide
        self.on_free_rows_fitted()
        self.refresh_bindings()

    def _show_state(self) -> None:
        sitting = self._sitting
        self.query_one(Stages).status = answered_words(sitting)
        themes = sitting.themes()
        self.query_one(ThemeRail).show(themes, self.question.theme)
        self.query_one(FreeRows).show_themes(themes, self.question.theme)
        self._show_course()

    def _show_course(self) -> None:
        course, sitting = self._course, self._sitting
        matter, total = len(course.mattering), len(sitting.questions)
        if course.manner == "all":
            place = sitting.questions.index(self.question) + 1
            words, share = f"Question {place} of {total}", place / total
        elif course.has_looked:
            words = f"{sitting.answered} answered · {matter or 'none'} can still matter"
            share = sitting.answered / max(1, sitting.answered + matter)
        else:
            words, share = f"{sitting.answered} answered", sitting.answered / total
        self.query_one(QuestionPane).place(words, share, f"Why this is asked: {self.question.why}{self._usefulness()}")

    def _usefulness(self) -> str:
        mattering = self._course.mattering
        if not self._course.has_looked or self.question.id in self._sitting.answers:
            return ""
        if self.question.id not in mattering:
            return "\nThe answer can no longer change the verdict."
        more = mattering.index(self.question.id)
        others = {0: "no other question is", 1: "one other is"}.get(more, f"{more} others are")
        leads = leading_words(self._sitting.knowledge, self.question, self._course.leads_to(self.question.id))
        return f"\nThe answer can still change the verdict; {others} expected to settle more. {leads}"

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
                self._show_ranking(await asyncio.to_thread(self._sitting.ranking))
                await asyncio.sleep(DRAWING)
                if not self._stale:
                    prospect = await asyncio.to_thread(self._course.look_ahead)
                    if not self._stale:
                        self._tell(prospect)
        finally:
            self._updating = False

    def _show_ranking(self, ranking: Sequence[Ranked]) -> None:
        if ranking is not self._ranking:
            self._ranking = ranking
            for widget in self._standing():
                widget.show(ranking)
            for rows in self.query(FreeRows):
                rows.show(ranking)

    def on_free_rows_fitted(self) -> None:
        """The ranking is drawn below the question, or no longer."""
        drawn = self.query_one(FreeRows).fit.ranking and self.query_one(QuestionPane).visible and not self._pausing
        self.query_one(StandingLine).explain(drawn)

    def _standing(self) -> Iterable[StandingPanel | StandingLine]:
        # The screen may have been left meanwhile; its widgets then lose their parts one by one.
        if self not in self.app.screen_stack:
            return ()
        return self.query("StandingPanel, StandingLine").results(StandingPanel | StandingLine)

    def _tell(self, prospect: Prospect) -> None:
        """Show how useful questions are now. In place of a question that was shown meanwhile, unless an answer to it
        has been begun or it was asked for, show the most telling one, if nobody can have read the other yet, or say
        that going on can hardly change anything."""
        for widget in self._standing():
            widget.mark(SETTLED[prospect.settled])
        if self not in self.app.screen_stack:
            return
        self._show_course()
        course, state = self._course, self._course.state
        led = course.manner == "open" and course.led and self.question.id not in self._sitting.answers
        fits = led and self.is_current and self._untouched == self.query_one(QuestionPane).entered()
        self._untouched = None
        if state == "open":
            course.told = state
            if fits and monotonic() - self._since < HARDLY_SEEN and course.reconsider():
                self._show()
        elif state != course.told and fits:
            course.told = state
            self._pause(state, prospect)

    def _pause(self, state: State, prospect: Prospect) -> None:
        sentences = []
        if prospect.may_become:
            words = Words(self._sitting.knowledge)
            sentences.append(words.settled(prospect.settled, prospect.may_become, prospect.error))
        if state == "nothing-left":
            sentences.append("What is uncertain still was passed over or is not known.")
        if self._measuring.running:
            sentences.append("That is before anything is measured: what the probes find may change it.")
        worth = len(self._course.worth_asking)
        left = f"{worth} can still change the verdict." if worth else "None that is left can change the verdict."
        self._hide_question(True)
        self.query_one(Pause).show(state, " ".join(sentences), left)

    def _paused(self, value: str) -> None:
        if value == "verdict":
            self._leave("verdict")
        else:
            self._show()

    def on_progressed(self) -> None:
        """The probes, which run meanwhile, are further."""
        self.query_one(MeasuringLine).show()

    def on_ended(self, message: Ended) -> None:
        """The probes have ended: the ranking takes what they found."""
        self.query_one(MeasuringLine).show()
        if message.measurements is not None:
            self._update_standing()

    # --- answering -------------------------------------------------------------------------------------------

    def _give(self, value: AnswerValue) -> None:
        self.query_one(QuestionPane).drop()
        self._sitting.give(self.question.id, value)
        self._go_on()

    def _go_on(self) -> None:
        """The next question after answers were given, which change how things stand."""
        if ranking := self._sitting.ranking_within(PATIENCE):
            self._show_ranking(ranking)
        self._forward()
        self._untouched, self._since = self.query_one(QuestionPane).entered(), monotonic()
        self._update_standing()

    def _forward(self) -> None:
        if self._course.manner == "one":
            self._leave("verdict")
        elif self._course.forward():
            self._show_place()
        else:
            self._leave("probing" if self._sitting.wants_probing else "verdict")

    def _show_place(self) -> None:
        """Show the question at which one is, or the list."""
        together = self._course.together
        if not together:
            self._show()
            return
        self._show_state()
        # What is told of a question that the list lies over would look like a part of it.
        self._set_visible(False)
        questions = [self._sitting.knowledge.question[name] for name in together]
        self.app.push_screen(UsualScreen(self._sitting, questions), self._listed)

    def _set_visible(self, visible: bool) -> None:
        self.query_one(QuestionPane).visible = visible
        self.on_free_rows_fitted()

    def _listed(self, taken: Taken | None) -> None:
        """Go on after a list of questions, unless one went back to what was shown before it."""
        self._set_visible(True)
        if taken is None:
            # There is no question beneath a list with which an interview begins.
            self._course.back()
            self._show_place()
            return
        if taken.to == "probing":
            self._go(Go("probing", self._course.shown[0], self._course.manner))
            return
        if taken.to == "verdict":
            self._leave("verdict")
            return
        self._course.pass_over(taken.passed)
        self._go_on()

    def _leave(self, to: Place) -> None:
        self._go(Go(to))

    def _go(self, there: Go) -> None:
        # Keys that arrive before the other screen does must not leave twice.
        if not self._left:
            self._left = True
            self.query_one(QuestionPane).keep()
            self.post_message(there)

    # --- keys ------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While the question is hidden, it can't be answered."""
        return action not in ("unknown", "why", "withdraw") or not self._pausing

    def action_back(self) -> None:
        """The question or list shown before; what was answered stays."""
        if self._course.manner == "one":
            self._leave("verdict")
        elif self._course.back() or self._pausing:
            self._show_place()

    def action_skip(self) -> None:
        """The next question; this one stays as it is."""
        if self._pausing:
            self._show()
        else:
            self._forward()

    def action_unknown(self) -> None:
        """Record that the answer is not known."""
        self._give(None)

    def action_withdraw(self) -> None:
        """Open the question again."""
        self.query_one(QuestionPane).drop()
        self._sitting.withdraw(self.question.id)
        self._show()
        self._update_standing()

    def action_why(self) -> None:
        """Show or hide why the question is asked."""
        self.query_one(QuestionPane).toggle_why()

    def action_verdict(self) -> None:
        """Straight to the verdict on what is known."""
        self._leave("verdict")

    def action_measuring(self) -> None:
        """See how far the probes are; from there, back to this question."""
        self._go(Go("probing", self._course.present, self._course.manner))

    def action_jump(self) -> None:
        """Choose a question from the list of all."""

        def chosen(name: str | None) -> None:
            if name is not None:
                self.action_question(name)

        self.app.push_screen(JumpScreen(self._sitting, self._course.present), chosen)

    def action_question(self, name: str) -> None:
        """Show a question chosen by hand; what follows it is chosen as ever."""
        if self._course.manner != "all":
            self._course.manner = "open"
        self._course.show(name)
        self._show()

    def action_theme(self, step: int) -> None:
        """Show the first open question of the theme beside."""
        themes = self._sitting.themes()
        present = next(i for i, theme in enumerate(themes) if self._course.present in theme.questions)
        self.action_question(themes[(present + step) % len(themes)].begins)
