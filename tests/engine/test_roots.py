"""What rules and facts rest on."""

from advisor.engine.roots import roots_of
from tests.support.knowledge import build, derived, question, rule


def test_derived_facts_are_followed_to_answers():
    knowledge = build(
        questions=[question("one"), question("list", "many", ("x", "y"))],
        derived=[derived("near"), derived("far"), derived("never")],
        rules=[
            rule("last", {"all": [{"fact": "far", "is": True}, {"fact": "list.x", "is": True}]}, {"veto": "left"}),
            rule("then", {"not": {"fact": "near", "is": True}}, {"derive": "far", "value": True}),
            rule("first", {"fact": "one", "is": "a"}, {"derive": "near", "value": True}),
            rule("always", None, {"warn": "Mind this."}),
        ],
    )
    roots = roots_of(knowledge)
    assert roots.rules == ({"one", "list.x"}, {"one"}, {"one"}, set())
    assert {name: roots.facts[name] for name in ("far", "never", "list.y")} == {
        "far": {"one"},
        "never": set(),
        "list.y": {"list.y"},
    }
    assert [knowledge.question_of(fact) for fact in ("one", "list.y")] == ["one", "list"]
