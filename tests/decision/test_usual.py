"""An unanswered question has its usual answer nine times in ten, and its others share the rest."""

import datetime
import re

import pytest

from advisor.decision.advise import advise
from tests.support.knowledge import answers, build, evidence, question, rule

DAY = datetime.date(2026, 11, 1)
ONE = question("one", usual="b")
FLAG = question("flag", "yes-no", usual=False)
COUNT = question("count", "number", minimum=0, maximum=9, usual=1)
MANY = question("many", "many", ("x", "y"), usual=("x",))


def asked(entry, when):
    """What is made of a base where the left leads when a condition on one question holds, and the right otherwise."""
    rules = [
        rule("for-left", when, evidence("left", "anything", 1)),
        rule("for-right", {"not": when}, evidence("right", "anything", 1)),
    ]
    return build(questions=[entry], rules=rules)


@pytest.mark.parametrize(
    ("entry", "when", "share"),
    [
        (ONE, {"fact": "one", "is": "b"}, 0.9),
        (ONE, {"fact": "one", "is": "a"}, 0.05),
        (FLAG, {"fact": "flag", "is": False}, 0.9),
        (COUNT, {"fact": "count", "at_most": 1}, 0.9),
        (MANY, {"fact": "many.x", "is": True}, 0.9 + 0.1 / 2),
        (MANY, {"fact": "many.y", "is": True}, 0.1 / 2),
        (question("one"), {"fact": "one", "is": "b"}, 1 / 3),
    ],
)
def test_the_draws_have_the_usual_answer_as_often_as_the_settings_say(entry, when, share):
    result = advise(asked(entry, when), {}, None, as_of=DAY)
    found = {row.candidate: row.first_rank_share for row in result.ranking}
    assert found["left"] == pytest.approx(share, abs=0.05)
    (open_question,) = result.open_questions
    assert open_question.usual == entry.get("usual")


def test_an_answer_given_is_not_drawn():
    knowledge = asked(ONE, {"fact": "one", "is": "b"})
    ranking = advise(knowledge, answers(one="a"), None, as_of=DAY).ranking
    assert (ranking[0].candidate, ranking[0].first_rank_share) == ("right", 1)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (question("one", usual="z"), "usual: "),
        (question("flag", "yes-no", usual="no"), 'usual: "no" stands for false; write that'),
        (question("many", "many", ("x", "y"), usual="x"), 'usual: "x" stands for ["x"]; write that'),
        (question("many", "many", ("x", "y"), usual=("x", "x")), 'usual: ["x", "x"] stands for ["x"]; write that'),
        (question("one", usual="?"), "usual: '?' is no answer; leave it out"),
        (question("flag", "yes-no", usual="perhaps"), "usual: 'perhaps' is neither yes nor no"),
        (question("count", "number", minimum=0, maximum=9, usual=10), "usual: "),
        (question("many", "many", ("x", "y"), usual=("z",)), "usual: "),
    ],
)
def test_a_usual_answer_must_fit_its_question(entry, expected):
    with pytest.raises(ValueError, match=re.escape(expected)):
        build(questions=[entry])
