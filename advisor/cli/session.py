"""`advisor session`: one recommendation from several people's answers."""

from __future__ import annotations

import argparse

from advisor.cli import flags
from advisor.errors import Exit, InvalidInput

_EXAMPLES = """\
  advisor session ana.yaml ben.yaml chen.yaml
  advisor session answers/*.yaml --json --probe quick

Each file has one person's answers, as `advisor ask --save FILE` or the terminal application writes them.
"""


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser(
        "session",
        "Combines several people's answers: the group's recommendation, each person's own, and the questions on "
        "which they differ, those that move the result most first.",
        _EXAMPLES,
    )
    made.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        type=flags.name,
        help="one person's answers; the file's name is the person's",
    )
    made.add_argument("--json", action="store_true", help="print one JSON document")
    flags.add_full(made)
    flags.add_advice(made)
    return made


def run(arguments: argparse.Namespace) -> int:
    """Combine and print."""
    from advisor.cli.measuring import gather_measurements, probed, survey_begun
    from advisor.knowledge.load import load
    from advisor.session.answers import read_answers
    from advisor.session.group import advise_group

    knowledge = load(arguments.rules)
    if len(arguments.files) < 2:
        raise InvalidInput("a session takes at least two people's answers", "`advisor --text` advises one person.")
    members = {}
    for path in arguments.files:
        name = flags.path(path).stem
        if name in members:
            raise InvalidInput(f"{path}: there is already a person called {name!r}", "Give the file another name.")
        members[name] = read_answers(knowledge, path)
    as_of = flags.dated(knowledge, arguments)
    with survey_begun(arguments) as survey:
        measurements = gather_measurements(knowledge, arguments, survey)
    result = advise_group(knowledge, members, measurements, as_of=as_of, seed=arguments.seed)
    if arguments.json:
        flags.emit(result.model_dump_json(indent=2), arguments.output)
    else:
        from advisor.report.text import render_group

        flags.emit(
            render_group(result, knowledge, colour=flags.colour_wanted(arguments), full=arguments.full),
            arguments.output,
        )
    if result.group.verdict.kind == "none-feasible":
        return Exit.NONE_FEASIBLE
    return probed(result.group.measurements, arguments)
