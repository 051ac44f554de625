"""What is proven of a knowledge base, and a witness, the very answers, where something is wrong with it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import z3

from advisor.model.base import Scalar
from advisor.model.knowledge import Knowledge
from advisor.model.rule import Advise, Compare, Consequence, Derive, Evidence, Rule, Veto, Warn
from advisor.verification.defect import Defect
from advisor.verification.encoding import Encoding, Formula
from advisor.verification.monotone import properties
from advisor.verification.reach import pivotal, reachable


@dataclass(frozen=True)
class Report:
    """What was found, and what was proven: each property with the number of proofs."""

    defects: tuple[Defect, ...]
    proven: dict[str, int]


PROPERTIES = {
    "can fire": "rules that some answers make fire",
    "needed": "vetoes and conclusions that no other rules already give",
    "not repeated": "pairs of rules that say the same of different answers",
    "consistent": "pairs of rules that don't conclude different values of a fact from the same answers",
    "not in vain": "pieces of evidence for candidates that the same answers don't rule out",
    "satisfiable": "proofs that each candidate is feasible for some answers, and for all answers some candidate is",
    "properties": "listed properties that hold for all answers",
    "used": "questions, derived facts, criteria and sources that something uses",
    "read": "sources that weren't last read on a day yet to come",
    "recommended": "candidates recommended for some answers (found by search)",
    "pivotal": "questions and options that change who wins (found by search)",
}


def verify(knowledge: Knowledge, today: datetime.date | None = None) -> Report:
    """Check every property of `PROPERTIES`, and that no answers rule out every candidate. `today` is by default the
    day of the knowledge.

    Exact, over the whole space of complete answers and outcomes of probes, but for the last two properties, where a
    search finds witnesses. A defect carries a witness where answers show it.
    """
    encoding = Encoding(knowledge)
    checks = {
        "can fire": _dead(encoding),
        "needed": _redundant(encoding),
        "not repeated": _repeated(encoding),
        "consistent": _contradictory(encoding),
        "not in vain": _in_vain(encoding),
        "satisfiable": _infeasible(encoding),
        "properties": properties(encoding),
        "used": _unused(knowledge),
        "read": _yet_to_be_read(knowledge, max(today or knowledge.edition.date, knowledge.edition.date)),
        "recommended": reachable(knowledge),
        "pivotal": pivotal(knowledge),
    }
    defects, proven = [], {}
    for name, outcomes in checks.items():
        results = list(outcomes)
        defects += [result for result in results if result is not None]
        proven[name] = sum(result is None for result in results)
    return Report(tuple(defects), proven)


def _model(encoding: Encoding, *formulas: Formula) -> z3.ModelRef | None:
    solver = encoding.shared
    solver.push()
    solver.add(*formulas)
    model = solver.model() if solver.check() == z3.sat else None
    solver.pop()
    return model


def _can(encoding: Encoding, *formulas: Formula) -> bool:
    return _model(encoding, *formulas) is not None


def _dead(encoding: Encoding) -> Iterator[Defect | None]:
    for rule in encoding.knowledge.rules:
        why = "no answers make it fire: its conditions exclude each other"
        yield None if _can(encoding, encoding.fires[rule.id]) else Defect("dead", rule.id, why)


def _redundant(encoding: Encoding) -> Iterator[Defect | None]:
    """A veto is redundant where others always rule the candidate out as well, a conclusion where the derived fact has
    the same value without it."""
    rules = encoding.knowledge.rules
    for rule in rules:
        for consequence in rule.then:
            if isinstance(consequence, Veto):
                others = [encoding.fires[r.id] for r in rules if r is not rule and consequence in r.then]
                needed = _can(encoding, encoding.fires[rule.id], z3.Not(z3.Or(others)))
                why = f"{consequence.veto} is always ruled out by other rules as well"
                yield None if needed else Defect("redundant", rule.id, why)
            elif isinstance(consequence, Derive):
                without = {name: fires for name, fires in encoding.fires.items() if name != rule.id}
                fact = consequence.derive
                needed = _can(encoding, encoding.derived(fact, encoding.fires) != encoding.derived(fact, without))
                why = f"{fact} never depends on it: others conclude as much or more"
                yield None if needed else Defect("redundant", rule.id, why)


def _repeated(encoding: Encoding) -> Iterator[Defect | None]:
    """Two rules with the same evidence that hold for exactly the same answers, or with the same warning or advice where
    one holds whenever the other does. (Evidence for some answers, and as much again for some of these, adds up.)"""
    by_part: dict[Consequence, list[Rule]] = {}
    for rule in encoding.knowledge.rules:
        for part in rule.then:
            if isinstance(part, Evidence | Compare | Warn | Advise):
                by_part.setdefault(part, []).append(rule)
    for part, rules in by_part.items():
        for one, other in combinations(rules, 2):
            first, second = encoding.fires[one.id], encoding.fires[other.id]
            if isinstance(part, Evidence | Compare):
                apart = [first != second]
            else:
                apart = [z3.And(first, z3.Not(second)), z3.And(second, z3.Not(first))]
            differ = all(_can(encoding, formula) for formula in apart)
            yield None if differ else Defect("repeated", one.id, f"{other.id} says the same on the same answers")


def _contradictory(encoding: Encoding) -> Iterator[Defect | None]:
    """Two rules that hold for exactly the same answers and conclude different values of a derived fact."""
    by_fact: dict[str, list[tuple[Rule, Scalar]]] = {}
    for rule in encoding.knowledge.rules:
        for consequence in rule.then:
            if isinstance(consequence, Derive):
                by_fact.setdefault(consequence.derive, []).append((rule, consequence.value))
    for fact, conclusions in by_fact.items():
        for (one, first), (other, second) in combinations(conclusions, 2):
            fine = first == second or _can(encoding, encoding.fires[one.id] != encoding.fires[other.id])
            why = f"on the same answers {other.id} concludes {second} for {fact}"
            yield None if fine else Defect("contradiction", one.id, why)


def _in_vain(encoding: Encoding) -> Iterator[Defect | None]:
    """Evidence for a candidate that the same answers rule out. Of a rule that never fires that has been said."""
    for rule in encoding.knowledge.rules:
        fires = encoding.fires[rule.id]
        for consequence in rule.then:
            if isinstance(consequence, Evidence):
                candidate = consequence.evidence
                feasible = z3.Not(encoding.vetoed[candidate])
                counts = _can(encoding, fires, feasible) or not _can(encoding, fires)
                why = f"whenever it fires {candidate} is ruled out"
                yield None if counts else Defect("in vain", rule.id, why)


def _infeasible(encoding: Encoding) -> Iterator[Defect | None]:
    for candidate, vetoed in encoding.vetoed.items():
        feasible = _can(encoding, z3.Not(vetoed))
        yield None if feasible else Defect("infeasible", candidate, "every set of answers rules it out")
    model = _model(encoding, *encoding.vetoed.values())
    if model is not None:
        witness = encoding.smallest(encoding.witness(model), z3.And(list(encoding.vetoed.values())))
        yield Defect("none feasible", "vetoes", "these answers rule out every candidate", witness)
    else:
        yield None


def _unused(knowledge: Knowledge) -> Iterator[Defect | None]:
    tested = {leaf.fact for rule in knowledge.rules for leaf in rule.leaves()}
    weighed = {criterion.importance for criterion in knowledge.criteria}
    for question in knowledge.questions:
        facts = {fact.id for fact in question.facts()}
        used = facts & (tested | weighed) or question.id in weighed
        yield None if used else Defect("unused", question.id, "no rule and no criterion depends on this question")
        for fact in facts - tested - weighed if used and question.kind == "many" else ():
            yield Defect("unused", fact, "no rule asks for this option")
    for fact in knowledge.derived:
        used = fact.id in tested or fact.id in weighed
        yield None if used else Defect("unused", fact.id, "no rule and no criterion depends on this derived fact")
    judged = {c.criterion for rule in knowledge.rules for c in rule.then if isinstance(c, (Evidence, Compare))}
    for criterion in knowledge.criteria:
        used = criterion.id in judged
        yield None if used else Defect("unused", criterion.id, "no evidence bears on this criterion")
    cited = {name for entry in (*knowledge.rules, *knowledge.claims) for name in entry.sources}
    for source in knowledge.sources:
        yield None if source.id in cited else Defect("unused", source.id, "no rule and no claim cites this source")


def _yet_to_be_read(knowledge: Knowledge, today: datetime.date) -> Iterator[Defect | None]:
    """A source is dated by where somebody read it, which may be a day ahead."""
    for source in knowledge.sources:
        if source.checked > today + datetime.timedelta(days=1):
            yield Defect("ahead", source.id, f"checked: {source.checked} is yet to come, so it ages too late")
        else:
            yield None
