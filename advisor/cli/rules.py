"""`advisor rules`: what the knowledge base asks, knows and cites."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from advisor.cli import flags
from advisor.errors import Exit, InvalidInput, did_you_mean

if TYPE_CHECKING:
    from advisor.model.knowledge import Knowledge
    from advisor.model.question import Question
    from advisor.model.rule import Rule

_EXAMPLES = """\
  advisor rules                       how much there is of everything
  advisor rules questions             the questions and the answers they take
  advisor rules list deployment       the rules of a theme
  advisor rules show RULE             one rule with its sources
  advisor rules claims                familiar claims: what sources say, and what this machine says
  advisor rules stale --as-of 2027-06-01   sources that should have been read again by then
  advisor rules check                 verify the whole base over all answers
  advisor rules check --rules mine/   the same with a folder of your own
  advisor rules diff shipped mine/    for which answers a folder of your own changes the verdict
  advisor rules diff old/ new/ --json --fail-on change

To `diff`, a folder with the section `knowledge` is a whole base, any other lies on the shipped one.
"""


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser("rules", "Shows and checks the knowledge base.", _EXAMPLES)
    made.add_argument("what", nargs="?", default="count", choices=(*_WRITERS, "check", "diff"))
    made.add_argument("name", nargs="?", help="a question, a theme, a rule or a claim; to `diff`, the old folder")
    made.add_argument("other", nargs="?", help="to `diff`, the new folder; either may be `shipped`")
    made.add_argument(
        "--json", action="store_true", help="print the whole knowledge base (nothing else given), or the diff, as JSON"
    )
    made.add_argument(
        "--sets", type=int, metavar="N", default=20_000, help="to `diff`: sets of answers (default 20000)"
    )
    made.add_argument("--seed", type=flags.seed, default=0, help="to `diff`: fixes every random draw (default 0)")
    made.add_argument(
        "--fail-on",
        choices=("change", "unproven"),
        help="to `diff`: exit with 6 if answers are found for which the verdict changes, or unless it is proven "
        "for everybody that it doesn't",
    )
    made.add_argument(
        "--as-of", metavar="DATE", type=flags.date, help="the date by which sources are stale; to `check`, today"
    )
    flags.add_measurements(made, "this machine's, for claims (default: those kept)")
    flags.add_pythons(made)
    made.set_defaults(probe=None, fresh=False)
    flags.add_knowledge(made)
    flags.add_output(made)
    return made


def run(arguments: argparse.Namespace) -> int:
    """Print what was asked for. What doesn't fit together ends loading with an error; what fits together and is
    wrong all the same, `check` finds."""
    if arguments.what == "diff":
        from advisor.cli import rules_diff

        return rules_diff.run(arguments)
    _require_fitting(arguments)
    from advisor.knowledge.load import load

    knowledge = load(arguments.rules)
    if arguments.what == "check":
        return _check(knowledge, arguments)
    if arguments.json:
        flags.emit(knowledge.model_dump_json(indent=2, by_alias=True, exclude_none=True), arguments.output)
        return 0
    flags.emit("\n".join(_WRITERS[arguments.what](knowledge, arguments)), arguments.output)
    return 0


def _require_fitting(arguments: argparse.Namespace) -> None:
    if arguments.other:
        raise InvalidInput(f"unrecognized arguments: {arguments.other}", "Only `advisor rules diff` takes two.")
    if arguments.name is not None and arguments.what in ("check", "count", "stale"):
        raise InvalidInput(
            f"`advisor rules {arguments.what}` takes no name: {arguments.name!r}",
            f"Did you mean `--rules {arguments.name}`?",
        )
    if arguments.json and arguments.what != "count":
        instead = (
            "the exit code says what came of it" if arguments.what == "check" else "`advisor rules --json` has it all"
        )
        raise InvalidInput(f"`advisor rules {arguments.what}` prints text", f"Leave out --json; {instead}.")


def _count(knowledge: Knowledge, arguments: argparse.Namespace) -> Iterator[str]:
    counts = {
        "questions": len(knowledge.questions),
        "trade-offs": len(knowledge.trade_offs),
        "groups of criteria": len(knowledge.groups),
        "criteria": len(knowledge.criteria),
        "candidates": len(knowledge.candidates),
        "derived facts": len(knowledge.derived),
        "probes": len(knowledge.probes),
        "metrics": len(knowledge.metric),
        "rules": len(knowledge.rules),
        "claims": len(knowledge.claims),
        "sources": len(knowledge.sources),
    }
    yield f"Knowledge {knowledge.edition.version} of {knowledge.edition.date}, {knowledge.content_hash[:19]}…"
    for what, count in counts.items():
        yield f"{count:6d} {what}"
    yield "Every reference resolves, every value lies in its domain, no derived fact depends on itself."


def _check(knowledge: Knowledge, arguments: argparse.Namespace) -> int:
    """Verify the whole base, and say by the exit code whether it is clean."""
    from advisor.verification.checks import PROPERTIES, verify

    if not arguments.quiet:
        print("Verifying over all answers; this takes some seconds.", file=sys.stderr, flush=True)
    report = verify(knowledge, flags.as_of(arguments))
    lines = [f"{report.proven[name]:6d} {text}" for name, text in PROPERTIES.items()]
    for defect in report.defects:
        lines.append(f"{defect.kind}: {defect.subject}: {defect.text}")
        lines += [f"    {fact} = {str(value).lower()}" for fact, value in defect.witness.items()]
    lacking = list(_without_program(knowledge))
    lines += lacking
    found = len(report.defects) + len(lacking)
    lines.append("Nothing is wrong." if not found else f"{found} defect{'s' * (found > 1)}.")
    flags.emit("\n".join(lines), arguments.output)
    return Exit.FAILURE if found else Exit.ANSWERED


def _without_program(knowledge: Knowledge) -> Iterator[str]:
    """Of each probe that nothing runs, which program there would have to be."""
    from advisor.assets import probes_dir

    for probe in knowledge.probes:
        program = f"probe_{(probe.program or probe.id).replace('-', '_')}.py"
        if not (probes_dir() / program).is_file():
            yield f"never tried: probe {probe.id}: there is no probes/{program}"


def _questions(knowledge: Knowledge, arguments: argparse.Namespace) -> Iterator[str]:
    for question in _chosen(knowledge.askable, arguments.name, "question"):
        yield from _question(question)


def _question(question: Question) -> Iterator[str]:
    yield f"{question.id}: {question.text}"
    match question.kind:
        case "number":
            yield f"    {question.span} {question.unit}".rstrip()
        case "yes-no":
            yield "    yes or no"
        case "many":
            yield "    any of these, as a list:"
    for option in question.options:
        yield f"    {option.value:18}{option.text}"
    yield f"    Why: {question.why}"


def _list(knowledge: Knowledge, arguments: argparse.Namespace) -> Iterator[str]:
    name = arguments.name
    themes = {rule.theme: None for rule in knowledge.rules}
    if name and name not in themes:
        raise InvalidInput(f"there is no theme {name!r}", f"There are {', '.join(themes)}.")
    for rule in knowledge.rules:
        if name in (None, rule.theme):
            yield f"{rule.theme:16}{rule.id:44}{rule.because}"


def _show(knowledge: Knowledge, arguments: argparse.Namespace) -> Iterator[str]:
    if not arguments.name:
        raise InvalidInput("`advisor rules show` takes a rule's id", "`advisor rules list` lists them.")
    for rule in _chosen({rule.id: rule for rule in knowledge.rules}, arguments.name, "rule"):
        yield from _rule(rule, knowledge)


def _rule(rule: Rule, knowledge: Knowledge) -> Iterator[str]:
    import yaml

    plain = rule.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"theme"})
    yield yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=110).rstrip()
    for name in rule.sources:
        source = knowledge.source[name]
        yield f"# {name}: {source.title} ({source.grade}, {source.date}, checked {source.checked})"
        yield f"#   {source.address}"


def _claims(knowledge: Knowledge, arguments: argparse.Namespace) -> Iterator[str]:
    from advisor.cli.measuring import gather_measurements, survey_begun
    from advisor.decision.claims import judge
    from advisor.report.words import TESTED

    with survey_begun(arguments) as survey:
        measurements = gather_measurements(knowledge, arguments, survey)
    chosen = _chosen({claim.id: claim for claim in knowledge.claims}, arguments.name, "claim")
    for claim in chosen:
        here, findings = judge(claim, measurements)
        yield f"{claim.id}: {claim.claim}"
        yield f"    {claim.verdict.replace('-', ' ')}: {claim.why}"
        yield f"    here: {here.replace('-', ' ')}" + ("" if claim.here else " (nothing that a probe could settle)")
        for finding in findings:
            yield f"      {TESTED[finding.holds]:5}{finding.text}: {finding.seen}"
        if arguments.name:
            yield f"    sources: {', '.join(claim.sources)}"
            yield f"    rules: {', '.join(claim.rules) or 'none'}"
    counts = {claim.verdict: 0 for claim in chosen}
    for claim in chosen:
        counts[claim.verdict] += 1
    yield ", ".join(f"{count} {verdict.replace('-', ' ')}" for verdict, count in counts.items())


def _stale(knowledge: Knowledge, arguments: argparse.Namespace) -> Iterator[str]:
    from advisor.decision.ageing import review_by
    from advisor.report.words import PAST_REVIEW

    as_of = flags.as_of(arguments)
    dated = sorted(((review_by(knowledge, source), source) for source in knowledge.sources), key=lambda pair: pair[0])
    stale = [(day, source) for day, source in dated if day < as_of]
    for day, source in stale:
        resting = sum(source.id in rule.sources for rule in knowledge.rules)
        yield f"{source.id:32}since {day}, {resting} rules rest on it: {source.address}"
    yield f"{len(stale)} of {len(knowledge.sources)} sources are {PAST_REVIEW} on {as_of}" + (
        "" if stale else f"; the first is due on {dated[0][0]} ({dated[0][1].id})"
    )


_WRITERS = {
    "count": _count,
    "questions": _questions,
    "list": _list,
    "show": _show,
    "claims": _claims,
    "stale": _stale,
}


def _chosen(entries: dict, name: str | None, what: str) -> list:
    if name is None:
        return list(entries.values())
    if name not in entries:
        lists = {"rule": "list"}.get(what, f"{what}s")
        hint = did_you_mean(name, entries, f"`advisor rules {lists}` lists them.")
        raise InvalidInput(f"there is no {what} {name!r}", hint)
    return [entries[name]]
