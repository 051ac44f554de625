"""`advisor scan`: proposes answers from a project's own files."""

from __future__ import annotations

import argparse
import sys

from advisor.cli import flags
from advisor.errors import InvalidInput

if flags.TYPE_CHECKING:
    from collections.abc import Collection

    from advisor.model.knowledge import Knowledge
    from advisor.model.scan import ScanReport
    from advisor.model.sign import Signs

_EXAMPLES = """\
  advisor scan .                           what the files here say, with file and line
  advisor scan . -o answers.yaml           a file of answers, to be read and corrected
  advisor --text --answers answers.yaml    advice from it
  advisor --text --scan .                  both at once
  advisor scan ~/project --json | jq '.proposals[] | [.question, .value, .sure]'
  advisor scan --signs domain              what speaks for which answer

Files are read and parsed; nothing in them is ever run, and no link is followed.
"""


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser("scan", "Proposes answers from a project's own files.", _EXAMPLES)
    made.add_argument("folder", metavar="DIR", nargs="?", type=flags.name, help="the project's folder")
    form = made.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the proposals as JSON")
    form.add_argument("--yaml", action="store_true", help="print a file of answers (so does -o with a .yaml name)")
    form.add_argument(
        "--signs",
        metavar="QUESTION",
        nargs="?",
        const="",
        help="list what is looked for instead",
    )
    made.add_argument("--force", action="store_true", help="replace a file of answers instead of adding to it")
    made.add_argument(
        "--time-limit",
        metavar="SECONDS",
        type=_seconds,
        help="leave out what can't be read by then, and say so (default 18)",
    )
    flags.add_knowledge(made)
    flags.add_output(made)
    return made


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
    return value


def run(arguments: argparse.Namespace) -> int:
    """Scan and print, or list the signs."""
    from advisor.cli.scanning import scanned
    from advisor.knowledge.load import load
    from advisor.knowledge.signs import load_signs

    knowledge = load(arguments.rules)
    if arguments.signs is not None:
        signs, _ = load_signs(knowledge, arguments.rules)
        flags.emit("\n".join(_listed(signs, knowledge, arguments.signs)), arguments.output)
        return 0
    if arguments.folder is None:
        raise InvalidInput("`advisor scan` takes a folder", "For example `advisor scan .`.")
    report = scanned(knowledge, arguments.folder, arguments)
    yaml = arguments.yaml or (arguments.output is not None and arguments.output.suffix in (".yaml", ".yml"))
    if arguments.json:
        flags.emit(report.model_dump_json(indent=2), arguments.output)
    elif yaml:
        _write_answers(report, knowledge, arguments)
    else:
        from advisor.report.scan import render

        flags.emit(render(report, knowledge, colour=flags.colour_wanted(arguments)), arguments.output)
    return 0


def _write_answers(report: ScanReport, knowledge: Knowledge, arguments: argparse.Namespace) -> None:
    """Print a file of answers, or write it: what a file already says stays as it is, and the rest is added to it."""
    from advisor.report.scan import answers_file

    output = arguments.output
    if output is None or arguments.force or not output.is_file():
        flags.emit(answers_file(report), output)
        return
    from advisor.session.answers import parse_answers, read_answers

    kept = read_answers(knowledge, str(output))
    old = output.read_text(encoding="utf-8").rstrip()
    whole = f"{old}\n\n{answers_file(report, kept)}" if old else answers_file(report)
    try:
        parse_answers(knowledge, whole, str(output))
    except InvalidInput:
        raise InvalidInput(
            f"{output}: the proposals can't be added to it, since it isn't one line an answer",
            "Name another file, or use --force to replace it.",
        ) from None
    _say_differences(report, {name: answer.value for name, answer in kept.items()})
    if any(proposal.question not in kept and proposal.sure != "possible" for proposal in report.proposals):
        flags.emit(whole, output)
    else:
        print(f"{output} answers all that is proposed; it stays as it is.", file=sys.stderr)


def _say_differences(report: ScanReport, kept: dict[str, object]) -> None:
    from advisor.report.scan import place, written

    for proposal in report.proposals:
        if proposal.question in kept and kept[proposal.question] != proposal.value:
            where = place(proposal.support[0].sightings[0])
            stays = written(kept[proposal.question])  # type: ignore[arg-type]
            print(
                f"{proposal.question}: {stays} stays; the files speak for {written(proposal.value)} ({where}).",
                file=sys.stderr,
            )


def _listed(signs: Signs, knowledge: Knowledge, question: str) -> Collection[str]:
    if question and question not in knowledge.question:
        raise InvalidInput(f"there is no question {question!r}", "`advisor rules questions` lists them.")
    lines = []
    kinds = ("imports", "uses", "bases", "methods", "defines", "packages", "files", "formats")
    for sign in signs.signs:
        if question not in ("", sign.question):
            continue
        value = "the number found" if sign.capture else "none of the answers" if sign.value is None else sign.value
        lines.append(f"{sign.question}: {str(value).lower()}, {sign.sure} ({sign.id}): {sign.because}")
        for kind in kinds:
            if getattr(sign, kind):
                versions = f" {sign.version}" if kind == "packages" and sign.version else ""
                lines.append(f"    {kind}: {', '.join(getattr(sign, kind))}{versions}")
        lines += [f"    calls: {call.call}({call.argument}={call.equals or '…'})" for call in sign.calls]
        lines += [f"    lines of {', '.join(line.files)}: {line.pattern}" for line in sign.lines]
    return lines
