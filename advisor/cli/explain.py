"""`advisor explain`: why a result says what it says, why not something else, and what would change it."""

from __future__ import annotations

import argparse
from contextlib import contextmanager

from advisor.cli import flags
from advisor.errors import InvalidInput, did_you_mean

if flags.TYPE_CHECKING:
    import datetime
    from collections.abc import Iterator

    from advisor.decision.case import Case
    from advisor.model.answer import Answer
    from advisor.model.explanation import Basis, ExplanationDocument, FlipSearch, Thresholds, WhatIf, WhyNot
    from advisor.model.knowledge import Knowledge
    from advisor.model.progress import OnProgress
    from advisor.model.recommendation import Recommendation
    from advisor.model.rule import Rule

_EXAMPLES = """\
  advisor --json --answers needs.yaml -o result.json
  advisor explain result.json                       the verdict, and what it turns on
  advisor explain result.json --why                 the whole proof, down to answers and sources
  advisor explain result.json --why-not             what speaks for each of the others, and what outweighs it
  advisor explain result.json --candidate keras-jax
  advisor explain result.json --rule mobile-litert  why a rule fired, or what keeps it silent
  advisor explain result.json --what-if stage=research --what-if domain=language
  advisor explain result.json --flips               the smallest changes of up to three answers
  advisor explain result.json --thresholds          how far weights and measurements are from another verdict
  advisor explain result.json --json                everything asked for, as one JSON document
"""


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser(
        "explain",
        "Questions a result of `advisor --json`: why, why not, what if, and what would change it. It is worked out "
        "again from the answers and measurements in the result, with the knowledge that it was made with.",
        _EXAMPLES,
    )
    flags.add_result_file(made)
    made.add_argument("--json", action="store_true", help="print one JSON document")
    made.add_argument("--why", action="store_true", help="the proof, from the verdict down to answers and sources")
    made.add_argument("--why-not", action="store_true", help="why none of the others")
    made.add_argument("--candidate", metavar="ID", action="append", default=[], help="why not this one (repeatable)")
    made.add_argument(
        "--rule",
        metavar="ID",
        dest="named",
        action="append",
        default=[],
        help="why this rule fired, or didn't (repeatable)",
    )
    made.add_argument(
        "--what-if",
        metavar="QUESTION=VALUE",
        action="append",
        default=[],
        help="the difference that another answer makes (repeatable: all of them together; ? is not known)",
    )
    _add_searches(made)
    made.add_argument("--today", action="store_true", help="advise again with today's knowledge, and explain that")
    flags.add_knowledge(made)
    flags.add_output(made)
    return made


def _add_searches(made: flags.Parser) -> None:
    """--flips, --limit and --thresholds"""
    made.add_argument(
        "--flips",
        metavar="N",
        nargs="?",
        type=flags.count,
        const=5,
        help="the N smallest sets of up to three changed answers that change the verdict (default 5)",
    )
    made.add_argument(
        "--limit",
        metavar="N",
        type=flags.count,
        default=20_000,
        help="how many sets --flips looks at, at most (default 20000)",
    )
    made.add_argument(
        "--thresholds", action="store_true", help="how far weights and measurements are from another verdict"
    )


def run(arguments: argparse.Namespace) -> int:
    """Explain a result."""
    from advisor.cli.documents import read_result
    from advisor.knowledge.load import load
    from advisor.session.answers import parse_flags

    knowledge = load(arguments.rules)
    result = read_result(arguments.result)
    rules = _rules(knowledge, arguments.named)
    for name in arguments.candidate:
        _check_candidate(knowledge, name)
    others = parse_flags(knowledge, arguments.what_if, "--what-if")
    result, case, basis = _replayed(knowledge, result, arguments)
    document = _explained(result, case, basis, rules, others, arguments)
    if arguments.json:
        flags.emit(document.model_dump_json(indent=2), arguments.output)
        return 0
    from advisor.report.explanation import render

    sections = _sections(arguments)
    if result.verdict.leader in arguments.candidate:
        sections |= {"why"}
    text = render(document, result, knowledge, sections, arguments.result, colour=flags.colour_wanted(arguments))
    flags.emit(text, arguments.output)
    return 0


def _sections(arguments: argparse.Namespace) -> frozenset[str]:
    """The parts of an explanation that were asked for, by the names of their flags."""
    asked = {
        "why": arguments.why,
        "why-not": arguments.why_not or arguments.candidate,
        "rule": arguments.named,
        "what-if": arguments.what_if,
        "flips": arguments.flips,
        "thresholds": arguments.thresholds,
    }
    return frozenset(name for name, wanted in asked.items() if wanted)


def _rules(knowledge: Knowledge, names: list[str]) -> list[Rule]:
    """Rules by id; a name under which one was written for several candidates stands for all of these."""
    found = []
    for name in names:
        matching = [rule for rule in knowledge.rules if name in (rule.id, rule.written)]
        if not matching:
            hint = did_you_mean(name, (rule.id for rule in knowledge.rules), "`advisor rules list` lists them.")
            raise InvalidInput(f"--rule: there is no rule {name!r}", hint)
        found += matching
    return found


def _check_candidate(knowledge: Knowledge, name: str) -> None:
    if name not in knowledge.candidate:
        listed = ", ".join(knowledge.candidate)
        raise InvalidInput(f"--candidate: there is no candidate {name!r}", f"There are {listed}.")


def _asked_again(
    knowledge: Knowledge, result: Recommendation, arguments: argparse.Namespace
) -> tuple[dict[str, Answer], tuple[str, ...], datetime.date]:
    """The answers of a result as far as they fit, the questions of the others, and the day to go by. Raises as
    `_replayed` does."""
    from advisor.session.replay import fitting

    as_of = result.as_of
    other = knowledge.content_hash != result.knowledge.content_hash
    if other and not arguments.today:
        raise InvalidInput(
            f"{flags.called(arguments.result)} was made with other knowledge: version {result.knowledge.version}, "
            f"{result.knowledge.content_hash[:19]}…, and here is {knowledge.edition.version}, "
            f"{knowledge.content_hash[:19]}…",
            _other_knowledge(result, arguments),
        )
    answers, left_out = fitting(knowledge, result.given)
    if arguments.today:
        as_of = flags.as_of(argparse.Namespace(as_of=None))
        flags.say(
            f"Advised again with knowledge {knowledge.content_hash[:19]}… as of {as_of}; "
            f"{flags.called(arguments.result)} has {result.knowledge.content_hash[:19]}… as of {result.as_of}."
        )
        for name in left_out:
            flags.say(f"Left out, since it is no longer a question or an answer to it: {name}.")
    elif left_out:
        raise InvalidInput(
            f"{flags.called(arguments.result)}: answers: {next(iter(left_out))}: what stands there is no answer to "
            "that question",
            "It must be a file written by `advisor --json -o FILE`.",
        )
    return answers, tuple(left_out), as_of


def _replayed(
    knowledge: Knowledge, result: Recommendation, arguments: argparse.Namespace
) -> tuple[Recommendation, Case, Basis]:
    """The result worked out again, the case that it was worked out from, and what was questioned.

    Raises `InvalidInput` where the knowledge isn't the one that the result was made with, unless it is to be advised
    on again, or where the result doesn't follow from its own contents.
    """
    from advisor.decision.advise import advise
    from advisor.decision.case import case_of
    from advisor.model.explanation import Basis

    answers, left_out, as_of = _asked_again(knowledge, result, arguments)
    measurements = result.measured
    again = advise(knowledge, answers, measurements, as_of=as_of, seed=result.seed)
    if not arguments.today and _differs(result, again):
        raise InvalidInput(
            f"{flags.called(arguments.result)}: its verdict doesn't follow from its answers and measurements",
            "It was changed, or made by another version of the advisor: `advisor check RESULT` says where, "
            "`advisor explain RESULT --today` advises again.",
        )
    case = case_of(knowledge, answers, measurements, as_of=as_of, seed=result.seed)
    basis = Basis(
        content_hash=knowledge.content_hash,
        as_of=as_of,
        seed=result.seed,
        readvised=arguments.today,
        left_out=left_out,
    )
    return again, case, basis


def _other_knowledge(result: Recommendation, arguments: argparse.Namespace) -> str:
    """How to get at the knowledge of a result, or on without it."""
    from advisor.cli.documents import without_overlays

    hint = "`advisor explain RESULT --today` advises again with the knowledge here, and explains that."
    if missing := without_overlays(result, arguments.rules):
        hint += f" {missing}"
    elif arguments.rules and not result.knowledge.overlays:
        hint += " The result was made without --rules."
    return hint


def _differs(result: Recommendation, again: Recommendation) -> bool:
    parts = ("verdict", "ranking", "reasons", "vetoes")
    return any(getattr(result, part) != getattr(again, part) for part in parts)


def _explained(
    result: Recommendation,
    case: Case,
    basis: Basis,
    rules: list[Rule],
    others: dict[str, Answer],
    arguments: argparse.Namespace,
) -> ExplanationDocument:
    from advisor.decision.justification import justify
    from advisor.decision.silent import explain_rule
    from advisor.model.explanation import ExplanationDocument

    return ExplanationDocument(
        basis=basis,
        verdict=result.verdict,
        why=justify(case, result),
        why_not=_why_not(result, case, arguments.candidate),
        rules=tuple(explain_rule(case, result, rule) for rule in rules),
        what_if=_what_if(result, case, others) if others else None,
        flips=_flips(case, arguments) if arguments.flips else None,
        thresholds=_thresholds(case, arguments) if arguments.thresholds else None,
    )


def _why_not(result: Recommendation, case: Case, names: list[str]) -> tuple[WhyNot, ...]:
    """Of every candidate but the leader, or of those named."""
    from advisor.decision.justification import Justifier
    from advisor.decision.margins import margin
    from advisor.model.explanation import WhyNot

    justifier, leader = Justifier(case, result), result.verdict.leader
    return tuple(
        WhyNot(
            candidate=row.candidate,
            first_rank_share=row.first_rank_share,
            margin=margin(result, leader, row.candidate) if leader else None,
            vetoes=tuple(justifier.veto(veto) for veto in result.vetoes if veto.candidate == row.candidate),
        )
        for row in result.ranking
        if row.candidate != leader and (not names or row.candidate in names)
    )


def _what_if(result: Recommendation, case: Case, others: dict[str, Answer]) -> WhatIf:
    from advisor.decision.advise import advise
    from advisor.decision.what_if import changed_answers, compare

    answers, changes = changed_answers(result, others)
    after = advise(case.knowledge, answers, case.measurements, as_of=result.as_of, seed=result.seed)
    return compare(result, after, changes)


def _flips(case: Case, arguments: argparse.Namespace) -> FlipSearch:
    from advisor.decision.flips import smallest_flips

    with _shown("Sets of changes", arguments) as progress:
        return smallest_flips(case, arguments.flips, arguments.limit, progress=progress)


def _thresholds(case: Case, arguments: argparse.Namespace) -> Thresholds | None:
    from advisor.decision.thresholds import thresholds

    with _shown("Thresholds", arguments) as progress:
        return thresholds(case, progress)


@contextmanager
def _shown(what: str, arguments: argparse.Namespace) -> Iterator[OnProgress]:
    """Shows how far something has got, where somebody watches."""
    from advisor.cli.progress import Progress

    with Progress(arguments.quiet) as progress:
        yield lambda done, total: progress.show(f"{what}: {done:,} of at most {total:,} …")
