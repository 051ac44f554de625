"""Why each rule fired, and what keeps the others from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from advisor.engine.program import Evaluation, Program
from advisor.model.knowledge import Knowledge
from advisor.model.recommendation import Fired, Trace, Waiting
from advisor.model.rule import All, AnyOf, Condition, Leaf, Not, Rule


def trace(knowledge: Knowledge, program: Program, evaluation: Evaluation) -> Trace:
    """The trace of one evaluation of a single answer set."""
    fired, waiting = [], []
    facts: Mapping[str, int] = evaluation.facts
    for rule, true, false in zip(knowledge.rules, evaluation.fired, evaluation.excluded, strict=True):
        if true:
            grounds = dict.fromkeys(fact for fact, _ in support(rule.when, program, facts))
            values = {fact: program.domains[fact].value(facts[fact]) for fact in grounds}
            # Some tests hold of every value that is still possible; such a fact isn't known and is left out.
            fired.append(Fired(rule=rule.id, facts={f: v for f, v in values.items() if v is not None}))
        elif not false:
            waiting.append(Waiting(rule=rule.id, unknown=tuple(dict.fromkeys(_unknown(rule.when, program, facts)))))
    derived = {fact.id: program.domains[fact.id].value(facts[fact.id]) for fact in knowledge.derived}
    return Trace(fired=tuple(fired), waiting=tuple(waiting), derived=derived)


def support(
    condition: Condition | None, program: Program, facts: Mapping[str, int], wanted: bool = True
) -> Iterator[tuple[str, int]]:
    """The facts on which a condition's being true (or false, if not `wanted`) rests, each with the mask of values
    that would do; for a disjunction those of the parts that hold."""
    match condition:
        case Leaf(fact=name):
            yield name, program.domains[name].satisfying(condition, wanted)
        case Not(not_=part):
            yield from support(part, program, facts, not wanted)
        case All(all=parts) | AnyOf(any=parts):
            every = isinstance(condition, All) == wanted
            for part in parts:
                if every or holds(part, program, facts, wanted):
                    yield from support(part, program, facts, wanted)


def holds(condition: Condition, program: Program, facts: Mapping[str, int], wanted: bool = True) -> bool:
    """Whether a condition is true (or false, if not `wanted`) of what is known of the facts."""
    match condition:
        case Leaf(fact=name):
            return not facts[name] & ~program.domains[name].satisfying(condition, wanted)
        case Not(not_=part):
            return holds(part, program, facts, not wanted)
        case All(all=parts) | AnyOf(any=parts):
            quantifier = all if isinstance(condition, All) == wanted else any
            return quantifier(holds(part, program, facts, wanted) for part in parts)
    raise TypeError(f"not a condition: {condition!r}")


def _unknown(condition: Condition | None, program: Program, facts: Mapping[str, int]) -> Iterator[str]:
    """The facts of the tests that are neither true nor false."""
    match condition:
        case Leaf(fact=name):
            if not holds(condition, program, facts) and not holds(condition, program, facts, False):
                yield name
        case Not(not_=part):
            yield from _unknown(part, program, facts)
        case All(all=parts) | AnyOf(any=parts):
            for part in parts:
                yield from _unknown(part, program, facts)


class Grounds:
    """Which answers, measured facts and rules a fired rule rests on, derived facts followed to their roots.

    The grounds suffice: with everything else forgotten the rule would still fire.
    """

    def __init__(self, knowledge: Knowledge, program: Program, evaluation: Evaluation) -> None:
        """`evaluation` is that of a single answer set."""
        self._knowledge = knowledge
        self._program = program
        self._evaluation = evaluation
        self._concluding: dict[str, list[tuple[int, int]]] = {
            derivation.fact: list(derivation.conclusions) for derivation in program.derivations
        }

    def of(self, rule: Rule) -> tuple[list[Rule], list[str]]:
        """The rules that led to `rule` firing, itself first, and the base facts that they rest on."""
        rules: dict[str, Rule] = {rule.id: rule}
        facts: dict[str, None] = {}
        self._follow(rule.when, True, rules, facts)
        return list(rules.values()), list(facts)

    def of_fact(self, fact: str) -> tuple[list[Rule], list[str]]:
        """The same for a fact: what makes it no lower than it is."""
        rules: dict[str, Rule] = {}
        facts: dict[str, None] = {}
        mask = self._evaluation.facts[fact]
        self._follow_fact(fact, -(mask & -mask), rules, facts)
        return list(rules.values()), list(facts)

    def _follow(
        self, condition: Condition | None, wanted: bool, rules: dict[str, Rule], facts: dict[str, None]
    ) -> None:
        for fact, mask in support(condition, self._program, self._evaluation.facts, wanted):
            self._follow_fact(fact, mask, rules, facts)

    def _follow_fact(self, fact: str, allowed: int, rules: dict[str, Rule], facts: dict[str, None]) -> None:
        """Why the fact's value lies in `allowed`: the rules that conclude the highest value certain, and what keeps
        those from firing that would conclude a higher one outside."""
        if fact not in self._concluding:
            facts[fact] = None
            return
        certain = max((bit for bit, rule in self._concluding[fact] if self._evaluation.fired[rule]), default=0)
        for bit, index in self._concluding[fact]:
            rule = self._knowledge.rules[index]
            if bit == certain and self._evaluation.fired[index]:
                if rule.id not in rules:
                    rules[rule.id] = rule
                    self._follow(rule.when, True, rules, facts)
            elif bit > certain and not bit & allowed:
                self._follow(rule.when, False, rules, facts)
