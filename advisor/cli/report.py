"""`advisor report`: writes a result as text, as a decision record, or as a page."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from advisor.cli import flags
from advisor.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path

    from advisor.model.knowledge import Knowledge
    from advisor.model.recommendation import GroupRecommendation, Recommendation

_EXAMPLES = """\
  advisor --json --answers needs.yaml -o result.json
  advisor report result.json                                    text, 40 lines at most
  advisor report result.json --full                             text, everything
  advisor report result.json --as record --into                 docs/decisions/NNNN-….md, with its result beside it
  advisor report result.json --as record --into adr/ --supersedes 3
  advisor report result.json --as record -o decision.md         rests on result.json, where that lies
  advisor report result.json --as html -o result.html           one file, for a browser or for paper
  advisor report session.json --into                            of `advisor session --json`: who gave which answer
"""


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser("report", "Writes a result of `advisor --json` for people to read.", _EXAMPLES)
    flags.add_result_file(made)
    made.add_argument("--as", dest="form", choices=("text", "record", "html"), help="default: text")
    flags.add_full(made)
    made.add_argument(
        "--into",
        metavar="DIR",
        nargs="?",
        const="docs/decisions",
        type=flags.path,
        help="write the record there under the next number, with its result beside it (without DIR: docs/decisions)",
    )
    made.add_argument(
        "--supersedes", metavar="RECORD", help="the record, by number or file, that it takes the place of: edits both"
    )
    flags.add_knowledge(made)
    flags.add_output(made)
    return made


def run(arguments: argparse.Namespace) -> int:
    """Print or write the report, of a result or of a session's document."""
    from advisor.cli.documents import SessionGiven

    try:
        return _of_one(arguments)
    except SessionGiven as given:
        return _of_several(given.session(), arguments)


def _of_several(session: GroupRecommendation, arguments: argparse.Namespace) -> int:
    from advisor.knowledge.load import load

    knowledge = load(arguments.rules)
    if arguments.into:
        _write_into(arguments.into, session, knowledge, arguments.supersedes)
    elif arguments.form == "record":
        raise InvalidInput(
            "a session's record goes into a folder, with the session's document beside it", "Add `--into`."
        )
    elif arguments.form == "html":
        from advisor.report.html.page import render

        flags.emit(render(session, knowledge), arguments.output)
    else:
        from advisor.report.text import render_group

        colour = flags.colour_wanted(arguments)
        flags.emit(render_group(session, knowledge, colour=colour, full=arguments.full), arguments.output)
    return 0


def _of_one(arguments: argparse.Namespace) -> int:
    from advisor.cli.documents import read_result
    from advisor.knowledge.load import load

    form = arguments.form or ("record" if arguments.into else "text")
    _require_fitting(arguments, form)
    knowledge = load(arguments.rules)
    result = read_result(arguments.result)
    if arguments.into:
        _write_into(arguments.into, result, knowledge, arguments.supersedes)
    elif form == "record":
        flags.emit(_record(result, knowledge, arguments), arguments.output)
    elif form == "html":
        from advisor.report.html.page import render

        flags.emit(render(result, knowledge), arguments.output)
    else:
        from advisor.report.text import render as text

        colour = flags.colour_wanted(arguments)
        flags.emit(text(result, knowledge, colour=colour, full=arguments.full), arguments.output)
    return 0


def _require_fitting(arguments: argparse.Namespace, form: str) -> None:
    if arguments.into and form != "record":
        raise InvalidInput(f"--into takes a record, not {form}", "Use `--as record`, or `-o FILE`.")
    if arguments.into and arguments.output:
        raise InvalidInput("--into chooses the file's name itself", "Leave out -o, or --into.")
    if arguments.supersedes and not arguments.into:
        raise InvalidInput("--supersedes goes with --into: the other record lies in the same folder", "Add `--into`.")
    if form == "record" and arguments.result == "-" and not arguments.into:
        raise InvalidInput(
            "a record rests on a result in a file, not on standard input",
            "Name the file, or add `--into`, which keeps the result beside the record.",
        )


def _record(result: Recommendation, knowledge: Knowledge, arguments: argparse.Namespace) -> str:
    """The record of a result that stays where it is."""
    from advisor.report.record import Kept, render
    from advisor.session.decisions import digest, relative

    source = flags.path(arguments.result)
    record = arguments.output or flags.path("record.md")
    return render(
        result, knowledge, Kept(str(record), relative(source, record), digest(source.read_text(encoding="utf-8")))
    )


def _write_into(
    folder: Path, result: Recommendation | GroupRecommendation, knowledge: Knowledge, supersedes: str | None
) -> None:
    """A record with its result beside it, under the next number, and the older one's status: all or none."""
    from advisor.report.record import Kept, render, title
    from advisor.session import decisions

    place = decisions.next_place(folder, title(result, knowledge), supersedes)
    kept = result.model_dump_json(indent=1) + "\n"
    about = Kept(str(place.record), place.result.name, decisions.digest(kept), place.supersedes)
    decisions.add(place, render(result, knowledge, about), kept)
    print(place.record)
    print(f"Written to {place.record}, with its result beside it.", file=sys.stderr)
