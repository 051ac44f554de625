"""Verification against brute force over every set of answers, and on bases with one thing wrong."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings

from advisor.knowledge.load import load
from advisor.model.rule import Derive, Evidence, Veto
from advisor.verification.checks import PROPERTIES, verify
from advisor.verification.encoding import Encoding
from tests.support.knowledge import (
    CHOICES,
    LEVELS,
    SOURCE,
    build,
    criterion,
    derived,
    evidence,
    knowledge_bases,
    question,
    rule,
    scale,
)  # fmt: skip
from tests.support.oracle import infer

LISTS = ((), ("x",), ("y",), ("x", "y"))


def every_answer(knowledge):
    """All complete answers to the questions of random bases that rules can tell apart: their thresholds are whole
    numbers unless the answers are, and how much one cares decides no rule."""
    counts = range(7) if knowledge.question["count"].whole else [half / 2 for half in range(13)]
    for one, two, flag, chosen, count in product(CHOICES, CHOICES, (False, True), LISTS, counts):
        yield {"one": one, "two": two, "flag": flag, "list": chosen, "count": count, "care": "low"}


def brute_force(knowledge):
    """(kind, subject) of what verification must find, by running every rule on every set of answers."""
    runs = [(values, fired) for values, fired in (infer(knowledge, given) for given in every_answer(knowledge))]
    found = set()
    for index, rule_ in enumerate(knowledge.rules):
        firing = [run for run in runs if run[1][index]]
        if not firing:
            found.add(("dead", rule_.id))
        (consequence,) = rule_.then
        if isinstance(consequence, Veto):
            others = [i for i, r in enumerate(knowledge.rules) if i != index and consequence in r.then]
            if all(any(fired[i] for i in others) for _, fired in firing):
                found.add(("redundant", rule_.id))
        elif isinstance(consequence, Evidence):
            vetoes = vetoing(knowledge, consequence.evidence)
            if firing and all(any(fired[i] for i in vetoes) for _, fired in firing):
                found.add(("in vain", rule_.id))
        elif isinstance(consequence, Derive) and all(
            concluded(knowledge, consequence.derive, fired) == concluded(knowledge, consequence.derive, fired, index)
            for _, fired in runs
        ):
            found.add(("redundant", rule_.id))
    for candidate in knowledge.candidates:
        if all(any(fired[i] for i in vetoing(knowledge, candidate.id)) for _, fired in runs):
            found.add(("infeasible", candidate.id))
    if any(all(any(fired[i] for i in vetoing(knowledge, c.id)) for c in knowledge.candidates) for _, fired in runs):
        found.add(("none feasible", "vetoes"))
    return found


def vetoing(knowledge, candidate):
    return [
        i for i, r in enumerate(knowledge.rules) if any(isinstance(c, Veto) and c.veto == candidate for c in r.then)
    ]


def concluded(knowledge, fact, fired, without=None):
    values = [
        consequence.value
        for index, rule_ in enumerate(knowledge.rules)
        if fired[index] and index != without
        for consequence in rule_.then
        if isinstance(consequence, Derive) and consequence.derive == fact
    ]
    order = knowledge.facts[fact].values
    return max(values or [knowledge.facts[fact].default], key=order.index)


EXACT = {"dead", "redundant", "in vain", "infeasible", "none feasible"}


@given(knowledge_bases())
@settings(max_examples=20, deadline=None)
def test_findings_are_those_of_brute_force(knowledge):
    found = {(f.kind, f.subject) for f in verify(knowledge).defects if f.kind in EXACT}
    assert found == brute_force(knowledge)


@given(knowledge_bases())
@settings(max_examples=10, deadline=None)
def test_a_witness_shows_what_it_is_for(knowledge):
    encoding = Encoding(knowledge)
    for defect in verify(knowledge).defects:
        if defect.kind == "none feasible":
            given = {"one": "a", "two": "a", "flag": False, "count": 0, "care": "low"}
            given |= {name: value for name, value in defect.witness.items() if name in given}
            given["list"] = tuple(o for o in ("x", "y") if defect.witness.get(f"list.{o}"))
            _, fired = infer(knowledge, given)
            for candidate in knowledge.candidates:
                assert any(fired[i] for i in vetoing(knowledge, candidate.id))
    assert encoding.solver().check().r == 1


FAULTLESS = {
    "criteria": [criterion("speed", "care")],
    "questions": [scale("care"), question("one", values=("a", "b"))],
    "rules": [
        rule("for-left", {"fact": "one", "is": "a"}, evidence("left", "speed", 3)),
        rule("for-right", {"fact": "one", "is": "b"}, evidence("right", "speed", 3)),
    ],
}


def test_a_base_without_faults_is_clean():
    report = verify(build(**FAULTLESS))
    # How much one cares changes no winner where there is one criterion.
    assert {(f.kind, f.subject) for f in report.defects} <= {
        ("idle question", "care"), *(("idle option", f"care={level}") for level in LEVELS)
    }  # fmt: skip
    assert set(report.proven) == set(PROPERTIES)


@pytest.mark.parametrize(("whole", "dead"), [(True, ["half", "between"]), (False, [])])
def test_what_no_whole_number_passes_never_fires(whole, dead):
    asked = [*FAULTLESS["questions"], question("count", "number", minimum=0, maximum=9, whole=whole)]
    between = {"all": [{"fact": "count", "at_least": 2.5}, {"not": {"fact": "count", "at_least": 3}}]}
    more = [
        rule("half", {"fact": "count", "is": 1.5}, evidence("left", "speed", 1)),
        rule("between", between, evidence("left", "speed", 1)),
        rule("from-half", {"fact": "count", "at_least": 1.5}, evidence("right", "speed", 1)),
    ]
    report = verify(build(**{**FAULTLESS, "questions": asked, "rules": [*FAULTLESS["rules"], *more]}))
    assert [found.subject for found in report.defects if found.kind == "dead"] == dead


def test_a_source_is_read_before_it_is_cited():
    known = build(**FAULTLESS, sources=[{**SOURCE, "checked": "2027-01-01"}])
    ahead = [("ahead", "a-source")]
    assert [(f.kind, f.subject) for f in verify(known).defects if f.kind == "ahead"] == ahead
    assert not [f for f in verify(known, date(2026, 12, 31)).defects if f.kind == "ahead"], "days differ over the world"


A, B = {"fact": "one", "is": "a"}, {"fact": "one", "is": "b"}


@pytest.mark.parametrize(
    ("extra", "kind", "subject"),
    [
        ([rule("never", {"all": [A, B]}, evidence("left", "speed", 1))], "dead", "never"),
        ([rule("v1", A, {"veto": "left"}), rule("v2", {"any": [A, B]}, {"veto": "left"})], "redundant", "v1"),
        ([rule("v", A, {"veto": "left"})], "in vain", "for-left"),
        ([rule("v", {"any": [A, B]}, {"veto": "left"})], "infeasible", "left"),
        ([rule("v", A, {"veto": "left"}, {"veto": "right"})], "none feasible", "vetoes"),
        (
            [
                rule("low", A, {"derive": "level", "value": "low"}),
                rule("high", A, {"derive": "level", "value": "high"}),
            ],
            "contradiction",
            "low",
        ),
        ([rule("again", A, evidence("left", "speed", 3))], "repeated", "for-left"),
        (
            [rule("told", {"any": [A, B]}, {"warn": "Mind the gap."}), rule("retold", A, {"warn": "Mind the gap."})],
            "repeated",
            "told",
        ),
        ([rule("idle", A, {"derive": "level", "value": "low"})], "redundant", "idle"),
        ([], "unused", "level"),
    ],
)
def test_each_fault_is_found(extra, kind, subject):
    base = {**FAULTLESS, "derived": [derived("level", LEVELS, "low")], "rules": [*FAULTLESS["rules"], *extra]}
    found = {(f.kind, f.subject) for f in verify(build(**base)).defects}
    assert (kind, subject) in found


def test_a_candidate_that_nothing_speaks_for_is_never_recommended():
    base = {**FAULTLESS, "rules": FAULTLESS["rules"][:1]}
    found = {(f.kind, f.subject) for f in verify(build(**base)).defects}
    assert ("never recommended", "right") in found
    assert ("idle option", "one=a") not in found, "left leads alone or ties"


def test_what_ships_is_clean():
    assert verify(load()).defects == ()
