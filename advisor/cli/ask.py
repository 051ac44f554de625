"""`advisor ask`: the interview line by line, for screen readers, pipes and bare terminals."""

from __future__ import annotations

import argparse
import sys
from contextlib import contextmanager
from functools import partial

from advisor.cli import flags
from advisor.errors import InputNeeded, Interrupted, InvalidInput

if flags.TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator
    from pathlib import Path

    from advisor.cli.typed import Typed
    from advisor.model.answer import Answer
    from advisor.model.knowledge import Knowledge
    from advisor.model.measurement import Measurements
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

Where standard input is no terminal, nobody can be asked again and saved answers belong to somebody else: a line that
is no answer to the question shown ends it with exit code 2, what an earlier sitting saved is neither read nor changed,
unless --answers names it, and only --save keeps what is given.

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
    from advisor.cli.measuring import gather_measurements, survey_begun
    from advisor.cli.typed import Typed
    from advisor.decision.advise import advise
    from advisor.files import standard_input
    from advisor.knowledge.load import load

    if arguments.no_input:
        raise InputNeeded("`advisor ask` asks questions", "Use `advisor --text --answers FILE`.")
    knowledge = load(arguments.rules)
    as_of = flags.dated(knowledge, arguments)
    at_terminal = standard_input().isatty()
    answers, profile = (flags.begin_sitting if at_terminal else flags.begin_alone)(knowledge, arguments)
    if not arguments.quiet:
        _say_of_saved(profile)
    save = _Saving(knowledge, answers, profile, arguments.save)
    typed = Typed(at_terminal, lambda: save.where)
    with survey_begun(arguments) as survey:
        measurements = None if _measures_after(arguments) else gather_measurements(knowledge, arguments, survey)
        with _saying_where(save, arguments.quiet):
            _ask(knowledge, answers, measurements, as_of, typed, save, arguments)
        if _measures_after(arguments):
            measurements = gather_measurements(knowledge, arguments, survey)
    result = advise(knowledge, answers, measurements, as_of=as_of, seed=arguments.seed)
    flags.emit(_written(result, knowledge, arguments), arguments.output)
    return recommend.exit_code(result, arguments)


def _measures_after(arguments: argparse.Namespace) -> bool:
    """Whether measurements will be taken once the questions are asked."""
    return not arguments.measurements and arguments.probe in ("quick", "full")


def _ask(
    knowledge: Knowledge,
    answers: dict[str, Answer],
    measurements: Measurements | None,
    as_of: datetime.date,
    typed: Typed,
    save: _Saving,
    arguments: argparse.Namespace,
) -> None:
    """Ask the questions and, if they are wanted, the trade-offs; answers are added to `answers` and saved as they
    come."""
    from advisor.cli.interview import Interview
    from advisor.cli.trade_offs import ask_trade_offs
    from advisor.decision.interview import look_ahead
    from advisor.session.way import Way

    Interview(
        knowledge,
        answers,
        measurements,
        Way() if arguments.all else save.so_far,
        typed,
        again=arguments.all,
        useful=arguments.order == "useful",
        measuring=_measures_after(arguments),
        save=save.way,
        prospect=partial(look_ahead, knowledge, as_of=as_of, seed=arguments.seed),
        at_once=arguments.at_once,
    ).run()
    if arguments.trade_offs:
        ask_trade_offs(knowledge, answers, measurements, as_of, arguments.seed, typed, save, again=arguments.all)


@contextmanager
def _saying_where(save: _Saving, quiet: bool) -> Iterator[None]:
    """Has it said in the end, and where somebody interrupts, where the answers are."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted("Interrupted.", save.where) from None
    if save.where and (save.trouble or not quiet):
        print(f"\n{save.where}", file=sys.stderr)


def _say_of_saved(profile: Profile | None) -> None:
    """Say what becomes of saved answers, if they aren't gone on with."""
    if profile is None:
        where = (
            "Standard input is no terminal: saved answers are neither read nor changed; --save keeps these in a file."
        )
        print(where, file=sys.stderr)
    elif profile.others:
        print(f"The answers saved before will be kept in a file beside {profile.path}.", file=sys.stderr)


def _written(result: Recommendation, knowledge: Knowledge, arguments: argparse.Namespace) -> str:
    if arguments.json:
        return result.model_dump_json(indent=2)
    from advisor.report.text import render

    print(file=sys.stderr)
    return render(result, knowledge, colour=flags.colour_wanted(arguments), full=arguments.full)


class _Saving:
    """Saves the answers in the profile, if there is one, with the way through the questions, and, if one was named,
    laid over what stands there in a file too. To that they are written at once: that it can't be written to should be
    known before anything is asked."""

    def __init__(
        self, knowledge: Knowledge, answers: dict[str, Answer], profile: Profile | None, file: Path | None
    ) -> None:
        from advisor.session.way import Way

        self._knowledge = knowledge
        self._answers = answers
        self._profile = profile
        self._file = file
        self.so_far = profile.way if profile else Way()
        """The way through the questions up to now."""
        self._written: dict[str, Answer] = {}
        """What of this sitting is in the file."""
        self.where = ""
        """Where the answers are and how to use them again, once any has been given."""
        self.trouble = ""
        """Why the profile could not be saved last, if so."""
        self._write_file()

    def __call__(self) -> None:
        self._save_profile()
        self._write_file()
        self.where = self._said()

    def way(self, way: Way, entered: bool) -> None:
        """Save the way as well. Unless anything was `entered`, that waits where the profile has nothing of this
        sitting."""
        self.so_far = way
        if entered or (self._profile and self._profile.begun):
            self()

    def _said(self) -> str:
        profile = None if self.trouble else self._profile
        places = [str(place) for place in (profile and profile.path, self._file) if place]
        if not places:
            from advisor.session.answers import said_as_flags

            return said_as_flags(self._answers)
        again = ""
        if profile and profile.source:
            again = f"; where {profile.source} is read, `--answers {profile.path}` takes these instead"
        return f"Answers are saved in {', and in '.join(places)}{again}."

    def _save_profile(self) -> None:
        """Save in the profile. Where that can't be done, in a home that is only read for example, it is said once, and
        asking goes on."""
        if not self._profile:
            return
        before, self.trouble = self.trouble, ""
        try:
            self._profile.save(self._answers, self.so_far)
        except InvalidInput as problem:
            self.trouble = problem.message
            if not before:
                print(f"! Answers are not saved for the next time: {problem.message}", file=sys.stderr)

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
