"""What every type of the vocabulary shares."""

from tests.support.knowledge import build, question


def test_a_copy_knows_nothing_of_the_fields_that_were_replaced():
    knowledge = build(questions=[question("one"), question("two")])
    assert set(knowledge.question) == {"one", "two"}
    left = knowledge.model_copy(update={"questions": knowledge.questions[:1]})
    assert set(left.question) == {"one"}
    assert set(knowledge.question) == {"one", "two"}
    again = left.model_copy(deep=True)
    assert again == left and again.question is not left.question
