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
    made.add_argument(
        "--force", action="store_true", help="replace even a record that is no longer proposed, with -o FILE"
    )
    flags.add_knowledge(made)
    flags.add_output(made)
    return made


def run(arguments: argparse.Namespace) -> int:
    """Print or write the report, of a result or of a session's document."""
    from advisor.cli.documents import read_report, without_overlays
    from advisor.knowledge.load import load

    form = arguments.form or ("record" if arguments.into else "text")
    _require_fitting(arguments, form)
    knowledge = load(arguments.rules)
    result, text = read_report(arguments.result)
    if missing := without_overlays(getattr(result, "group", result), arguments.rules):
        print(f"! {missing}", file=sys.stderr)
    if arguments.into:
        _write_into(arguments.into, result, text, knowledge, arguments.supersedes)
    elif form == "record":
        flags.emit(_record(result, text, knowledge, arguments), arguments.output)
    elif form == "html":
        from advisor.report.html.page import render

        flags.emit(render(result, knowledge), arguments.output)
    else:
        from advisor.model.recommendation import Recommendation
        from advisor.report.text import render as plain
        from advisor.report.text import render_group

        write = plain if isinstance(result, Recommendation) else render_group
        colour = flags.colour_wanted(arguments)
        flags.emit(write(result, knowledge, colour=colour, full=arguments.full), arguments.output)
    return 0


def _require_fitting(arguments: argparse.Namespace, form: str) -> None:
    if arguments.into and form != "record":
        raise InvalidInput(f"--into takes a record, not {form}", "Use `--as record`, or `-o FILE`.")
    if arguments.into and arguments.output:
        raise InvalidInput("--into chooses the file's name itself", "Leave out -o, or --into.")
    if arguments.supersedes and not arguments.into:
        raise InvalidInput("--supersedes goes with --into: the other record lies in the same folder", "Add `--into`.")
    if form != "record" or arguments.into:
        return
    source = flags.path(arguments.result)
    if arguments.result == "-" or (source.exists() and not source.is_file()):
        raise InvalidInput(
            f"a record rests on a result in a file, not on {flags.called(arguments.result)}",
            "Name the file, or add `--into`, which keeps the result beside the record.",
        )
    if arguments.output and not arguments.force:
        _require_untouched(arguments.output)


def _require_untouched(record: Path) -> None:
    """A record whose status somebody has changed isn't made a proposal again unasked."""
    from advisor.session.decisions import PROPOSED, is_proposed, status

    found = status(record) if record.is_file() else ""
    if not is_proposed(found):
        raise InvalidInput(
            f"{record}: it is {found} already, and would be {PROPOSED} again",
            "Name another file, or use --force to replace it.",
        )


def _record(
    result: Recommendation | GroupRecommendation, text: str, knowledge: Knowledge, arguments: argparse.Namespace
) -> str:
    """The record of a result that stays where it is, with the text that it was read from."""
    from advisor.report.record import Kept, render
    from advisor.session.decisions import digest, relative

    source = flags.path(arguments.result)
    record = arguments.output or flags.path("record.md")
    return render(result, knowledge, Kept(str(record), relative(source, record), digest(text)))


def _write_into(
    folder: Path,
    result: Recommendation | GroupRecommendation,
    text: str,
    knowledge: Knowledge,
    supersedes: str | None,
) -> None:
    """A record with its result beside it as it was read, fields of later versions included, for the sake of its seal;
    under the next number, and with the older one's status: all or none."""
    from advisor.report.record import Kept, render, title
    from advisor.session import decisions

    kept = text if text.endswith("\n") else f"{text}\n"

    def written(place: decisions.Place) -> tuple[str, str]:
        about = Kept(str(place.record), place.result.name, decisions.digest(kept), place.supersedes)
        return render(result, knowledge, about), kept

    place = decisions.add(folder, title(result, knowledge), supersedes, written)
    print(place.record)
    print(f"Written to {place.record}, with its result beside it.", file=sys.stderr)
