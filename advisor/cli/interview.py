"""The interview of `advisor ask`: one question or a list of them after another, on the standard streams."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Literal

from advisor.cli.flags import say
from advisor.cli.questions import explained, lines_of_list, lines_of_question, named, numbers
from advisor.decision.checklist import taken
from advisor.model.answer import Answer, AnswerValue, asked
from advisor.report.words import Words
from advisor.session.course import Course

if TYPE_CHECKING:
    from advisor.cli.typed import Typed
    from advisor.decision.interview import Prospect
    from advisor.model.knowledge import Knowledge
    from advisor.model.measurement import Measurements
    from advisor.session.latest import Given
    from advisor.session.way import Way

    Move = Literal["on", "back", "done"]


class Interview:
    """Asks on standard error and reads standard input, so that standard output has the result alone."""

    def __init__(
        self,
        knowledge: Knowledge,
        answers: dict[str, Answer],
        measurements: Measurements | None,
        way: Way,
        typed: Typed,
        *,
        again: bool,
        useful: bool,
        measuring: bool,
        save: Callable[[Way, bool], None],
        prospect: Callable[[Mapping[str, Answer], Measurements | None], Prospect],
        at_once: int | None,
    ) -> None:
        """`again` asks what is answered as well, `useful` the most useful first rather than in the order of the file;
        `measuring` says whether measurements will be taken after the questions. `save` is called with the way whenever
        the way or an answer should be saved, and with whether anything was entered. The rest is as for a `Course`."""
        self._knowledge = knowledge
        self._words = Words(knowledge)
        self._answers = answers
        self._measurements = measurements
        self._typed = typed
        self._save = save
        self._measuring = measuring
        self._again = {question.id for question in knowledge.questions if question.id in answers} if again else set()
        """Questions whose answers count no more until they are asked for again."""
        self._useful = useful
        self._course = Course(
            knowledge,
            self._given,
            prospect,
            way,
            moved=lambda entered: save(self._course.way, entered),
            at_once=at_once,
        )

    def run(self) -> None:
        """Go through the questions until the last, `done`, or the end of the input."""
        course = self._course
        self._introduce()
        if not course.open:
            return
        self._look_ahead()
        course.enter(None, "open")
        self._tell()
        while True:
            match self._ask_together() if course.together else self._ask():
                case "done":
                    return
                case "back":
                    if not course.back():
                        say("  This is the first.")
                case "on":
                    self._look_ahead()
                    if not course.forward():
                        return
                    self._tell()

    def _given(self) -> Given:
        """The answers that count."""
        return {name: answer for name, answer in self._answers.items() if name not in self._again}, self._measurements

    def _introduce(self) -> None:
        left, skipped = len(self._course.open), len(self._course.passed)
        before = []
        if answered := len(self._knowledge.questions) - left - skipped:
            before.append(f"{f'{answered} questions are' if answered > 1 else 'A question is'} answered already")
        if skipped:
            before.append(f"{f'{skipped} were' if skipped > 1 else 'one was'} skipped")
        if before:
            say(f"{', '.join(before)}; --all asks again.".capitalize())
        if left:
            say(
                'Enter skips a single question, ? is "don\'t know", why explains, back goes back, '
                "done ends the questions."
            )

    def _look_ahead(self) -> None:
        if self._useful:
            self._course.look_ahead()

    def _tell(self) -> None:
        """Say whether the interview may stop, and why, when that has changed."""
        course, state = self._course, self._course.state
        if state == course.told:
            return
        course.told = state
        if state == "open":
            say("\nThat answer opens the verdict again.")
            return
        found = course.look_ahead()
        say("\n" + self._words.settled(found.settled, found.may_become, found.error))
        if state == "nothing-left":
            say("No question that is left can change that.")
        before = ", before anything is measured" if self._measuring else ""
        say(f"You may stop here{before}: type done. Or go on.")

    def _heading(self) -> str:
        course = self._course
        return f"\n[{course.place + 1}; {len({*course.open, *course.shown})} left] "

    # --- one question ----------------------------------------------------------------------------------------

    def _ask(self) -> Move:
        """Ask the question shown until a line settles it."""
        question = self._knowledge.question[self._course.present]
        lines = lines_of_question(question)
        if so_far := self._answers.get(question.id):
            lines.append(f"  so far: {self._words.value(question.id, so_far.value)}; Enter keeps it")
        say(self._heading() + "\n".join(lines))
        while True:
            line = self._typed.line()
            if line is None:
                return "done"
            match line.lower():
                case "" | "skip":
                    self._again.discard(question.id)
                    return "on"
                case "done" | "back" as move:
                    return move
                case "why":
                    say(f"  {question.why}")
                    continue
            try:
                value = question.accept(named(question, line))
            except ValueError as problem:
                self._typed.refuse(question.id, problem, f"press Enter to {'keep the answer' if so_far else 'skip'}")
                continue
            self._give({question.id: value})
            return "on"

    # --- several in a list -----------------------------------------------------------------------------------

    def _ask_together(self) -> Move:
        """The same for a list of questions, shown with their usual answers or those given before."""
        questions = [self._knowledge.question[name] for name in self._course.together]
        shown = {q.id: self._answers[q.id].value if q.id in self._answers else q.usual for q in questions}
        lines = lines_of_list(questions, shown, self._words, self._answers.keys())
        say(self._heading() + "\n".join(lines))
        while True:
            line = self._typed.line()
            if line is None:
                return "done"
            word = line.lower()
            match word:
                case "skip":
                    self._again.difference_update(shown)
                    self._course.pass_over(shown)
                    return "on"
                case "done" | "back" as move:
                    return move
            asks_why = word.startswith(("?", "why"))
            try:
                found = numbers(word.removeprefix("why").removeprefix("?"), len(questions))
            except ValueError as problem:
                self._typed.refuse(f"which differ of {', '.join(shown)}", problem, "press Enter if none differs")
                continue
            if not asks_why:
                values, differing = taken(shown, {questions[number - 1].id for number in found})
                self._course.ask_for(differing)
                self._give(values, differing)
                return "on"
            for number in found or range(1, len(questions) + 1):
                say("\n".join(explained(questions[number - 1], number)))

    def _give(self, values: Mapping[str, AnswerValue], withdrawn: Collection[str] = ()) -> None:
        """Take answers, by question, take others back, and save it all together."""
        self._answers.update(asked(values))
        for name in withdrawn:
            self._answers.pop(name, None)
        self._again.difference_update(values, withdrawn)
        self._save(self._course.way, True)
