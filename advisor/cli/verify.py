"""`advisor verify`: follows a recorded decision again and says what has drifted."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from advisor.cli import flags
from advisor.errors import Exit, InvalidInput

if TYPE_CHECKING:
    from advisor.model.knowledge import Knowledge
    from advisor.model.recommendation import Recommendation
    from advisor.session.verify import Here

_EXAMPLES = """\
  advisor verify docs/decisions/0007-use-pytorch-as-the-deep-learning-framework.md
  advisor verify RECORD --probe quick           measured anew
  advisor verify RECORD --probe none            with the record's own measurements, the same on every machine
  advisor verify RECORD --rules ours/ --json    with the overlays that it was made with
  advisor verify RECORD --fail-on anything      in a CI job that wants to hear of every change

exit codes:
  0   the verdict stands; or the record is superseded, deprecated or rejected and claims nothing any more
  2   it can't be read: no record of the advisor, or its result is gone, another, or changed since it was made
  4   --probe was given, and nothing could be measured
  6   the verdict has drifted: of another kind, or for another candidate (with --fail-on anything: anything has);
      or the record chooses another candidate than its result recommended
"""


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser(
        "verify",
        "Follows a decision record again from its own inputs with today's knowledge, date and machine, and says "
        "whether its verdict stands and what has drifted: reasons, sources past review, versions, measurements. "
        "Without --probe, this machine's measurements are used where valid ones are kept, else those of the record.",
        _EXAMPLES,
    )
    made.add_argument("record", metavar="RECORD", type=flags.path, help="a record of `advisor report`, or its result")
    made.add_argument("--json", action="store_true", help="print what has drifted as JSON")
    made.add_argument(
        "--fail-on",
        choices=("verdict", "anything"),
        default="verdict",
        help="exit with 6 where the verdict has drifted (default), or anything at all",
    )
    flags.add_full(made)
    flags.add_measuring(made)
    flags.add_knowledge(made)
    made.add_argument("--as-of", metavar="DATE", type=flags.date, help="the date by which sources are aged")
    flags.add_output(made)
    return made


def run(arguments: argparse.Namespace) -> int:
    """Follow the record again, print what has drifted, and say by the exit code whether the verdict stands."""
    from advisor.cli.documents import read_recorded
    from advisor.cli.measuring import probed, require_probe
    from advisor.knowledge.load import load
    from advisor.session.decisions import is_closed, read_record
    from advisor.session.verify import verify

    require_probe(arguments)
    if str(arguments.record) == "-":
        raise InvalidInput(
            "`advisor verify` reads no standard input: a record has its result beside it", "Name the record's file."
        )
    record = read_record(arguments.record)
    recorded = read_recorded(str(record.result))
    knowledge = load(arguments.rules)
    as_of = flags.dated(knowledge, arguments)
    here = _here(knowledge, recorded, arguments)
    drift = verify(
        knowledge,
        recorded,
        here,
        as_of=as_of,
        record=str(arguments.record),
        status=record.status,
        closed=is_closed(record.status),
        chosen=record.chosen,
    )
    if arguments.json:
        flags.emit(drift.model_dump_json(indent=2), arguments.output)
    else:
        from advisor.report.drift import render

        colour = flags.colour_wanted(arguments)
        flags.emit(render(drift, knowledge, colour=colour, full=arguments.full), arguments.output)
    if failed := probed(here.measurements.outcomes if here.measurements else (), arguments):
        return failed
    bad = drift.departs or (drift.drifted if arguments.fail_on == "anything" else not drift.stands)
    return Exit.CONDITION_HELD if bad and not drift.closed else Exit.ANSWERED


def _here(knowledge: Knowledge, recorded: Recommendation, arguments: argparse.Namespace) -> Here:
    """What is to be taken for today's machine: measured now, read, kept from before, or only looked at."""
    from advisor.session.verify import Here

    if arguments.probe == "none" and not arguments.measurements:
        return Here()
    if arguments.measurements or arguments.probe:
        from advisor.cli.measuring import gather_measurements

        arguments.seed = recorded.seed
        arguments.pythons = arguments.pythons or _recorded_interpreters(recorded)
        found = gather_measurements(knowledge, arguments, None)
        assert found
        return Here(found, found.host, found.interpreters)
    if recorded.environment.host is None:
        return Here()
    from advisor.cli.measuring import interpreters
    from advisor.probing.survey import Survey, kept_run

    arguments.pythons = arguments.pythons or _recorded_interpreters(recorded)
    with Survey(interpreters(arguments)) as survey:
        scene = survey.scene(knowledge.candidates)
    return Here(kept_run(scene, knowledge.probes, ("full", "quick")), scene.host, scene.interpreters)


def _recorded_interpreters(recorded: Recommendation) -> list[str]:
    """The interpreters of the record that are on this machine too."""
    from pathlib import Path

    return [one.path for one in recorded.environment.interpreters if Path(one.path).is_file()]
