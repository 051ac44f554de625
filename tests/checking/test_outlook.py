"""What a result says of its open questions is replayed, and nothing is let pass but what rounding explains."""

import random

import numpy as np
import pytest

from advisor.checking.check import check, digest
from advisor.checking.outlook import Either, Ordered, Outlook
from advisor.checking.replay import Replay
from advisor.checking.rules import Rules
from advisor.decision.advise import FORESEEN, advise
from advisor.decision.beliefs import believe, resolve
from advisor.decision.foresee import foresee
from advisor.decision.modelling import model_of
from advisor.knowledge.load import load
from tests.checking.results import DAY, plain
from tests.support.random_answers import some


def made(share, seed):
    """A result of somebody who has answered this share of the questions."""
    knowledge = load()
    answers = some(knowledge, random.Random(seed), share)
    given = {name: answer for name, answer in answers.items() if name in knowledge.question}
    return knowledge, given, plain(advise(knowledge, given, None, as_of=DAY, seed=seed))


def resealed(document, **verdict):
    changed = document | {"verdict": document["verdict"] | verdict}
    return changed | {"certificate": {"algorithm": "sha256", "digest": digest(changed)}}


def test_the_sample_is_that_of_the_engine_but_for_doubtful_draws():
    knowledge, given, document = made(0.4, 7)
    outlook = Outlook(Replay(Rules(), document))
    model = model_of(knowledge, given, None, as_of=DAY, seed=7)
    found = foresee(model, believe(knowledge, model.program, resolve(knowledge, given, None), None), FORESEEN)
    assert np.all(np.abs(found.shares - outlook.shares).max(axis=1) <= outlook.doubt + 1e-12)
    assert any(np.array_equal(found.codes, codes) for codes in outlook.variants)
    assert outlook.doubt.mean() < 1e-4 and len(outlook.variants) <= 2


@pytest.mark.parametrize(("share", "seed"), [(0.2, 1), (0.6, 2), (0.85, 3), (0.95, 4)])
def test_what_is_claimed_of_open_questions_can_not_be_forged(share, seed):
    _, _, document = made(share, seed)
    rules, verdict = Rules(), document["verdict"]
    assert not check(document, rules)
    forged = [
        {"settled": "proven" if verdict["settled"] != "proven" else "open"},
        {"settled": "as-good-as" if verdict["settled"] != "as-good-as" else "open"},
        {"likely_kind": "none-feasible", "likely_candidate": None},
        {"may_change": verdict["may_change"] + 1 / FORESEEN.completions},
        {"may_change_error": verdict["may_change_error"] + 0.0003},
    ]
    for change in forged:
        found = check(resealed(document, **change), rules)
        assert found and all(finding.path.startswith(("verdict.", "open_questions")) for finding in found), change


def test_of_several_ways_the_most_alike_is_compared():
    from advisor.checking.check import _compare

    ways = Either(({"a": 1, "b": 2}, {"a": 3, "b": 4}))
    assert not [*_compare(ways, {"a": 3, "b": 4}, "")]
    assert [finding.path for finding in _compare(ways, {"a": 3, "b": 2}, "")] in (["a"], ["b"])


def test_an_order_may_differ_only_within_its_slack():
    places = {"a": (0, 0.0), "b": (0, 0.0), "c": (1, 1.0), "d": (1, 1.05), "e": (2, 1.05)}
    expected = Ordered([(((head,), value, 0.1), {"question": name}) for name, (head, value) in places.items()])

    def passes(names):
        found = [{"question": name} for name in names]
        return expected.like(found) == found

    assert passes("abcde") and passes("bacde") and passes("abdce")
    assert not any(map(passes, ("acbde", "abced", "abcd", "abcdd", "abcd1")))
