"""The flags that mean the same in every command, and what they amount to."""

from __future__ import annotations

import argparse
import os
import sys

from advisor import __version__
from advisor.errors import InvalidInput

# Importing typing, pathlib or datetime for `--help` would take a third of its time.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from pathlib import Path
    from typing import NoReturn

    from advisor.model.answer import Answer
    from advisor.model.knowledge import Knowledge
    from advisor.session.profile import Profile

PROJECT_FILE = "advisor.yaml"


def name(text: str) -> str:
    """The name of a file or folder that a flag gives: an empty one is what a script passes on whose variable isn't
    set."""
    if not text:
        raise argparse.ArgumentTypeError("an empty name is no file or folder")
    return text


def path(text: str) -> Path:
    """The path that a flag gives."""
    from pathlib import Path

    return Path(name(text))


def called(text: str) -> str:
    """What messages call a file that is named on the command line; - stands for standard input."""
    return "standard input" if text == "-" else text


def output(text: str) -> Path | None:
    """The file that -o gives; None is standard output, which - stands for."""
    return None if text == "-" else path(text)


def seed(text: str) -> int:
    """The seed that a flag gives: a whole number from 0 on that other programs can read too."""
    try:
        number = int(text)
    except ValueError:
        number = -1
    if not 0 <= number < 2**63:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to 2**63 - 1")
    return number


def count(text: str) -> int:
    """The whole number from 1 on that a flag gives."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return number


class Parser(argparse.ArgumentParser):
    """An argument parser that raises `InvalidInput` instead of exiting."""

    def error(self, message: str) -> NoReturn:
        """Report a mistake on the command line."""
        raise InvalidInput(message, f"`{self.prog} --help` shows the flags.")


def make_parser(name: str, description: str, examples: str) -> Parser:
    """A parser with a description and examples, to which a command adds its flags."""
    parser = Parser(
        prog=f"advisor {name}".strip(),
        description=description,
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"advisor {__version__}")
    return parser


def add_knowledge(parser: Parser) -> None:
    """--rules"""
    parser.add_argument(
        "--rules", metavar="DIR", type=path, action="append", default=[], help="add a folder of rules (repeatable)"
    )


def add_answers(parser: Parser) -> None:
    """--answers, --scan and -d"""
    parser.add_argument("--answers", metavar="FILE", type=name, help="answers in YAML or JSON; - reads standard input")
    parser.add_argument(
        "--scan", metavar="DIR", type=name, help="fill in what this project's files speak for (see `advisor scan`)"
    )
    parser.add_argument(
        "-d", dest="define", metavar="KEY=VALUE", action="append", default=[], help="one answer (repeatable)"
    )


def add_measuring(parser: Parser) -> None:
    """--probe, --measurements, --python and --fresh"""
    parser.add_argument(
        "--probe",
        choices=("none", "quick", "full"),
        help="measure first, or use no measurements; without it, those measured before are used where still valid",
    )
    add_measurements(parser, "use the measurements in this file of `advisor probe`")
    add_pythons(parser)
    add_fresh(parser)


def add_measurements(parser: Parser, use: str) -> None:
    """--measurements"""
    parser.add_argument(
        "--measurements",
        metavar="FILE",
        type=name,
        action="append",
        default=[],
        help=f"{use} (repeatable: what one of a machine lacks is taken from the next)",
    )


def add_advice(parser: Parser) -> None:
    """What every command takes that gives a recommendation: --probe and its kin, --rules, --seed, --as-of, -o, -q."""
    add_measuring(parser)
    add_knowledge(parser)
    add_result(parser)
    add_output(parser)


def add_pythons(parser: Parser) -> None:
    """--python"""
    parser.add_argument(
        "--python",
        metavar="PATH",
        type=name,
        dest="pythons",
        action="append",
        default=[],
        help="look for frameworks in this interpreter (repeatable; default: the advisor's own)",
    )


def add_fresh(parser: Parser) -> None:
    """--fresh"""
    parser.add_argument("--fresh", action="store_true", help="measure anew even if there are valid measurements")


def add_result_file(parser: Parser) -> None:
    """RESULT"""
    told = "a file written by `advisor --json -o FILE`; - reads standard input"
    parser.add_argument("result", metavar="RESULT", type=name, help=told)


def add_result(parser: Parser) -> None:
    """--seed and --as-of"""
    parser.add_argument("--seed", type=seed, default=0, help="fixes every random draw (default 0)")
    parser.add_argument(
        "--as-of", metavar="DATE", type=date, help="age sources by this date (default: SOURCE_DATE_EPOCH, else today)"
    )


def add_fail_on(parser: Parser) -> None:
    """--fail-on"""
    parser.add_argument(
        "--fail-on",
        metavar="KIND",
        action="append",
        default=[],
        choices=("recommended", "too-close", "not-enough-known", "none-feasible"),
        help="exit with 6 if the verdict is of this kind (repeatable)",
    )


def add_output(parser: Parser) -> None:
    """-o, -q and --no-color"""
    parser.add_argument("-o", dest="output", metavar="FILE", type=output, help="write the result there; - prints it")
    parser.add_argument("-q", dest="quiet", action="store_true", help="no progress on standard error")
    parser.add_argument("--no-color", action="store_true", help="plain text (so does NO_COLOR)")


def add_full(parser: Parser) -> None:
    """--full"""
    parser.add_argument("--full", action="store_true", help="text in full rather than 40 lines at most")


def date(text: str) -> datetime.date:
    """The date that a flag gives."""
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2026-11-23") from None


def as_of(arguments: argparse.Namespace) -> datetime.date:
    """The date by which sources are aged: --as-of, else SOURCE_DATE_EPOCH, else today."""
    from datetime import UTC, datetime

    if arguments.as_of:
        return arguments.as_of
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        try:
            return datetime.fromtimestamp(int(epoch), UTC).date()
        except (ValueError, OverflowError, OSError):
            raise InvalidInput(f"SOURCE_DATE_EPOCH={epoch} is not a number of seconds", "Unset or mend it.") from None
    return datetime.now().date()


def dated(knowledge: Knowledge, arguments: argparse.Namespace) -> datetime.date:
    """The date of `as_of`; where the knowledge is younger, standard error says what that means."""
    day = as_of(arguments)
    if day < knowledge.edition.date and not arguments.quiet:
        print(
            f"! {day} lies before the date of this knowledge, {knowledge.edition.date}: what has been read since "
            "counts as it stands now.",
            file=sys.stderr,
        )
    return day


def gather_answers(knowledge: Knowledge, arguments: argparse.Namespace) -> dict[str, Answer]:
    """The answers from the first of --answers, ADVISOR_ANSWERS, advisor.yaml here and the saved profile that there
    is, on top of them those of -d, and under them what the files of --scan speak for and somebody hasn't answered.
    Answers that nobody has named on the command line are told of."""
    from advisor.session.answers import read_answers
    from advisor.session.profile import profile_path

    place = _answers_file(arguments) or (str(profile_path()) if profile_path().is_file() else None)
    read = read_answers(knowledge, place) if place else {}
    given = sum(answer.value is not None for answer in read.values())
    if given and not arguments.answers and not arguments.quiet:
        told = f"{given} {'answer' if given == 1 else 'answers'} read from {_found(place)}"
        print(f"{told}; `--answers {os.devnull}` ignores that.", file=sys.stderr)
    return _completed(knowledge, arguments, read)


def _found(place: str) -> str:
    """A file of answers that wasn't named on the command line, with why it is read."""
    if os.environ.get("ADVISOR_ANSWERS"):
        return f"{'standard input' if place == '-' else place} ($ADVISOR_ANSWERS)"
    return f"{place} here" if place == PROJECT_FILE else f"{place} (saved by an earlier sitting)"


def begin_sitting(knowledge: Knowledge, arguments: argparse.Namespace) -> tuple[dict[str, Answer], Profile]:
    """The answers that a sitting starts with, which are those of `gather_answers` and what the last sitting with the
    same file has added to them; and where to save its own."""
    from advisor.session.profile import Profile, profile_path

    profile = Profile.opened(profile_path(), knowledge, _answers_file(arguments))
    return _completed(knowledge, arguments, profile.before), profile


def begin_alone(knowledge: Knowledge, arguments: argparse.Namespace) -> tuple[dict[str, Answer], Profile | None]:
    """The same for a sitting that leaves the saved profile alone, unless that is named."""
    from advisor.session.answers import read_answers
    from advisor.session.profile import profile_path

    named = _answers_file(arguments)
    if named and named != "-" and path(named).resolve() == profile_path().resolve():
        return begin_sitting(knowledge, arguments)
    return _completed(knowledge, arguments, read_answers(knowledge, named) if named else {}), None


def _answers_file(arguments: argparse.Namespace) -> str | None:
    named = arguments.answers or os.environ.get("ADVISOR_ANSWERS")
    return named or (PROJECT_FILE if path(PROJECT_FILE).is_file() else None)


def _completed(knowledge: Knowledge, arguments: argparse.Namespace, read: dict[str, Answer]) -> dict[str, Answer]:
    from advisor.session.answers import parse_flags

    answers = read | parse_flags(knowledge, arguments.define)
    if not arguments.scan:
        return answers
    from advisor.cli.scanning import scanned
    from advisor.session.answers import proposed

    return {**proposed(scanned(knowledge, arguments.scan, arguments)), **answers}


def emit(text: str, output: Path | None) -> None:
    """Print a result, or write it to a file and say so on standard error."""
    if output is None:
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        sys.stdout.flush()
        return
    from advisor.files import write_whole

    write_whole(output, text if text.endswith("\n") else text + "\n")
    print(f"Written to {output}.", file=sys.stderr)


def say(text: str) -> None:
    """Tell something on standard error, beside the result."""
    print(text, file=sys.stderr)


def colour_wanted(arguments: argparse.Namespace) -> bool | None:
    """True or False where the user said so, None to decide by the terminal."""
    if arguments.no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return True if os.environ.get("FORCE_COLOR") else None
