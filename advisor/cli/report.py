"""`advisor report`: writes a result as a decision record or as text."""

from __future__ import annotations

import argparse

from advisor.cli import flags

_EXAMPLES = """\
  advisor --json --answers needs.yaml -o result.json
  advisor report result.json                                    text
  advisor report result.json --as record -o docs/decisions/0007-framework.md
"""


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser("report", "Writes a result of `advisor --json` for people to read.", _EXAMPLES)
    made.add_argument("result", metavar="RESULT", help="a file written by `advisor --json -o FILE`")
    made.add_argument("--as", dest="form", choices=("text", "record"), default="text", help="default: text")
    flags.add_knowledge(made)
    flags.add_output(made)
    return made


def run(arguments: argparse.Namespace) -> int:
    """Print or write the report."""
    from advisor.cli.documents import read_document
    from advisor.knowledge.load import load
    from advisor.model.recommendation import Recommendation
    from advisor.report import record, text

    knowledge = load(arguments.rules)
    result = read_document(arguments.result, Recommendation, "advisor --json -o FILE")
    if arguments.form == "record":
        flags.emit(record.render(result, knowledge), arguments.output)
    else:
        colour = flags.colour_wanted(arguments)
        flags.emit(text.render(result, knowledge, colour=colour, robustness=True), arguments.output)
    return 0
