"""Other rule engines given the rules of a knowledge base: CLIPS, zen-engine and the Rust binding of CEL.

Each takes answer sets as dictionaries of values by fact, levels as numbers from 0, and gives what `tally` gives. Only
conditions that join tests and negated tests by `all` are translated, and only evidence and vetoes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from advisor.model.knowledge import Knowledge
from advisor.model.rule import All, Evidence, Leaf, Not, Rule, Veto

Plain = Mapping[str, str | int]
"""One answer set."""
Result = tuple[tuple[int, ...], tuple[int, ...]]
"""By candidate: the strengths that speak for it less those that speak against, and whether it is ruled out."""
Engine = Callable[[Sequence[Plain]], list[Result]]


@dataclass(frozen=True)
class Test:
    """A test of one fact: `==`, `!=`, `in`, `>=` or `<=`."""

    fact: str
    comparison: str
    operand: str | int | tuple[str, ...]


def tests(knowledge: Knowledge, rule: Rule) -> list[Test]:
    """What the condition of a rule joins."""
    assert isinstance(rule.when, All)
    found = []
    for part in rule.when.all:
        negated = isinstance(part, Not)
        leaf = part.not_ if isinstance(part, Not) else part
        assert isinstance(leaf, Leaf)
        ((comparison, operand),) = leaf.comparisons.items()
        if comparison in ("at_least", "at_most"):
            assert not negated
            level = knowledge.facts[leaf.fact].values.index(operand)
            found.append(Test(leaf.fact, ">=" if comparison == "at_least" else "<=", level))
        elif comparison == "in":
            assert not negated
            found.append(Test(leaf.fact, "in", operand))
        else:
            found.append(Test(leaf.fact, "!=" if negated else "==", operand))
    return found


UNIT = 0.5
"""What a strength is a multiple of: the rules to compare with weigh up to 5, where a strength is 3 at most."""


def effect(knowledge: Knowledge, rule: Rule) -> tuple[int, int]:
    """The candidate that a rule bears on, and its strength in units; 0 for a veto."""
    names = [candidate.id for candidate in knowledge.candidates]
    (consequence,) = rule.then
    match consequence:
        case Veto(veto=name):
            return names.index(name), 0
        case Evidence(evidence=name, strength=strength):
            return names.index(name), round(strength / UNIT)
    raise AssertionError(consequence)


def tally(effects: Sequence[tuple[int, int]], candidates: int, fired: Iterable[int]) -> Result:
    """The result of the rules with these numbers firing."""
    scores, vetoed = [0] * candidates, [0] * candidates
    for rule in fired:
        candidate, strength = effects[rule]
        if strength:
            scores[candidate] += strength
        else:
            vetoed[candidate] = 1
    return tuple(scores), tuple(vetoed)


def cel(knowledge: Knowledge) -> Engine:
    """The Rust implementation of the Common Expression Language: one expression a rule."""
    import cel as library

    def text(test: Test) -> str:
        return f"{test.fact} {test.comparison} {json.dumps(test.operand)}"

    programs = [library.compile(" && ".join(map(text, tests(knowledge, rule)))) for rule in knowledge.rules]
    effects = [effect(knowledge, rule) for rule in knowledge.rules]
    candidates = len(knowledge.candidates)

    def one(answers: Plain) -> Result:
        context = library.Context(variables=dict(answers))
        return tally(effects, candidates, (i for i, program in enumerate(programs) if program.execute(context)))

    return lambda sets: [one(answers) for answers in sets]


def zen(knowledge: Knowledge) -> Engine:
    """zen-engine's batch evaluation of one decision table that collects, with a column a fact."""
    import zen as library

    def cell(test: Test) -> str:
        if test.comparison == "in":
            return ", ".join(map(json.dumps, test.operand))
        return json.dumps(test.operand) if test.comparison == "==" else f"{test.comparison} {json.dumps(test.operand)}"

    facts = list(dict.fromkeys(test.fact for rule in knowledge.rules for test in tests(knowledge, rule)))
    rows = [
        {"_id": rule.id, **dict.fromkeys(facts, "")}
        | {test.fact: cell(test) for test in tests(knowledge, rule)}
        | {"rule": str(index)}
        for index, rule in enumerate(knowledge.rules)
    ]

    def column(name: str) -> dict[str, str]:
        return {"id": name, "field": name, "name": name, "type": "expression"}

    def node(name: str, kind: str, **more: object) -> dict[str, object]:
        return {"id": name, "type": kind, "name": name, "position": {"x": 0, "y": 0}, **more}

    table = {"hitPolicy": "collect", "rules": rows, "inputs": list(map(column, facts)), "outputs": [column("rule")]}
    content = {
        "nodes": [
            node("in", "inputNode"),
            node("table", "decisionTableNode", content=table),
            node("out", "outputNode"),
        ],
        "edges": [
            {"id": "first", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "second", "sourceId": "table", "targetId": "out", "type": "edge"},
        ],
    }
    engine = library.ZenEngine({"loader": {"type": "static", "content": {"rules": content}}})
    effects = [effect(knowledge, rule) for rule in knowledge.rules]
    candidates = len(knowledge.candidates)

    def many(sets: Sequence[Plain]) -> list[Result]:
        found = engine.evaluate_batch([{"key": "rules", "context": dict(answers)} for answers in sets])
        return [tally(effects, candidates, (int(hit["rule"]) for hit in each["data"]["result"])) for each in found]

    return many


def clips(knowledge: Knowledge) -> Engine:
    """CLIPS, by clipspy: one fact an answer set, and rules that add to globals."""
    import clips as library

    environment = library.Environment()
    count = len(knowledge.candidates)
    environment.build("(defglobal " + " ".join(f"?*s{i}* = 0 ?*x{i}* = 0" for i in range(count)) + ")")
    facts = list(dict.fromkeys(test.fact for rule in knowledge.rules for test in tests(knowledge, rule)))
    environment.build("(deftemplate answers " + " ".join(f"(slot {fact})" for fact in facts) + ")")

    def pattern(test: Test) -> str:
        match test.comparison:
            case "==":
                return f"({test.fact} {test.operand})"
            case "!=":
                return f"({test.fact} ~{test.operand})"
            case "in":
                return f"({test.fact} {'|'.join(test.operand)})"
        return f"({test.fact} ?{test.fact}&:({test.comparison} ?{test.fact} {test.operand}))"

    for rule in knowledge.rules:
        candidate, strength = effect(knowledge, rule)
        then = f"(bind ?*s{candidate}* (+ ?*s{candidate}* {strength}))" if strength else f"(bind ?*x{candidate}* 1)"
        when = " ".join(map(pattern, tests(knowledge, rule)))
        environment.build(f"(defrule {rule.id} (answers {when}) => {then})")
    template = environment.find_template("answers")
    variables = {variable.name: variable for variable in environment.globals()}
    scores, vetoed = ([variables[f"{letter}{i}"] for i in range(count)] for letter in "sx")
    symbols = {value: library.Symbol(value) for fact in facts for value in knowledge.facts[fact].values}

    def one(answers: Plain) -> Result:
        environment.reset()
        template.assert_fact(**{fact: symbols.get(answers[fact], answers[fact]) for fact in facts})
        environment.run()
        return tuple(int(each.value) for each in scores), tuple(int(each.value) for each in vetoed)

    return lambda sets: [one(answers) for answers in sets]


RIVALS: dict[str, Callable[[Knowledge], Engine]] = {
    "clipspy": clips,
    "zen-engine": zen,
    "common-expression-language": cel,
}
"""By the name under which it is installed."""
