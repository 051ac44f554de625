"""The interview of `advisor ask`: one question or a list of them after another, on the standard streams."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from advisor.cli.questions import explained, lines_of_list, lines_of_question, named, numbers
from advisor.decision.checklist import otherwise
from advisor.model.answer import Answer, AnswerValue
from advisor.report.words import Words

if TYPE_CHECKING:
    from advisor.decision.interview import Step
    from advisor.model.knowledge import Knowledge
    from advisor.model.question import Question


class Interview:
    """Asks on standard error and reads standard input, so that standard output has the result alone."""

    def __init__(
        self,
        knowledge: Knowledge,
        answers: dict[str, Answer],
        *,
        again: bool,
        save: Callable[[], None],
        order: Callable[..., Step] | None,
        measuring: bool,
    ) -> None:
        """`order` tells the next step from the answers that count and, as `passed`, the questions that were passed
        over; None means the order of the file; `measuring`, whether measurements will be taken after the questions."""
        self._knowledge = knowledge
        self._words = Words(knowledge)
        self._answers = answers
        self._save = save
        self._order = order
        self._measuring = measuring
        self._open = {q.id: q for q in knowledge.questions if again or q.id not in answers}
        """Questions to ask, in the order of the file; each leaves when it is answered or passed over."""
        self._differing: dict[str, Question] = {}
        """Those of the last list whose answer differs and has still to be asked for."""
        self._passed: set[str] = set()
        self._told = ""
        total = len(knowledge.questions)
        if len(self._open) < total:
            count = total - len(self._open)
            _say(f"{f'{count} questions are' if count > 1 else 'A question is'} answered already; --all asks again.")
        if self._open:
            _say('Enter skips, ? is "don\'t know", why explains, back goes back, done ends the questions.')

    def run(self) -> None:
        """Go through the questions until the last, `done`, or the end of the input."""
        trail: list[tuple[Question, ...]] = []
        place = 0
        while True:
            if place == len(trail):
                following = self._next()
                if not following:
                    return
                trail.append(following)
            asked = trail[place]
            step = self._ask(asked[0], place) if len(asked) == 1 else self._ask_together(asked, place)
            if step is None:
                return
            # After going back what comes next is chosen anew; what was answered stays so.
            if step > 0:
                self._close(asked)
                del trail[place + 1 :]
            place = max(0, place + step)

    def _next(self) -> tuple[Question, ...]:
        """What to ask next, nothing where all was asked."""
        if self._differing:
            return tuple(self._differing.values())[:1]
        if not self._open:
            return ()
        first = next(iter(self._open.values()))
        if self._order is None:
            return (first,)
        counting = {name: answer for name, answer in self._answers.items() if name not in self._open}
        step = self._order(answers=counting, passed=self._passed)
        self._tell(step)
        return tuple(self._open[name] for name in step.questions) or (first,)

    def _close(self, asked: Sequence[Question]) -> None:
        """Take questions that were answered or passed over from those to ask."""
        for question in asked:
            if len(asked) == 1:
                self._differing.pop(question.id, None)
            if question.id not in self._differing and self._open.pop(question.id, None):
                self._passed |= {question.id} - self._answers.keys()

    def _tell(self, step: Step) -> None:
        """Say whether the interview may stop, and why, when that has changed."""
        found = step.prospect
        state = found.settled if step.questions else "nothing-left"
        if found.settled == "proven":
            state = "proven"
        if state == self._told or (not self._told and state == "open"):
            self._told = self._told or state
            return
        self._told = state
        if state == "open":
            _say("\nThat answer opens the verdict again.")
            return
        _say("\n" + self._words.settled(found.settled, found.may_become, found.error))
        if state == "nothing-left":
            _say("No question that is left can change that.")
        before = ", before anything is measured" if self._measuring else ""
        _say(f"You may stop here{before}: type done. Or go on.")

    def _heading(self, asked: Sequence[Question], place: int) -> str:
        left = len(self._open.keys() | {question.id for question in asked})
        return f"\n[{place + 1}; {left} left] "

    # --- one question ----------------------------------------------------------------------------------------

    def _ask(self, question: Question, place: int) -> int | None:
        """Ask a question until a line settles it: how many steps to go on (or back), None to end."""
        _say(self._heading((question,), place) + "\n".join(lines_of_question(question)))
        while True:
            line = _read()
            if line is None:
                return None
            match line.lower():
                case "" | "skip":
                    return 1
                case "done":
                    return None
                case "back" if place:
                    return -1
                case "back":
                    _say("  This is the first.")
                    continue
                case "why":
                    _say(f"  {question.why}")
                    continue
            try:
                value = question.accept(named(question, line))
            except ValueError as problem:
                _say(f"  {problem}. Try again, or press Enter to skip.")
                continue
            self._give(question, value)
            self._save()
            return 1

    # --- several in a list -----------------------------------------------------------------------------------

    def _ask_together(self, questions: Sequence[Question], place: int) -> int | None:
        """The same for a list of questions, shown with their usual answers or those given before."""
        shown = {q.id: self._answers[q.id].value if q.id in self._answers else q.usual for q in questions}
        lines = lines_of_list(questions, shown, self._words, self._answers.keys())
        _say(self._heading(questions, place) + "\n".join(lines))
        while True:
            line = _read()
            if line is None:
                return None
            word = line.lower()
            match word:
                case "skip":
                    self._differing.clear()
                    return 1
                case "done":
                    return None
                case "back":
                    return -1
            asks_why = word.startswith(("?", "why"))
            try:
                found = numbers(word.removeprefix("why").removeprefix("?"), len(questions))
            except ValueError as problem:
                _say(f"  {problem}. Try again, or press Enter if none differs.")
                continue
            if not asks_why:
                self._take(questions, shown, {questions[number - 1].id for number in found})
                return 1
            for number in found or range(1, len(questions) + 1):
                _say("\n".join(explained(questions[number - 1], number)))

    def _take(
        self, questions: Sequence[Question], shown: Mapping[str, AnswerValue], differing: Collection[str]
    ) -> None:
        """Take the answers of a list: those shown, but for the questions that differ."""
        self._differing.clear()
        for question in questions:
            value = otherwise(shown[question.id]) if question.id in differing else shown[question.id]
            if question.id in differing and value is None:
                self._differing[question.id] = self._open[question.id] = question
            else:
                self._give(question, value)
        self._save()

    def _give(self, question: Question, value: AnswerValue) -> None:
        self._answers[question.id] = Answer(question=question.id, value=value, origin="asked")


def _read() -> str | None:
    """A line that was typed, without the space around it; None at the end of the input."""
    print("> ", end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline()
    return line.strip() if line else None


def _say(text: str) -> None:
    print(text, file=sys.stderr)
