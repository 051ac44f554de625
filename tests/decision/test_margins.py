"""Margins add up exactly, in decimals as they are printed."""

import datetime
import json
from decimal import Decimal

import pytest
from hypothesis import given, settings

from advisor.decision.advise import advise
from advisor.decision.margins import margin
from advisor.knowledge.load import load
from tests.support.knowledge import answer_values, answers, build, evidence, knowledge_bases, rule
from tests.support.profiles import profiles

TODAY = datetime.date(2026, 11, 23)


def check(result):
    """For every ordered pair of candidates, read back from JSON with decimals."""
    rows = [row.candidate for row in result.ranking]
    reasons = json.loads(result.model_dump_json(), parse_float=Decimal, parse_int=Decimal)["reasons"]
    for ours in rows:
        for theirs in rows:
            if ours == theirs:
                continue
            found = json.loads(margin(result, ours, theirs).model_dump_json(), parse_float=Decimal, parse_int=Decimal)
            assert found["difference"] == found["candidate_score"] - found["rival_score"]
            assert found["difference"] == sum(criterion["difference"] for criterion in found["criteria"])
            for criterion in found["criteria"]:
                assert criterion["difference"] == criterion["candidate_points"] - criterion["rival_points"]
                assert criterion["difference"] == sum(reason["difference"] for reason in criterion["reasons"])
                for side, points in ((ours, "candidate_points"), (theirs, "rival_points")):
                    assert criterion[points] == sum(
                        reason["contribution"]
                        for reason in reasons
                        if (reason["candidate"], reason["criterion"]) == (side, criterion["criterion"])
                    )
                for reason in criterion["reasons"]:
                    assert reason["difference"] == reason["candidate_points"] - reason["rival_points"]


@given(knowledge_bases(), answer_values())
@settings(max_examples=40, deadline=None)
def test_margins_are_exact_on_random_bases(knowledge, values):
    check(advise(knowledge, answers(**values), None, as_of=TODAY))


@pytest.mark.parametrize("index", range(8))
@pytest.mark.parametrize("left_out", [0, 12])
def test_margins_are_exact_on_what_ships(index, left_out):
    given_answers, measurements = profiles()[index]
    some = dict(list(given_answers.items())[left_out:])
    check(advise(load(), some, measurements, as_of=TODAY))


def test_what_gives_both_the_same_is_left_out():
    knowledge = build(
        rules=[
            rule("both", None, evidence("left", "anything", 2), evidence("right", "anything", 2)),
            rule("more", None, evidence("left", "anything", 2), evidence("right", "anything", 1)),
            {**rule("each@left", None, evidence("left", "anything", 1)), "because": "Also."},
            {**rule("each@right", None, evidence("right", "anything", 1)), "because": "Also."},
        ]
    )
    (criterion,) = margin(advise(knowledge, {}, None, as_of=TODAY), "left", "right").criteria
    assert [(reason.rule, reason.difference) for reason in criterion.reasons] == [("more", 20.0)]
    assert (criterion.candidate_points, criterion.rival_points) == (100.0, 80.0)
