"""`advisor doctor`: what this machine and these interpreters have, what is broken, and the exact mend."""

from __future__ import annotations

import argparse

from advisor.cli import flags
from advisor.errors import Exit

_EXAMPLES = """\
  advisor doctor                              this machine and the advisor's own interpreter
  advisor doctor --python ~/env/bin/python    another interpreter (repeatable)
  advisor doctor --json | jq '.findings[].commands[]'
  advisor doctor -q --fail-on error           in a CI job
"""


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser(
        "doctor",
        "Says what is wrong with this machine and its Python environments, and how to mend it.",
        _EXAMPLES,
    )
    made.add_argument("--json", action="store_true", help="print the diagnosis as JSON")
    made.add_argument(
        "--python",
        metavar="PATH",
        dest="pythons",
        action="append",
        default=[],
        help="look into this interpreter (repeatable; default: the advisor's own)",
    )
    made.add_argument(
        "--fail-on", choices=("error", "warning"), help="exit with 6 when something as bad as this is found"
    )
    flags.add_output(made)
    return made


def run(arguments: argparse.Namespace) -> int:
    """Look, conclude, print, and say by the exit code whether `--fail-on` held."""
    from advisor.cli.measuring import interpreters
    from advisor.cli.progress import Progress
    from advisor.diagnosis.diagnose import diagnose
    from advisor.knowledge.load import load
    from advisor.knowledge.remedies import load_remedies
    from advisor.probing.examine import examine
    from advisor.report.diagnosis import render

    remedies = load_remedies(load())
    with Progress(arguments.quiet, every=0) as progress:
        seen = examine(interpreters(arguments), lambda text: progress.show(f"looking at {text}"))
    found = diagnose(remedies, *seen)
    if arguments.json:
        flags.emit(found.model_dump_json(indent=2), arguments.output)
    else:
        flags.emit(render(found, colour=flags.colour_wanted(arguments)), arguments.output)
    bad = {"error": {"error"}, "warning": {"error", "warning"}}.get(arguments.fail_on, set())
    held = any(finding.severity in bad for finding in found.findings)
    return Exit.CONDITION_HELD if held else Exit.ANSWERED
