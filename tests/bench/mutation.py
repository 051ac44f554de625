"""Mutation testing of the rules: `python tests/bench/mutation.py [--sample N]`.

Each rule is dropped, its condition negated, one of its tests changed, a strength's sign turned, or what it concludes
changed. A mutant is caught by the golden profiles, the documented decisions, or the checker. Prints the share caught
by what, and every survivor.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from advisor.knowledge.load import load
from advisor.model.knowledge import Knowledge
from advisor.model.rule import All, AnyOf, Condition, Derive, Evidence, Leaf, Not, Rule
from advisor.verification import checks
from advisor.verification.encoding import Encoding
from tests.support.documented import cases
from tests.support.profiles import approved, verdicts

KINDS = ("dropped", "negated", "test changed", "sign turned", "conclusion changed")


def mutants(knowledge: Knowledge) -> Iterator[tuple[str, str, Knowledge]]:
    """Kind, rule and the base with one rule mutated."""
    for index, rule in enumerate(knowledge.rules):
        for kind, mutated in _mutated(rule, knowledge):
            rules = (*knowledge.rules[:index], *mutated, *knowledge.rules[index + 1 :])
            stamp = f"{knowledge.content_hash}:{rule.id}:{kind}:{len(mutated)}:{hash(mutated)}"
            yield kind, rule.id, knowledge.model_copy(update={"rules": rules, "content_hash": stamp})


def _mutated(rule: Rule, knowledge: Knowledge) -> Iterator[tuple[str, tuple[Rule, ...]]]:
    yield "dropped", ()
    if rule.when is not None:
        yield "negated", (rule.model_copy(update={"when": Not.model_validate({"not": rule.when})}),)
        yield from (
            ("test changed", (rule.model_copy(update={"when": when}),)) for when in _changed(rule.when, knowledge)
        )
    for place, part in enumerate(rule.then):
        if isinstance(part, Evidence):
            turned = part.model_copy(update={"strength": -part.strength})
            yield "sign turned", (_with(rule, place, turned),)
        elif isinstance(part, Derive):
            values = knowledge.facts[part.derive].values
            other = values[(values.index(part.value) + 1) % len(values)]
            yield "conclusion changed", (_with(rule, place, part.model_copy(update={"value": other})),)


def _with(rule: Rule, place: int, part: object) -> Rule:
    return rule.model_copy(update={"then": (*rule.then[:place], part, *rule.then[place + 1 :])})


def _changed(condition: Condition, knowledge: Knowledge) -> Iterator[Condition]:
    """The condition with one of its tests changed, for each of its tests."""
    match condition:
        case Leaf():
            yield _other(condition, knowledge)
        case Not(not_=part):
            yield from (Not.model_validate({"not": each}) for each in _changed(part, knowledge))
        case All(all=parts) | AnyOf(any=parts):
            name = "all" if isinstance(condition, All) else "any"
            for place, part in enumerate(parts):
                for each in _changed(part, knowledge):
                    yield condition.model_copy(update={name: (*parts[:place], each, *parts[place + 1 :])})


def _other(leaf: Leaf, knowledge: Knowledge) -> Leaf:
    values = knowledge.facts[leaf.fact].values
    (name, operand), *_ = leaf.comparisons.items()
    if name == "known":
        return leaf.model_copy(update={"known": not operand})
    if name == "in":
        rest = tuple(value for value in values if value not in operand)
        return leaf.model_copy(update={"in_": rest or operand[:1]})
    if not values:
        return leaf.model_copy(update={name if name != "is" else "is_": operand + 1})
    if name == "is":
        return leaf.model_copy(update={"is_": values[(values.index(operand) + 1) % len(values)]})
    swapped = {"at_least": "at_most", "at_most": "at_least"}[name]
    return leaf.model_copy(update={name: None, swapped: operand})


def caught(mutant: Knowledge, golden: list, agreeing: list[bool]) -> str:
    """What catches a mutant; empty where nothing does."""
    if any(now != before for now, before in zip(verdicts(mutant), golden, strict=True)):
        return "golden profiles"
    written = {rule.written for rule in mutant.rules}
    if any(name not in written for claim in mutant.claims for name in claim.rules):
        return "a claim that rests on it"
    encoding = Encoding(mutant)
    for name in ("_unused", "_dead", "_redundant", "_in_vain", "_contradictory", "properties"):
        check = getattr(checks, name)
        if any(check(mutant if name == "_unused" else encoding)):
            return "the checker"
    if [case.agrees for case in cases(mutant)] != agreeing:
        return "documented decisions"
    return ""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sample", type=int, help="so many mutants, drawn at random (default: all)")
    sample = arguments.parse_args().sample
    knowledge = load()
    every = list(mutants(knowledge))
    if sample:
        every = random.Random(0).sample(every, sample)
    golden, agreeing = approved(), [case.agrees for case in cases(knowledge)]
    tried, by, survivors = Counter(), Counter(), []
    for number, (kind, rule, mutant) in enumerate(every, 1):
        tried[kind] += 1
        how = caught(mutant, golden, agreeing)
        by[how or "nothing"] += 1
        if not how:
            survivors.append((kind, rule))
        if number % 50 == 0:
            print(f"{number} of {len(every)}, {len(survivors)} survive", file=sys.stderr, flush=True)
    for how, count in by.most_common():
        print(f"{count:6d} caught by {how}")
    for kind in KINDS:
        alive = sum(each == kind for each, _ in survivors)
        print(f"{tried[kind]:6d} {kind}, {alive} survive")
    print(f"{1 - len(survivors) / len(every):.1%} of {len(every)} mutants are caught")
    for kind, rule in survivors:
        print(f"survives: {rule}, {kind}")


if __name__ == "__main__":
    main()
