"""`advisor`: the terminal application, or one recommendation without questions."""

from __future__ import annotations

import argparse
import os
import sys

from advisor.cli import flags
from advisor.cli.main import COMMANDS
from advisor.errors import Exit, InputNeeded, InvalidInput, nearest

if flags.TYPE_CHECKING:
    from advisor.model.recommendation import Recommendation

_EXAMPLES = """\
  advisor                                       answer questions at a terminal
  advisor --text -d stage=research              advice from what is given, in text
  advisor --json --answers needs.yaml           the same as one JSON document
  advisor --json --answers - --probe quick < needs.yaml
  advisor --text --python ~/other/bin/python --probe quick
"""


def parser() -> flags.Parser:
    """The flags."""
    commands = "\n".join(f"  {name:12}{text}" for name, text in COMMANDS.items())
    made = flags.make_parser(
        "",
        "Advises between PyTorch and Keras (on TensorFlow, JAX or PyTorch) from your needs, cited facts and "
        f"measurements on your machine.\n\ncommands (each has --help):\n{commands}",
        _EXAMPLES,
    )
    made.add_argument("command", nargs="?", help=argparse.SUPPRESS)
    form = made.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON document, ask nothing")
    form.add_argument("--text", action="store_true", help="print text, ask nothing")
    flags.add_answers(made)
    flags.add_full(made)
    flags.add_advice(made)
    made.add_argument("--no-input", action="store_true", help="never ask; fail instead (exit code 3)")
    flags.add_fail_on(made)
    return made


def run(arguments: argparse.Namespace) -> int:
    """Give one recommendation, or open the terminal application."""
    if arguments.command:
        raise _no_such_command(arguments.command)
    if not (arguments.json or arguments.text):
        if arguments.no_input or not _can_ask():
            raise InputNeeded(
                "there is no terminal that can be drawn on",
                "Use `advisor --text --answers FILE`, `advisor --json --answers FILE`, or `advisor ask`.",
            )
        return _open_tui(arguments)
    from advisor.cli.measuring import gather_measurements, survey_begun

    # The survey goes on in child processes while this one imports and reads what it needs.
    with survey_begun(arguments) as survey:
        from advisor.decision.advise import advise
        from advisor.knowledge.load import load

        knowledge = load(arguments.rules)
        answers = flags.gather_answers(knowledge, arguments)
        as_of = flags.dated(knowledge, arguments)
        measurements = gather_measurements(knowledge, arguments, survey)
    result = advise(knowledge, answers, measurements, as_of=as_of, seed=arguments.seed)
    if arguments.json:
        flags.emit(result.model_dump_json(indent=2), arguments.output)
    else:
        from advisor.report.text import render

        flags.emit(
            render(result, knowledge, colour=flags.colour_wanted(arguments), full=arguments.full), arguments.output
        )
    return exit_code(result, arguments)


def _can_ask() -> bool:
    # Behind `advisor serve` Textual's own variable names what is there instead of a terminal.
    terminal = bool(sys.stdin) and sys.stdin.isatty() and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    return terminal or bool(os.environ.get("TEXTUAL_DRIVER"))


def _no_such_command(name: str) -> InvalidInput:
    if name in COMMANDS:
        return InvalidInput(f"the command {name!r} must come first", f"`advisor {name} …`, then its flags.")
    near = nearest(name, COMMANDS)
    hint = f"Did you mean `advisor {near}`?" if near else f"There are {', '.join(COMMANDS)}."
    return InvalidInput(f"there is no command {name!r}", hint)


def exit_code(result: Recommendation, arguments: argparse.Namespace) -> int:
    """What the verdict means for a script."""
    from advisor.cli.measuring import probed

    kind = result.verdict.kind
    if kind in arguments.fail_on:
        return Exit.CONDITION_HELD
    if kind == "none-feasible":
        return Exit.NONE_FEASIBLE
    return probed(result.measurements, arguments)


def _open_tui(arguments: argparse.Namespace) -> int:
    from advisor.cli.measuring import given_measurements, interpreters
    from advisor.knowledge.load import load
    from advisor.tui.app import Options, run

    if arguments.no_color:
        # Where Textual looks.
        os.environ["NO_COLOR"] = "1"
    knowledge = load(arguments.rules)
    answers, profile = flags.begin_sitting(knowledge, arguments)
    options = Options(
        pythons=interpreters(arguments),
        level=None if arguments.probe == "none" or arguments.measurements else arguments.probe or "quick",
        seed=arguments.seed,
        as_of=flags.as_of(arguments),
        fresh=arguments.fresh,
        profile=profile,
        measurements=given_measurements(knowledge, arguments),
    )
    return run(knowledge, answers, options)
