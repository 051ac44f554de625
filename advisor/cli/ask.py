"""`advisor ask`: the interview line by line, for screen readers, pipes and bare terminals."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from advisor.cli import flags
from advisor.errors import InputNeeded

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from advisor.decision.interview import Step
    from advisor.model.answer import Answer
    from advisor.model.knowledge import Knowledge
    from advisor.model.question import Question

_EXAMPLES = """\
  advisor ask                         answer, then read the recommendation
  advisor ask --probe quick           measure after the questions
  advisor ask --order fixed           ask in the order of the file, everything
  advisor ask --save needs.yaml       keep the answers in a file as well
  advisor ask --trade-offs            weigh criteria against each other as well
  printf 'research\\nvision\\n' | advisor ask --order fixed --json

With --trade-offs, pairs of outcomes follow, those first that are expected to tell most about who ranks first.

answers: an option's number or name (several with commas), yes or no, a number; an empty line skips,
? is "don't know", why explains the question, back returns to the one before, done ends the questions.
The question comes next whose answer is expected to settle the most, and you are told when you may stop.
"""


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser("ask", "Asks the questions line by line and prints the recommendation.", _EXAMPLES)
    made.add_argument("--json", action="store_true", help="print the result as JSON (questions go to standard error)")
    made.add_argument(
        "--order",
        choices=("useful", "fixed"),
        default="useful",
        help="ask the most useful question next (useful, the default), or in the order of the file (fixed)",
    )
    made.add_argument("--all", action="store_true", help="ask answered questions again")
    made.add_argument(
        "--trade-offs", action="store_true", help="then choose between pairs of outcomes, which sharpens the weights"
    )
    made.add_argument("--save", metavar="FILE", type=flags.path, help="save the answers here too")
    made.add_argument("--no-input", action="store_true", help="never ask; fail instead (exit code 3)")
    flags.add_answers(made)
    flags.add_full(made)
    flags.add_advice(made)
    return made


def run(arguments: argparse.Namespace) -> int:
    """Ask, save each answer as it is given, and print the recommendation."""
    from advisor.cli import recommend
    from advisor.cli.measuring import gather_measurements, survey_begun
    from advisor.decision import interview
    from advisor.decision.advise import advise
    from advisor.knowledge.load import load
    from advisor.session.answers import profile_path, save_answers

    if arguments.no_input:
        raise InputNeeded("`advisor ask` asks questions", "Use `advisor --text --answers FILE`.")
    knowledge = load(arguments.rules)
    as_of = flags.as_of(arguments)
    answers = flags.gather_answers(knowledge, arguments)

    def save() -> None:
        # What a scan proposes and nobody has looked at is no answer to be kept.
        kept = {name: answer for name, answer in answers.items() if answer.origin != "scan"}
        for path in (profile_path(), arguments.save):
            if path:
                save_answers(path, kept)

    measuring = not arguments.measurements and arguments.probe in ("quick", "full")
    with survey_begun(arguments) as survey:
        measurements = None if measuring else gather_measurements(knowledge, arguments, survey)

        def next_step(passed: Collection[str], given: Mapping[str, Answer]) -> Step:
            return interview.next_step(knowledge, given, measurements, as_of=as_of, seed=arguments.seed, passed=passed)

        order = None if arguments.order == "fixed" else next_step
        _Interview(knowledge, answers, again=arguments.all, save=save, order=order, measuring=measuring).run()
        if arguments.trade_offs:
            from advisor.cli.trade_offs import ask_trade_offs

            ask_trade_offs(knowledge, answers, as_of, arguments.seed, save, again=arguments.all)
        if measuring:
            measurements = gather_measurements(knowledge, arguments, survey)
    result = advise(knowledge, answers, measurements, as_of=as_of, seed=arguments.seed)
    if arguments.json:
        flags.emit(result.model_dump_json(indent=2), arguments.output)
    else:
        from advisor.report.text import render

        print(file=sys.stderr)
        flags.emit(
            render(result, knowledge, colour=flags.colour_wanted(arguments), full=arguments.full), arguments.output
        )
    arguments.fail_on = []
    return recommend.exit_code(result, arguments)


class _Interview:
    """Asks on standard error and reads standard input, so that standard output has the result alone."""

    def __init__(
        self,
        knowledge: Knowledge,
        answers: dict[str, Answer],
        *,
        again: bool,
        save: Callable[[], None],
        order: Callable[[Collection[str], Mapping[str, Answer]], Step] | None,
        measuring: bool,
    ) -> None:
        """`order` tells the next step from the questions that were passed over and the answers that count, None
        means the order of the file; `measuring`, whether measurements will be taken after the questions."""
        self._knowledge = knowledge
        self._answers = answers
        self._save = save
        self._order = order
        self._measuring = measuring
        self._open = {q.id: q for q in knowledge.questions if again or q.id not in answers}
        """Questions to ask, in the order of the file; each leaves when it is answered or passed over."""
        self._passed: set[str] = set()
        self._told = ""
        total = len(knowledge.questions)
        if len(self._open) < total:
            _say(f"{total - len(self._open)} questions are answered already; --all asks them again.")

    def run(self) -> None:
        """Go through the questions until the last, `done`, or the end of the input."""
        trail: list[Question] = []
        place = 0
        while True:
            if place == len(trail):
                following = self._next()
                if following is None:
                    return
                trail.append(following)
            question = trail[place]
            self._show(question, place)
            step = self._answer(question)
            if step is None:
                return
            # After going back what comes next is chosen anew; what was answered stays so.
            if step > 0:
                if self._open.pop(question.id, None):
                    self._passed |= {question.id} - self._answers.keys()
                del trail[place + 1 :]
            place = max(0, place + step)

    def _next(self) -> Question | None:
        """The question to ask next, None where all were."""
        if not self._open:
            return None
        first = next(iter(self._open.values()))
        if self._order is None:
            return first
        counting = {name: answer for name, answer in self._answers.items() if name not in self._open}
        step = self._order(self._passed, counting)
        self._tell(step)
        return self._open.get(step.question or "", first)

    def _tell(self, step: Step) -> None:
        """Say whether the interview may stop, and why, when that has changed."""
        found = step.prospect
        state = found.settled if step.question else "nothing-left"
        if found.settled == "proven":
            state = "proven"
        if state == self._told or (not self._told and state == "open"):
            self._told = self._told or state
            return
        self._told = state
        if state == "open":
            _say("\nThat answer opens the verdict again.")
            return
        from advisor.report.words import Words

        outcome = found.outcome
        words = Words(self._knowledge)
        _say("\n" + words.settled(found.settled, outcome.kind, outcome.candidate, found.may_change, found.error))
        if state == "nothing-left":
            _say("No question that is left can change that.")
        before = ", before anything is measured" if self._measuring else ""
        _say(f"You may stop here{before}: type done. Or go on.")

    def _show(self, question: Question, place: int) -> None:
        left = len(self._open.keys() | {question.id})
        _say(f"\n[{place + 1}; {left} left] {question.theme}: {question.text}")
        for number, option in enumerate(question.options, 1):
            note = f" - {option.help}" if option.help else ""
            _say(f"  {number}. {option.text} ({option.value}){note}")
        if question.kind == "number":
            _say(f"  from {question.minimum:.10g} to {question.maximum:.10g} {question.unit}")
        elif question.kind == "yes-no":
            _say("  yes or no")
        elif question.kind == "many":
            _say("  several with commas, or none")

    def _answer(self, question: Question) -> int | None:
        """Read lines until one settles the question: how many questions to go on (or back), None to end."""
        from advisor.model.answer import Answer

        while True:
            print("> ", end="", file=sys.stderr, flush=True)
            line = sys.stdin.readline()
            if not line:
                return None
            word = line.strip()
            match word.lower():
                case "":
                    return 1
                case "done":
                    return None
                case "back":
                    return -1
                case "why":
                    _say(f"  {question.why}")
                    continue
            try:
                value = question.accept(_named(question, word))
            except ValueError as problem:
                _say(f"  {problem}. Try again, or press Enter to skip.")
                continue
            self._answers[question.id] = Answer(question=question.id, value=value, origin="asked")
            self._save()
            return 1


def _named(question: Question, word: str) -> str:
    """What was typed, with the numbers of options replaced by their names."""
    if not question.options:
        return word
    names = [part.strip() for part in word.split(",")]
    count = len(question.options)
    return ",".join(
        question.options[int(name) - 1].value if name.isascii() and name.isdigit() and 1 <= int(name) <= count else name
        for name in names
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr)
