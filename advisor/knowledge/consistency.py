"""Checks that the entries of a knowledge base fit together: every name resolves, every value lies in its domain."""

import datetime
import re
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter

from advisor.errors import nearest
from advisor.knowledge.loaded import Loaded
from advisor.model.claim import Claim, Tried
from advisor.model.fact import Fact
from advisor.model.knowledge import Knowledge
from advisor.model.probe import SECONDS
from advisor.model.property import NotHelp, NotHurt, NotLower, Property
from advisor.model.rule import LEAST, Advise, Compare, Derive, Evidence, Leaf, Rule, Veto, Warn
from advisor.model.source import Source
from advisor.model.trade_off import TradeOff

UNDATED = "undated"
SOURCE_DATE = rf"\d{{4}}(-\d\d){{0,2}}|{UNDATED}"
"""How a source's date is written, as far as a pattern can say it."""


def require_consistent(knowledge: Knowledge, loaded: Loaded) -> None:
    """Raise the error of the first entry that refers to something that isn't there or can't be.

    Raises `InvalidKnowledge`, naming file, line and field.
    """
    levels = tuple(level.value for level in knowledge.settings.importance)
    for criterion in knowledge.criteria:
        fact = knowledge.facts.get(criterion.importance)
        if fact is None or fact.values != levels:
            raise loaded.problem(
                "criteria",
                criterion.id,
                ("importance",),
                f"importance: {criterion.importance!r} must be a fact with the values {', '.join(levels)}",
            )
    _check_groups(knowledge, loaded)
    for fact in knowledge.derived:
        if fact.default not in fact.values:
            raise loaded.problem("derived", fact.id, ("default",), f"default: must be one of {_listed(fact.values)}")
    for source in knowledge.sources:
        _check_source(source, knowledge, loaded)
    _check_metrics(knowledge, loaded)
    for rule in knowledge.rules:
        _check_rule(rule, knowledge, loaded)
    # A claim keeps its verdict though a team has retired a rule that rests on it.
    written = {rule.written for rule in knowledge.rules} | loaded.retired
    for claim in knowledge.claims:
        _check_claim(claim, knowledge, written, loaded)
    for each in knowledge.properties:
        _check_property(each, knowledge, loaded)
    for trade_off in knowledge.trade_offs:
        _check_trade_off(trade_off, knowledge, written, loaded)
    _require_acyclic(knowledge, loaded)


def _check_source(source: Source, knowledge: Knowledge, loaded: Loaded) -> None:
    def wrong(field: str, message: str, hint: str = "") -> Exception:
        return loaded.problem("sources", source.id, (field,), f"{field}: {message}", hint)

    if source.grade not in knowledge.settings.strength_error:
        raise wrong("grade", "settings.strength_error doesn't have it")
    if source.kind not in knowledge.settings.review_months:
        raise wrong("kind", "settings.review_months doesn't have it")
    if not _is_date(source.date):
        raise wrong("date", f"must be a year, a month or a day such as 2026-11-30, or `undated`, not {source.date!r}")
    months = source.checked.month - 1 + knowledge.settings.review_months[source.kind]
    if source.checked.year + months // 12 > datetime.MAXYEAR:
        problem = f"{source.checked} lies so far ahead that no date of review follows it"
        raise wrong("checked", problem, "Write the day on which it was last read.")


def _is_date(text: str) -> bool:
    """Whether it is a day, a month or a year, or says that there is none."""
    if not re.fullmatch(SOURCE_DATE, text):
        return False
    try:
        datetime.date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return text == UNDATED
    return True


def _check_groups(knowledge: Knowledge, loaded: Loaded) -> None:
    """Where there are groups, every criterion belongs to one and no group is empty."""
    names = [group.id for group in knowledge.groups]
    for criterion in knowledge.criteria:
        problem = None
        if criterion.group is not None:
            problem = _missing("group", criterion.group, names)
        elif names:
            problem = f"every criterion belongs to one of the groups {', '.join(names)}"
        if problem:
            raise loaded.problem("criteria", criterion.id, ("group",), f"group: {problem}")
    used = {criterion.group for criterion in knowledge.criteria}
    for name in names:
        if name not in used:
            hint = "Give a criterion this group, or leave the group out."
            raise loaded.problem("groups", name, ("id",), "no criterion belongs to it", hint)


def _check_property(each: Property, knowledge: Knowledge, loaded: Loaded) -> None:
    def wrong(field: str, message: str) -> Exception:
        return loaded.problem("properties", each.id, (field,), f"{field}: {message}")

    fact = knowledge.facts.get(each.rises)
    if fact is None or fact.kind == "derived":
        known = (name for name, other in knowledge.facts.items() if other.kind != "derived")
        raise wrong("rises", f"there is no asked or measured fact {each.rises!r}{like(each.rises, known)}")
    ends = {"from": each.from_, "to": each.to}
    if not _rises(fact) and set(ends.values()) == {None}:
        raise wrong("rises", f"the values of {each.rises} have no order; give `from`, `to` or both")
    for name, value in ends.items():
        if value is not None and fact.values and value not in fact.values:
            raise wrong(name, f"{each.rises} must be one of {_listed(fact.values)}, not {value!r}")
    problem = None
    match each.then:
        case NotLower(not_lower=name):
            target = knowledge.facts.get(name)
            if target is None or not _rises(target):
                problem = f"there is no ordered fact {name!r}{like(name, knowledge.facts)}"
        case NotHurt(not_hurt=name, criterion=criterion) | NotHelp(not_help=name, criterion=criterion):
            problem = _missing("candidate", name, knowledge.candidate)
            if criterion:
                problem = problem or _missing("criterion", criterion, knowledge.criterion)
    if problem:
        raise wrong("then", problem)


def _rises(fact: Fact) -> bool:
    """Whether its values run from low to high: levels, numbers, and false before true."""
    return fact.ordered or fact.numeric or fact.values == (False, True)


def _check_rule(rule: Rule, knowledge: Knowledge, loaded: Loaded) -> None:
    def wrong(path: tuple[str | int, ...], message: str) -> Exception:
        return loaded.problem("rules", rule.id, path, message)

    for index, source in enumerate(rule.sources):
        if source not in knowledge.source:
            raise wrong(("sources", index), f"sources: there is no source {source!r}{like(source, knowledge.source)}")
    for leaf in rule.leaves():
        problem = leaf_problem(leaf, knowledge.facts)
        if problem:
            raise wrong(("when",), f"when: {problem}")
    criteria = knowledge.criterion
    for index, consequence in enumerate(rule.then):
        if getattr(consequence, "strength", None) == 0:
            at = ("then", index, "strength")
            raise wrong(at, f"then.{index}.strength: a strength of 0 says nothing; the least is {LEAST:g}")
        problem = None
        match consequence:
            case Derive(derive=name, value=value):
                fact = knowledge.facts.get(name)
                if fact is None or fact.kind != "derived":
                    problem = (
                        f"derive: there is no derived fact {name!r}{like(name, (f.id for f in knowledge.derived))}"
                    )
                elif value not in fact.values:
                    problem = f"value: {name} must be one of {_listed(fact.values)}, not {value!r}"
            case Veto(veto=name):
                problem = _missing("candidate", name, knowledge.candidate)
            case Evidence(evidence=name, criterion=criterion):
                problem = _missing("candidate", name, knowledge.candidate) or _missing("criterion", criterion, criteria)
            case Compare(compare=name, criterion=criterion):
                problem = _missing("metric", name, knowledge.metric) or _missing("criterion", criterion, criteria)
            case Warn(candidate=name) | Advise(candidate=name):
                problem = _missing("candidate", name, knowledge.candidate) if name else None
        if problem:
            raise wrong(("then", index), f"then: {problem}")


def _check_claim(claim: Claim, knowledge: Knowledge, written: set[str], loaded: Loaded) -> None:
    references: list[tuple[str, int, str, str, Iterable[str]]] = [
        *(("sources", index, "source", name, knowledge.source) for index, name in enumerate(claim.sources)),
        *(("probes", index, "probe", name, knowledge.probe) for index, name in enumerate(claim.probes)),
        *(("rules", index, "rule", name, written) for index, name in enumerate(claim.rules)),
    ]
    for index, test in enumerate(claim.here):
        references.append(("here", index, "candidate", test.candidate, knowledge.candidate))
        if isinstance(test, Tried):
            references.append(("here", index, "probe", test.probe, knowledge.probe))
        else:
            references.append(("here", index, "metric", test.metric, knowledge.metric))
            references.append(("here", index, "candidate", test.rival, knowledge.candidate))
    for field, index, kind, name, known in references:
        if problem := _missing(kind, name, known):
            raise loaded.problem("claims", claim.id, (field, index), f"{field}: {problem}")


def _check_trade_off(trade_off: TradeOff, knowledge: Knowledge, written: set[str], loaded: Loaded) -> None:
    def wrong(path: tuple[str | int, ...], message: str) -> Exception:
        return loaded.problem("trade_offs", trade_off.id, path, message)

    if trade_off.id in knowledge.question:
        raise wrong(("id",), f"id: there is a question {trade_off.id!r} already, and answers are kept by these names")
    for name, side in (("left", trade_off.left), ("right", trade_off.right)):
        if problem := _missing("criterion", side.criterion, knowledge.criterion):
            raise wrong((name, "criterion"), f"{name}.criterion: {problem}")
        for index, rule in enumerate(side.rules):
            if problem := _missing("rule", rule, written):
                raise wrong((name, "rules", index), f"{name}.rules: {problem}")


def _check_metrics(knowledge: Knowledge, loaded: Loaded) -> None:
    seen: dict[str, str] = {}
    for probe in knowledge.probes:
        for index, metric in enumerate(probe.metrics):
            if metric.id in seen:
                message = f"metrics: {metric.id!r} is already a metric of the probe {seen[metric.id]!r}"
                raise loaded.problem("probes", probe.id, ("metrics", index), message)
            seen[metric.id] = probe.id
            for name in (metric.id, *metric.repaid_by) if metric.repaid_by else ():
                problem = _missing("metric", name, knowledge.metric)
                if not problem and knowledge.metric[name].unit not in SECONDS:
                    problem = f"{name} isn't a time, in {', '.join(SECONDS)}"
                if problem:
                    at = ("metrics", index, "repaid_by")
                    raise loaded.problem("probes", probe.id, at, f"metrics.{index}.repaid_by: {problem}")


def leaf_problem(leaf: Leaf, facts: dict[str, Fact]) -> str | None:
    """What is wrong with a test of a fact, or None."""
    fact = facts.get(leaf.fact)
    if fact is None:
        return f"there is no fact {leaf.fact!r}{like(leaf.fact, facts)}"
    ((comparison, operand),) = leaf.comparisons.items()
    if comparison == "known":
        return None if fact.kind == "measured" else f"known: {fact.id} isn't measured; only measured facts take it"
    if comparison in ("at_least", "at_most") and not (fact.ordered or fact.numeric):
        return f"{comparison}: the values of {fact.id} have no order; use `in`"
    for value in operand if comparison == "in" else (operand,):
        if fact.numeric:
            if isinstance(value, (bool, str)):
                return f"{comparison}: {fact.id} is a number, not {value!r}"
            low, high = fact.minimum, fact.maximum
            if (low is not None and value < low) or (high is not None and value > high):
                return f"{comparison}: {fact.id} lies between {low:.10g} and {high:.10g}, {value:.10g} decides nothing"
        elif not any(value is known or (value == known and type(value) is type(known)) for known in fact.values):
            return f"{comparison}: {fact.id} must be one of {_listed(fact.values)}, not {value!r}"
    return None


def _require_acyclic(knowledge: Knowledge, loaded: Loaded) -> None:
    needs: dict[str, set[str]] = {fact.id: set() for fact in knowledge.derived}
    by_target: dict[str, str] = {}
    for rule in knowledge.rules:
        for consequence in rule.then:
            if isinstance(consequence, Derive):
                needs[consequence.derive] |= {leaf.fact for leaf in rule.leaves()} & needs.keys()
                by_target[consequence.derive] = rule.id
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as problem:
        cycle = problem.args[1]
        raise loaded.problem(
            "rules",
            by_target[cycle[0]],
            ("then",),
            f"derived facts depend on themselves: {' → '.join(reversed(cycle))}",
            "Break the cycle: a fact may only be derived from facts that don't depend on it.",
        ) from None


def _missing(kind: str, name: str, known: Iterable[str]) -> str | None:
    known = list(known)
    return None if name in known else f"there is no {kind} {name!r}{like(name, known)}"


def like(name: str, known: Iterable[str]) -> str:
    """The end of a message on a name that isn't known: the nearest that is, if any is near."""
    near = nearest(name, known)
    return f"; did you mean {near!r}?" if near else ""


def _listed(values: Iterable[object]) -> str:
    return ", ".join(str(value).lower() if isinstance(value, bool) else str(value) for value in values)
