"""`advisor rules`: what the knowledge base asks, knows and cites."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from advisor.cli import flags
from advisor.errors import InvalidInput

if TYPE_CHECKING:
    from advisor.model.knowledge import Knowledge
    from advisor.model.question import Question
    from advisor.model.rule import Rule

_EXAMPLES = """\
  advisor rules                       how much there is of everything
  advisor rules questions             the questions and the answers they take
  advisor rules list deployment       the rules of a theme
  advisor rules show RULE             one rule with its sources
  advisor rules check --rules mine/   whether a folder of rules fits together with what ships
"""


def parser() -> flags.Parser:
    """The flags."""
    made = flags.make_parser("rules", "Shows and checks the knowledge base.", _EXAMPLES)
    made.add_argument("what", nargs="?", default="count", choices=("count", "questions", "list", "show", "check"))
    made.add_argument("name", nargs="?", help="a question, a theme or a rule")
    made.add_argument("--json", action="store_true", help="print the whole knowledge base as one JSON document")
    flags.add_knowledge(made)
    flags.add_output(made)
    return made


def run(arguments: argparse.Namespace) -> int:
    """Print what was asked for. Loading is the check: a mistake ends it with an error."""
    from advisor.knowledge.load import load

    knowledge = load(arguments.rules)
    if arguments.json:
        flags.emit(knowledge.model_dump_json(indent=2, by_alias=True, exclude_none=True), arguments.output)
        return 0
    writers = {"count": _count, "check": _count, "questions": _questions, "list": _list, "show": _show}
    flags.emit("\n".join(writers[arguments.what](knowledge, arguments.name)), arguments.output)
    return 0


def _count(knowledge: Knowledge, name: str | None) -> Iterator[str]:
    counts = {
        "questions": len(knowledge.questions),
        "criteria": len(knowledge.criteria),
        "candidates": len(knowledge.candidates),
        "derived facts": len(knowledge.derived),
        "probes": len(knowledge.probes),
        "metrics": len(knowledge.metric),
        "rules": len(knowledge.rules),
        "sources": len(knowledge.sources),
    }
    yield f"Knowledge {knowledge.edition.version} of {knowledge.edition.date}, {knowledge.content_hash[:19]}…"
    for what, count in counts.items():
        yield f"{count:6d} {what}"
    yield "Every reference resolves, every value lies in its domain, no derived fact depends on itself."


def _questions(knowledge: Knowledge, name: str | None) -> Iterator[str]:
    for question in _chosen(knowledge.question, name, "question"):
        yield from _question(question)


def _question(question: Question) -> Iterator[str]:
    yield f"{question.id}: {question.text}"
    match question.kind:
        case "number":
            yield f"    a number from {question.minimum:.10g} to {question.maximum:.10g} {question.unit}".rstrip()
        case "yes-no":
            yield "    yes or no"
        case "many":
            yield "    any of these, as a list:"
    for option in question.options:
        yield f"    {option.value:18}{option.text}"
    yield f"    Why: {question.why}"


def _list(knowledge: Knowledge, name: str | None) -> Iterator[str]:
    themes = {rule.theme: None for rule in knowledge.rules}
    if name and name not in themes:
        raise InvalidInput(f"there is no theme {name!r}", f"There are {', '.join(themes)}.")
    for rule in knowledge.rules:
        if name in (None, rule.theme):
            yield f"{rule.theme:16}{rule.id:44}{rule.because}"


def _show(knowledge: Knowledge, name: str | None) -> Iterator[str]:
    if not name:
        raise InvalidInput("`advisor rules show` takes a rule's id", "`advisor rules list` lists them.")
    for rule in _chosen({rule.id: rule for rule in knowledge.rules}, name, "rule"):
        yield from _rule(rule, knowledge)


def _rule(rule: Rule, knowledge: Knowledge) -> Iterator[str]:
    import yaml

    plain = rule.model_dump(mode="json", by_alias=True, exclude_none=True, exclude={"theme"})
    yield yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=110).rstrip()
    for name in rule.sources:
        source = knowledge.source[name]
        yield f"# {name}: {source.title} ({source.grade}, {source.date}, checked {source.checked})"
        yield f"#   {source.address}"


def _chosen(entries: dict, name: str | None, what: str) -> list:
    if name is None:
        return list(entries.values())
    if name not in entries:
        from difflib import get_close_matches

        near = get_close_matches(name, entries, 1)
        raise InvalidInput(f"there is no {what} {name!r}", f"Did you mean {near[0]!r}?" if near else "")
    return [entries[name]]
