"""`advisor probe`: measures the candidates and prints what was found."""

from __future__ import annotations

import argparse

from advisor.cli import flags
from advisor.errors import Exit

_EXAMPLES = """\
  advisor probe                            quick probes of all candidates, a table
  advisor probe --level full -o here.json  thorough ones, into a file for --measurements
  advisor probe --json --python ~/env/bin/python --candidate pytorch
  advisor probe --only onnx-export --fresh
  advisor probe --list                     what each probe measures
"""


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser("probe", "Measures the candidates on this machine, in child processes.", _EXAMPLES)
    made.add_argument("--level", choices=("quick", "full"), default="quick", help="how thoroughly (default: quick)")
    made.add_argument("--probe", dest="level", choices=("quick", "full"), help=argparse.SUPPRESS)
    made.add_argument("--candidate", action="append", default=[], help="only this candidate (repeatable)")
    made.add_argument("--only", metavar="PROBE", action="append", default=[], help="only this probe (repeatable)")
    made.add_argument("--list", action="store_true", help="list the probes and what they measure")
    made.add_argument("--json", action="store_true", help="print the measurements as JSON")
    made.add_argument("--seed", type=int, default=0, help="fixes the order of launches (default 0)")
    flags.add_pythons(made)
    flags.add_knowledge(made)
    flags.add_output(made)
    return made


def run(arguments: argparse.Namespace) -> int:
    """Measure, print, and say by the exit code whether every probe could be run."""
    from advisor.cli.measuring import measure
    from advisor.errors import InvalidInput
    from advisor.knowledge.load import load

    knowledge = load(arguments.rules)
    probes = {metric.probe: None for metric in knowledge.metrics}
    if arguments.list:
        lines = [f"{m.probe:18}{m.id:24}{m.title}{f' ({m.unit})' if m.unit else ''}" for m in knowledge.metrics]
        flags.emit("\n".join(lines), arguments.output)
        return Exit.ANSWERED
    for name, known, what in (
        *((name, knowledge.candidate, "candidate") for name in arguments.candidate),
        *((name, probes, "probe") for name in arguments.only),
    ):
        if name not in known:
            raise InvalidInput(f"there is no {what} {name!r}", f"There are {', '.join(known)}.")
    if arguments.candidate:
        kept = tuple(c for c in knowledge.candidates if c.id in arguments.candidate)
        knowledge = knowledge.model_copy(update={"candidates": kept})
    found = measure(knowledge, arguments, arguments.level)
    if arguments.json or arguments.output:
        flags.emit(found.model_dump_json(indent=2), arguments.output)
    if not arguments.json:
        from advisor.report.measurements import render

        flags.emit(render(found, knowledge, colour=flags.colour_wanted(arguments)), None)
    broken = {"crashed", "killed", "timed-out", "garbage"}
    failed = any(o.cause in broken or (o.probe == "framework" and o.status == "fails") for o in found.outcomes)
    return Exit.PROBE_FAILED if failed else Exit.ANSWERED
