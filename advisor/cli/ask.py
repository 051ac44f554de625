"""`advisor ask`: the interview line by line, for screen readers, pipes and bare terminals."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from advisor.cli import flags
from advisor.errors import InputNeeded

if TYPE_CHECKING:
    from advisor.model.answer import Answer
    from advisor.model.knowledge import Knowledge
    from advisor.model.question import Question

_EXAMPLES = """\
  advisor ask                         answer, then read the recommendation
  advisor ask --probe quick           measure after the questions
  advisor ask --save needs.yaml       keep the answers in a file as well
  printf 'research\\nvision\\n' | advisor ask --json

answers: an option's number or name (several with commas), yes or no, a number; an empty line skips,
? is "don't know", why explains the question, back returns to the one before, done ends the questions.
"""


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser("ask", "Asks the questions line by line and prints the recommendation.", _EXAMPLES)
    made.add_argument("--json", action="store_true", help="print the result as JSON (questions go to standard error)")
    made.add_argument("--all", action="store_true", help="ask answered questions again")
    made.add_argument("--save", metavar="FILE", type=flags.path, help="save the answers here too")
    made.add_argument("--no-input", action="store_true", help="never ask; fail instead (exit code 3)")
    flags.add_answers(made)
    flags.add_advice(made)
    return made


def run(arguments: argparse.Namespace) -> int:
    """Ask, save each answer as it is given, and print the recommendation."""
    from advisor.cli import recommend
    from advisor.cli.measuring import gather_measurements, survey_begun
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

    _Interview(knowledge, answers, again=arguments.all, save=save).run()
    with survey_begun(arguments) as survey:
        measurements = gather_measurements(knowledge, arguments, survey)
    result = advise(knowledge, answers, measurements, as_of=as_of, seed=arguments.seed)
    if arguments.json:
        flags.emit(result.model_dump_json(indent=2), arguments.output)
    else:
        from advisor.report.text import render

        print(file=sys.stderr)
        flags.emit(render(result, knowledge, colour=flags.colour_wanted(arguments)), arguments.output)
    arguments.fail_on = []
    return recommend.exit_code(result, arguments)


class _Interview:
    """Asks on standard error and reads standard input, so that standard output has the result alone."""

    def __init__(self, knowledge: Knowledge, answers: dict[str, Answer], *, again: bool, save) -> None:
        self._answers = answers
        self._save = save
        self._questions = [q for q in knowledge.questions if again or q.id not in answers]
        self._total = len(knowledge.questions)
        if len(self._questions) < self._total:
            _say(f"{self._total - len(self._questions)} questions are answered already; --all asks them again.")

    def run(self) -> None:
        """Go through the questions until the last, `done`, or the end of the input."""
        position = 0
        while position < len(self._questions):
            question = self._questions[position]
            self._show(question, position)
            step = self._answer(question)
            if step is None:
                return
            position = max(0, position + step)

    def _show(self, question: Question, position: int) -> None:
        _say(f"\n[{position + 1} of {len(self._questions)}] {question.theme}: {question.text}")
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
