"""`advisor ask`: the interview line by line, for screen readers, pipes and bare terminals."""

from __future__ import annotations

import argparse
import sys
from functools import partial

from advisor.cli import flags
from advisor.errors import InputNeeded, Interrupted

if flags.TYPE_CHECKING:
    from pathlib import Path

    from advisor.model.answer import Answer
    from advisor.model.knowledge import Knowledge
    from advisor.model.recommendation import Recommendation
    from advisor.session.profile import Profile
    from advisor.session.way import Way

_EXAMPLES = """\
  advisor ask                         answer, then read the recommendation
  advisor ask --probe quick           measure after the questions
  advisor ask --at-once 1             ask every question by itself, no lists
  advisor ask --order fixed           ask in the order of the file, everything
  advisor ask --save needs.yaml       keep the answers in a file as well
  advisor ask --trade-offs            weigh criteria against each other as well
  printf 'research\\nvision\\n' | advisor ask --order fixed --json

With --trade-offs, pairs of outcomes follow, those first that are expected to tell most about who ranks first.

answers: an option's number or name (several with commas), yes or no, a number; an empty line or skip skips,
? is "don't know", why explains the question, back returns to the one before, done ends the questions.
lists: the numbers of those that differ for you, or an empty line if none does; ?2 explains the second, skip
leaves them all open. Those that differ are then asked one by one.
What is asked next is expected to settle the most, and you are told when you may stop.
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
    made.add_argument(
        "--at-once",
        metavar="N",
        type=flags.count,
        help="show at most N questions in one list, with their usual answers (1: no lists)",
    )
    made.add_argument("--all", action="store_true", help="ask answered questions again")
    made.add_argument(
        "--trade-offs", action="store_true", help="then choose between pairs of outcomes, which sharpens the weights"
    )
    made.add_argument("--save", metavar="FILE", type=_kept_in, help="put the answers into this file too")
    made.add_argument("--no-input", action="store_true", help="never ask; fail instead (exit code 3)")
    flags.add_answers(made)
    flags.add_full(made)
    flags.add_advice(made)
    made.set_defaults(fail_on=[])
    return made


def _kept_in(text: str) -> Path:
    if text == "-":
        raise argparse.ArgumentTypeError("answers are kept in a file, and - is none")
    return flags.path(text)


def run(arguments: argparse.Namespace) -> int:
    """Ask, save each answer as it is given, and print the recommendation."""
    from advisor.cli import recommend
    from advisor.cli.interview import Interview
    from advisor.cli.measuring import gather_measurements, survey_begun
    from advisor.decision.advise import advise
    from advisor.decision.interview import look_ahead
    from advisor.knowledge.load import load
    from advisor.session.way import Way

    if arguments.no_input:
        raise InputNeeded("`advisor ask` asks questions", "Use `advisor --text --answers FILE`.")
    knowledge = load(arguments.rules)
    as_of = flags.dated(knowledge, arguments)
    answers, profile = flags.begin_sitting(knowledge, arguments)
    if profile.others and not arguments.quiet:
        print(f"The answers saved before will be kept in a file beside {profile.path}.", file=sys.stderr)

    save = _Saving(knowledge, answers, profile, arguments.save)
    measuring = not arguments.measurements and arguments.probe in ("quick", "full")
    with survey_begun(arguments) as survey:
        measurements = None if measuring else gather_measurements(knowledge, arguments, survey)

        try:
            Interview(
                knowledge,
                answers,
                measurements,
                Way() if arguments.all else profile.way,
                again=arguments.all,
                useful=arguments.order == "useful",
                measuring=measuring,
                save=save.way,
                prospect=partial(look_ahead, knowledge, as_of=as_of, seed=arguments.seed),
                at_once=arguments.at_once,
            ).run()
            if arguments.trade_offs:
                from advisor.cli.trade_offs import ask_trade_offs

                ask_trade_offs(knowledge, answers, measurements, as_of, arguments.seed, save, again=arguments.all)
        except KeyboardInterrupt:
            raise Interrupted("Interrupted.", save.where) from None
        if save.where and not arguments.quiet:
            print(f"\n{save.where}", file=sys.stderr)
        if measuring:
            measurements = gather_measurements(knowledge, arguments, survey)
    result = advise(knowledge, answers, measurements, as_of=as_of, seed=arguments.seed)
    flags.emit(_written(result, knowledge, arguments), arguments.output)
    return recommend.exit_code(result, arguments)


def _written(result: Recommendation, knowledge: Knowledge, arguments: argparse.Namespace) -> str:
    if arguments.json:
        return result.model_dump_json(indent=2)
    from advisor.report.text import render

    print(file=sys.stderr)
    return render(result, knowledge, colour=flags.colour_wanted(arguments), full=arguments.full)


class _Saving:
    """Saves the answers in the profile, with the way through the questions, and, if one was named, laid over what
    stands there in a file too. To that they are written at once: that it can't be written to should be known before
    anything is asked."""

    def __init__(self, knowledge: Knowledge, answers: dict[str, Answer], profile: Profile, file: Path | None) -> None:
        self._knowledge = knowledge
        self._answers = answers
        self._profile = profile
        self._file = file
        self._way = profile.way
        self._written: dict[str, Answer] = {}
        """What of this sitting is in the file."""
        self.where = ""
        """Where the answers are and how to use them again, once any has been saved."""
        self._write_file()

    def __call__(self) -> None:
        profile = self._profile
        profile.save(self._answers, self._way)
        self._write_file()
        places = f"{profile.path}, and in {self._file}" if self._file else str(profile.path)
        again = f"; where {profile.source} is read, `--answers {profile.path}` takes these instead"
        self.where = f"Answers are saved in {places}{again if profile.source else ''}."

    def way(self, way: Way, entered: bool) -> None:
        """Save the way as well. Unless anything was `entered`, that waits where the profile has nothing of this
        sitting."""
        self._way = way
        if entered or self._profile.begun:
            self()

    def _write_file(self) -> None:
        if not self._file:
            return
        from advisor.session.answers import read_answers, save_answers
        from advisor.session.profile import UNSEEN, laid_over, saving, to_keep

        kept = to_keep({}, self._answers, UNSEEN)
        with saving():
            held = read_answers(self._knowledge, str(self._file)) if self._file.is_file() else {}
            save_answers(self._file, laid_over(held, self._written, kept))
        self._written = kept
