"""What the trace says of fired and waiting rules."""

from hypothesis import given, settings

from advisor.decision.beliefs import believe
from advisor.engine.program import compile_knowledge
from advisor.engine.trace import Grounds, trace
from advisor.model.answer import Answer
from tests.support.knowledge import answer_values, build, derived, knowledge_bases, question, rule


def evaluated(knowledge, **values):
    program = compile_knowledge(knowledge)
    given_answers = [Answer(question=q.id, value=values.get(q.id)) for q in knowledge.questions]
    evaluation = program.run(believe(knowledge, program, given_answers, None).known)
    return program, evaluation


TWO_OR_FLAG = {"any": [{"fact": "two", "is": "a"}, {"fact": "flag", "is": True}]}
CHAIN = build(
    questions=[question("one"), question("two"), question("flag", "yes-no")],
    derived=[derived("concept")],
    rules=[
        rule("first", {"fact": "one", "is": "a"}, {"derive": "concept", "value": True}),
        rule("second", {"all": [{"fact": "concept", "is": True}, TWO_OR_FLAG]}, {"veto": "left"}),
    ],
)


def test_a_fired_rule_names_the_facts_it_rests_on():
    program, evaluation = evaluated(CHAIN, one="a", two="b", flag=True)
    fired = {entry.rule: entry.facts for entry in trace(CHAIN, program, evaluation).fired}
    assert fired == {"first": {"one": "a"}, "second": {"concept": True, "flag": True}}


def test_a_waiting_rule_names_what_is_unknown():
    program, evaluation = evaluated(CHAIN, two="b")
    waiting = {entry.rule: entry.unknown for entry in trace(CHAIN, program, evaluation).waiting}
    assert waiting == {"first": ("one",), "second": ("concept", "flag")}


def test_grounds_follow_derived_facts_to_the_answers():
    program, evaluation = evaluated(CHAIN, one="a", two="b", flag=True)
    rules, facts = Grounds(CHAIN, program, evaluation).of(CHAIN.rules[1])
    assert [found.id for found in rules] == ["second", "first"]
    assert facts == ["one", "flag"]


@given(knowledge_bases(), answer_values())
@settings(max_examples=100, deadline=None)
def test_every_rule_fired_is_excluded_or_waits_for_something_unknown(knowledge, values):
    program, evaluation = evaluated(knowledge, **values)
    found = trace(knowledge, program, evaluation)
    fired = {entry.rule for entry in found.fired}
    waiting = {entry.rule: entry.unknown for entry in found.waiting}
    for rule_, true, false in zip(knowledge.rules, evaluation.fired, evaluation.excluded, strict=True):
        assert (rule_.id in fired) == bool(true)
        assert (rule_.id in waiting) == (not true and not false)
    for unknown in waiting.values():
        assert unknown
        assert all(program.domains[fact].value(evaluation.facts[fact]) is None for fact in unknown)


@given(knowledge_bases(), answer_values())
@settings(max_examples=100, deadline=None)
def test_the_grounds_of_a_fired_rule_suffice(knowledge, values):
    """Forgetting every answer outside a fired rule's grounds leaves it firing."""
    program, evaluation = evaluated(knowledge, **values)
    grounds = Grounds(knowledge, program, evaluation)
    for index, rule_ in enumerate(knowledge.rules):
        if not evaluation.fired[index]:
            continue
        _, facts = grounds.of(rule_)
        kept = {name: value for name, value in values.items() if any(f.split(".")[0] == name for f in facts)}
        _, again = evaluated(knowledge, **kept)
        assert again.fired[index]
