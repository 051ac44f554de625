"""Golden verdicts: what projects decided and documented, against what the advisor says of their needs."""

import datetime

from advisor.decision.advise import advise
from advisor.knowledge.load import load
from tests.support.documented import cases

KNOWLEDGE = load()
CASES = list(cases(KNOWLEDGE))


def test_the_advisor_agrees_with_four_of_five_documented_decisions():
    assert len(CASES) >= 15
    assert sum(case.agrees for case in CASES) >= 0.8 * len(CASES)


def test_each_disagreement_is_explained_and_nothing_else_is():
    assert {case.name for case in CASES if not case.agrees} == {case.name for case in CASES if case.miss}


def test_it_is_not_sure_of_itself_where_it_disagrees():
    for case in CASES:
        assert case.agrees or case.result.verdict.kind != "recommended", case.name


def test_nothing_is_recommended_to_somebody_who_has_answered_nothing():
    verdict = advise(KNOWLEDGE, {}, None, as_of=datetime.date(2026, 11, 24)).verdict
    assert verdict.kind == "not-enough-known"
