"""What a result says of its open questions is replayed."""

import random

import numpy as np
import pytest

from advisor.checking.check import check, digest
from advisor.checking.outlook import Outlook
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


@pytest.mark.parametrize(("share", "seed"), [(0.2, 5), (0.4, 7), (0.7, 6)])
def test_the_sample_is_that_of_the_engine(share, seed):
    knowledge, given, document = made(share, seed)
    outlook = Outlook(Replay(Rules(), document))
    model = model_of(knowledge, given, None, as_of=DAY, seed=seed)
    found = foresee(model, believe(knowledge, model.program, resolve(knowledge, given, None), None), FORESEEN)
    np.testing.assert_allclose(found.shares, outlook.shares, rtol=0, atol=1e-12)
    assert np.array_equal(found.codes, outlook.codes)


@pytest.mark.parametrize(("share", "seed"), [(0.2, 1), (0.6, 2), (0.85, 3), (0.95, 4)])
def test_what_is_claimed_of_open_questions_can_not_be_forged(share, seed, replayed_once):
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
        assert found and all(mismatch.path.startswith(("verdict.", "open_questions")) for mismatch in found), change
