"""An independent reading of rules: conditions by plain comparison, derived facts by repetition to a fixpoint.

It shares nothing with the engine but the model's types.
"""

from typing import Any

from advisor.model.knowledge import Knowledge
from advisor.model.rule import All, AnyOf, Derive, Leaf, Not


def values_of(knowledge: Knowledge, given: dict[str, Any]) -> dict[str, Any]:
    """Values of the asked facts for complete answers."""
    values: dict[str, Any] = {}
    for question in knowledge.questions:
        answer = given[question.id]
        if question.kind == "many":
            values.update({f"{question.id}.{o.value}": o.value in answer for o in question.options})
        else:
            values[question.id] = answer
    return values


def holds(knowledge: Knowledge, condition: Any, values: dict[str, Any]) -> bool:
    match condition:
        case None:
            return True
        case Leaf():
            value = values[condition.fact]
            ((comparison, operand),) = condition.comparisons.items()
            if comparison == "is":
                return value == operand
            if comparison == "in":
                return value in operand
            domain = knowledge.facts[condition.fact].values
            rank = domain.index if domain else float
            return rank(value) >= rank(operand) if comparison == "at_least" else rank(value) <= rank(operand)
        case Not(not_=part):
            return not holds(knowledge, part, values)
        case All(all=parts):
            return all(holds(knowledge, part, values) for part in parts)
        case AnyOf(any=parts):
            return any(holds(knowledge, part, values) for part in parts)
    raise AssertionError(condition)


def infer(knowledge: Knowledge, given: dict[str, Any]) -> tuple[dict[str, Any], list[bool]]:
    """All facts, and for each rule whether it fires."""
    values = values_of(knowledge, given)
    values.update({fact.id: fact.default for fact in knowledge.derived})
    for _ in range(len(knowledge.derived) + 1):
        concluded: dict[str, list[Any]] = {}
        for rule in knowledge.rules:
            if holds(knowledge, rule.when, values):
                for consequence in rule.then:
                    if isinstance(consequence, Derive):
                        concluded.setdefault(consequence.derive, []).append(consequence.value)
        for fact in knowledge.derived:
            values[fact.id] = max(concluded.get(fact.id, [fact.default]), key=fact.values.index)
    return values, [holds(knowledge, rule.when, values) for rule in knowledge.rules]


def known(knowledge: Knowledge, condition: Any, possible: dict[str, set[Any]]) -> bool | None:
    """A condition by Kleene's strong logic, of facts of which several values may be possible; None is unknown."""
    match condition:
        case None:
            return True
        case Leaf():
            found = {holds(knowledge, condition, {condition.fact: value}) for value in possible[condition.fact]}
            return found.pop() if len(found) == 1 else None
        case Not(not_=part):
            of_part = known(knowledge, part, possible)
            return None if of_part is None else not of_part
        case All(all=parts):
            of_parts = [known(knowledge, part, possible) for part in parts]
            return False if False in of_parts else None if None in of_parts else True
        case AnyOf(any=parts):
            of_parts = [known(knowledge, part, possible) for part in parts]
            return True if True in of_parts else None if None in of_parts else False
    raise AssertionError(condition)


def infer_unknown(knowledge: Knowledge, given: dict[str, set[Any]]) -> tuple[dict[str, set[Any]], list[bool | None]]:
    """The possible values of all facts from those of the asked ones, and for each rule whether it fires."""
    possible = {**given, **{fact.id: {fact.default} for fact in knowledge.derived}}
    for _ in range(len(knowledge.derived) + 1):
        states = [known(knowledge, rule.when, possible) for rule in knowledge.rules]
        for fact in knowledge.derived:
            conclusions = [
                (fact.values.index(consequence.value), state)
                for rule, state in zip(knowledge.rules, states, strict=True)
                for consequence in rule.then
                if isinstance(consequence, Derive) and consequence.derive == fact.id
            ]
            certain = max((rank for rank, state in conclusions if state is True), default=None)
            ranks = {
                rank for rank, state in conclusions if state is None and rank > (-1 if certain is None else certain)
            }
            ranks.add(fact.values.index(fact.default) if certain is None else certain)
            possible[fact.id] = {fact.values[rank] for rank in ranks}
    return possible, [known(knowledge, rule.when, possible) for rule in knowledge.rules]
