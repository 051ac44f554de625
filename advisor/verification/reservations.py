"""What reads otherwise in one of two knowledge bases and counts only where a question is open, a trade-off is answered
or a source is old, so that comparing complete answers doesn't show it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence

from advisor.decision.ageing import review_by
from advisor.engine.domain import Domain
from advisor.engine.program import compile_knowledge
from advisor.engine.terms import Term, Terms
from advisor.model.difference import Reservation
from advisor.model.knowledge import Knowledge
from advisor.model.rule import Compare, Derive, Evidence, Rule, Veto
from advisor.model.source import Source
from advisor.model.trade_off import TradeOff
from advisor.verification.sameness import age, difference, finer

_OPEN = "which counts for whoever leaves {} open"
_TRADED = "which moves the weights of whoever answers {}"


def reservations(old: Knowledge, new: Knowledge, same: bool) -> Iterator[Reservation]:
    """Everything of that kind. `same` says that complete answers are proven to have the same effects on both sides:
    then it is proven, too, that evidence ages alike unless something is said of its age."""
    yield from _left_open(old, new)
    yield from _traded(old, new)
    if not same:
        yield from _ageing(old, new)
        return
    yield from _certain(old, new)
    if difference(old, new, aged=True):
        some = "some evidence rests on sources that are to be read again on other days"
        yield from list(_ageing(old, new)) or [Reservation(what="age", id="sources", text=some)]


def _left_open(old: Knowledge, new: Knowledge) -> Iterator[Reservation]:
    """What changes how answers are drawn that nobody gave."""
    for constant, of in (("usual_share", "a question with a usual answer"), ("worth_asking", "a question")):
        if getattr(old.settings, constant) != getattr(new.settings, constant):
            text = f"the constant `{constant}` is another, {_OPEN.format(of)}"
            yield Reservation(what="open-answers", id=constant, text=text)
    before, after = (compile_knowledge(side).domains for side in (old, new))
    for name, question in old.question.items():
        other = new.question.get(name)
        if other is None:
            continue
        if question.kind == other.kind == "number" and before[name].cuts != after[name].cuts:
            text = f"rules have other thresholds on `{name}`, so that it is drawn otherwise, {_OPEN.format('it')}"
            yield Reservation(what="open-answers", id=name, text=text)
        if question.usual != other.usual:
            text = f"the usual answer to `{name}` is another, {_OPEN.format('it')}"
            yield Reservation(what="open-answers", id=name, text=text)


def _certain(old: Knowledge, new: Knowledge) -> Iterator[Reservation]:
    """The rules of which other things are certain while questions are open, by Kleene's logic: "a or not a" is true of
    every complete answer, and unknown of none."""
    sides = [compile_knowledge(side).domains for side in (old, new)]
    # Only numbers are divided otherwise on the two sides; a derived fact may be on one side alone.
    numbers = [name for name, domain in sides[0].items() if domain.fact.numeric and name in sides[1]]
    common = {name: finer(sides[0][name], sides[1][name]) for name in numbers}
    before, after = (list(_effects(side, {**own, **common})) for side, own in zip((old, new), sides, strict=True))
    said = [{effect for _, effect in side} for side in (before, after)]
    for name in dict.fromkeys(
        name for name, effect in (*before, *after) if not (effect in said[0] and effect in said[1])
    ):
        text = f"the condition of `{name}` is written in another way, which may show in scores while questions are open"
        yield Reservation(what="certainty", id=name, text=text)


def _effects(knowledge: Knowledge, domains: Mapping[str, Domain]) -> Iterator[tuple[str, tuple]]:
    """What each rule does that counts, with its condition as terms, under the rule's name."""
    for rule in knowledge.rules:
        parts: dict[str, Sequence[Term]] = {}
        terms = frozenset(Terms(domains, parts).of(rule.when))
        for part in rule.then:
            if isinstance(part, Derive | Veto | Evidence | Compare):
                yield rule.id, (part, terms, frozenset((name, frozenset(each)) for name, each in parts.items()))


def _traded(old: Knowledge, new: Knowledge) -> Iterator[Reservation]:
    if old.settings.consistency != new.settings.consistency:
        text = f"the constant `consistency` is another, {_TRADED.format('a trade-off')}"
        yield Reservation(what="trade-offs", id="consistency", text=text)
    for name in dict.fromkeys((*old.trade_off, *new.trade_off)):
        one, other = old.trade_off.get(name), new.trade_off.get(name)
        if _worth(one) != _worth(other):
            how = "reads otherwise" if one and other else "stands on one side only"
            text = f"the trade-off `{name}` {how}, {_TRADED.format('it')}"
            yield Reservation(what="trade-offs", id=name, text=text)


def _worth(trade_off: TradeOff | None) -> list[tuple[str, float]] | None:
    """What of a trade-off weights are learned from."""
    return trade_off and [(side.criterion, side.strength) for side in (trade_off.left, trade_off.right)]


def _ageing(old: Knowledge, new: Knowledge) -> Iterator[Reservation]:
    """The sources that are due for review on other days, and the rules that rest on others, as far as evidence ages by
    them."""
    ageing = [{rule.id: rule for rule in side.rules if _ages(rule)} for side in (old, new)]
    cited = [{name for rule in rules.values() for name in rule.sources} for rules in ageing]
    for name in (source.id for source in old.sources if source.id in cited[0] & cited[1]):
        before, after = (_due(side, side.source[name]) for side in (old, new))
        if before != after:
            text = f"the source `{name}` counts for less from {after[0]} on, on the old side from {before[0]} on"
            halves = "" if before[1] == after[1] else f", by half every {after[1]} months instead of {before[1]}"
            yield Reservation(what="age", id=name, text=text + halves)
    for name, rule in ageing[0].items():
        other = ageing[1].get(name)
        if other and {*rule.sources} != {*other.sources} and age(old, rule) != age(new, other):
            yield Reservation(what="age", id=name, text=f"the rule `{name}` rests on sources of another age")


def _ages(rule: Rule) -> bool:
    return any(isinstance(part, Evidence) for part in rule.then)


def _due(knowledge: Knowledge, source: Source) -> tuple[datetime.date, int]:
    """The day from which a source counts for less, and in how many months by half."""
    return review_by(knowledge, source), knowledge.settings.review_months[source.kind]
