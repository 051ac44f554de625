"""What other answers make of a result is the difference between two results."""

import datetime

from hypothesis import given, settings

from advisor.decision.advise import advise
from advisor.decision.what_if import changed_answers, compare
from advisor.model.answer import Answer
from tests.support.knowledge import (
    answer_values,
    answers,
    build,
    criterion,
    evidence,
    knowledge_bases,
    question,
    rule,
    scale,
)

TODAY = datetime.date(2026, 11, 23)


@given(knowledge_bases(), answer_values(), answer_values())
@settings(max_examples=25, deadline=None)
def test_nothing_is_lost_between_two_results(knowledge, values, others):
    before = advise(knowledge, answers(**values), None, as_of=TODAY)
    merged, changes = changed_answers(before, answers(**others))
    after = advise(knowledge, merged, None, as_of=TODAY)
    assert {c.question: (c.before, c.after) for c in changes} == {
        name: (values[name], value) for name, value in others.items() if value != values[name]
    }
    assert after.ranking == advise(knowledge, answers(**others), None, as_of=TODAY).ranking
    found = compare(before, after, changes)
    assert found.verdict_changes == (
        (before.verdict.kind, before.verdict.candidate) != (after.verdict.kind, after.verdict.candidate)
    )
    assert [row.candidate for row in found.ranking] == [row.candidate for row in after.ranking]
    assert len(before.reasons) - len(found.lost) + len(found.gained) == len(after.reasons)
    for row in after.ranking:
        total = sum(r.contribution for r in before.reasons if r.candidate == row.candidate)
        total += sum(r.contribution for r in found.gained if r.candidate == row.candidate)
        total -= sum(r.contribution for r in found.lost if r.candidate == row.candidate)
        total += sum(e.reason.contribution - e.before for e in found.reweighed if e.reason.candidate == row.candidate)
        assert abs(total - row.score) < 1e-6


def test_reasons_vetoes_and_verdicts_gained_and_lost():
    knowledge = build(
        criteria=[criterion("speed", "care")],
        questions=[question("one"), question("two"), scale("care")],
        rules=[
            rule("a", {"fact": "one", "is": "a"}, evidence("left", "speed", 2)),
            rule("b", {"fact": "one", "is": "b"}, evidence("right", "speed", 2)),
            rule("veto", {"fact": "two", "is": "b"}, {"veto": "right"}),
        ],
    )
    before = advise(knowledge, answers(one="a", two="b", care="high"), None, as_of=TODAY)
    merged, changes = changed_answers(before, answers(one="b", two="a"))
    found = compare(before, advise(knowledge, merged, None, as_of=TODAY), changes)
    assert [r.because.rules[0] for r in found.gained] == ["b"]
    assert [r.because.rules[0] for r in found.lost] == ["a"]
    assert [v.rule for v in found.vetoes_lost] == ["veto"]
    assert found.vetoes_gained == ()
    assert (found.before.candidate, found.after.candidate, found.verdict_changes) == ("left", "right", True)


def test_not_knowing_is_an_answer_too():
    knowledge = build(questions=[question("one")])
    before = advise(knowledge, answers(one="a"), None, as_of=TODAY)
    merged, (change,) = changed_answers(before, {"one": Answer(question="one", origin="flag")})
    assert (change.before, change.after) == ("a", None)
    assert advise(knowledge, merged, None, as_of=TODAY).answers[0].value is None
