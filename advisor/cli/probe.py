"""`advisor probe`: measures the candidates and prints what was found."""

from __future__ import annotations

import argparse

from advisor.cli import flags
from advisor.errors import Exit, InvalidInput

if flags.TYPE_CHECKING:
    from collections.abc import Sequence

    from advisor.model.knowledge import Knowledge
    from advisor.model.measurement import Outcome

_EXAMPLES = """\
  advisor probe                            quick probes of all candidates, a table
  advisor probe --level full -o here.json  thorough ones, into a file for --measurements
  advisor probe --json --python ~/env/bin/python --candidate pytorch
  advisor probe --only onnx-export --candidate keras-jax
  advisor probe --list                     what each probe does and which claim it tests
  advisor probe --self-check               can the measuring itself be trusted here?
"""


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser("probe", "Measures the candidates on this machine, in child processes.", _EXAMPLES)
    made.add_argument("--level", choices=("quick", "full"), default="quick", help="how thoroughly (default: quick)")
    made.add_argument("--probe", dest="level", choices=("quick", "full"), help=argparse.SUPPRESS)
    made.add_argument("--candidate", action="append", default=[], help="only this candidate (repeatable)")
    which = made.add_mutually_exclusive_group()
    which.add_argument("--only", metavar="PROBE", action="append", default=[], help="only this probe (repeatable)")
    which.add_argument("--all", action="store_true", help="every probe there is, however long it takes (half an hour)")
    made.add_argument("--list", action="store_true", help="list the probes, what they do and which claims they test")
    made.add_argument(
        "--self-check",
        action="store_true",
        help="measure a candidate (default: pytorch) against itself, and slowed; a few minutes",
    )
    form = made.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the measurements as JSON")
    form.add_argument("--markdown", action="store_true", help="print them as tables in Markdown")
    flags.add_measurements(made, "measure nothing, show those in this file")
    made.add_argument("--seed", type=flags.seed, default=0, help="fixes the order of launches (default 0)")
    flags.add_pythons(made)
    flags.add_fresh(made)
    flags.add_knowledge(made)
    flags.add_output(made)
    return made


def run(arguments: argparse.Namespace) -> int:
    """Measure, print, and say by the exit code whether every probe could be run."""
    from advisor.knowledge.load import load

    knowledge = load(arguments.rules)
    _require_known(knowledge, arguments)
    if arguments.list:
        return _list(knowledge, arguments)
    if arguments.all:
        arguments.only = list(knowledge.probe)
    if arguments.self_check:
        return _self_check(knowledge, arguments)
    whole = knowledge
    if arguments.candidate:
        kept = tuple(c for c in knowledge.candidates if c.id in arguments.candidate)
        knowledge = knowledge.model_copy(update={"candidates": kept})
    from advisor.cli.measuring import measure, read_measurements

    if arguments.measurements:
        found = read_measurements(whole, arguments.measurements)
    else:
        found = measure(knowledge, arguments, arguments.level)
    if arguments.json or arguments.output:
        flags.emit(found.model_dump_json(indent=2), arguments.output)
    if arguments.markdown:
        from advisor.report.markdown import render as render_markdown

        flags.emit(render_markdown(found, knowledge), None)
    elif not arguments.json:
        from advisor.report.measurements import render

        flags.emit(render(found, knowledge, colour=flags.colour_wanted(arguments)), None)
    return _exit_code(found.outcomes)


def _exit_code(outcomes: Sequence[Outcome]) -> int:
    """Whether probes could be run; where not, standard error says why."""
    from advisor.cli.measuring import say_failed
    from advisor.model.measurement import BROKEN, IMPORTING

    failed = [o for o in outcomes if o.cause in BROKEN or (o.probe == IMPORTING and o.status == "fails")]
    if failed:
        say_failed("a probe failed", failed)
    elif all(outcome.status == "not-tried" for outcome in outcomes):
        say_failed("nothing could be measured", outcomes)
    else:
        return Exit.ANSWERED
    return Exit.PROBE_FAILED


def _list(knowledge: Knowledge, arguments: argparse.Namespace) -> int:
    from advisor.report.probes import render_probes

    if arguments.json:
        raise InvalidInput("--list prints text", "Leave out --json; `advisor rules --json` has the probes too.")
    chosen = [probe for probe in knowledge.probes if not arguments.only or probe.id in arguments.only]
    flags.emit(render_probes(chosen, colour=flags.colour_wanted(arguments)), arguments.output)
    return Exit.ANSWERED


def _require_known(knowledge: Knowledge, arguments: argparse.Namespace) -> None:
    for names, known, what in (
        (arguments.candidate, knowledge.candidate, "candidate"),
        (arguments.only, knowledge.probe, "probe"),
    ):
        for name in names:
            if name not in known:
                raise InvalidInput(f"there is no {what} {name!r}", f"There are {', '.join(known)}.")


def _self_check(knowledge: Knowledge, arguments: argparse.Namespace) -> int:
    from advisor.cli.measuring import interpreters, kept_whole_or_not, tell
    from advisor.cli.progress import Progress
    from advisor.probing.selfcheck import self_check
    from advisor.report.probes import render_self_check

    if arguments.measurements:
        raise InvalidInput("--self-check measures: --measurements don't go with it", "Leave out one of the two.")
    if len(arguments.candidate) > 1 or len(arguments.pythons) > 1:
        raise InvalidInput("--self-check takes one candidate and one interpreter", "Run it once for each.")
    with Progress(arguments.quiet) as progress, kept_whole_or_not():
        found = self_check(
            knowledge.probes,
            (arguments.candidate or ["pytorch"])[0],
            interpreters(arguments)[0],
            arguments.level,
            seed=arguments.seed,
            on_event=lambda event: tell(progress, event),
        )
    if arguments.json or arguments.output:
        flags.emit(found.model_dump_json(indent=2), arguments.output)
    if not arguments.json:
        flags.emit(render_self_check(found, colour=flags.colour_wanted(arguments)), None)
    return Exit.ANSWERED
