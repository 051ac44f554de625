"""What pydantic finds wrong, told by the fields that there are."""

import pytest
from pydantic import ValidationError

from advisor.knowledge.mistakes import first_mistake
from advisor.model.answer import Answer
from advisor.model.claim import Claim
from advisor.model.property import Property

ANSWER = {"question": "os", "value": "linux", "origin": "asked"}
PROPERTY = {"id": "calm", "text": "It is so.", "rises": "os", "then": {"not_hurt": "left"}}
CLAIM = {"id": "quick", "claim": "It is.", "verdict": "holds", "why": "It is.", "sources": ["docs"]}


@pytest.mark.parametrize(
    ("model", "data", "field", "message"),
    [
        (Answer, {**ANSWER, "value": {}}, "value", "takes a value, and no mapping"),
        (Answer, {**ANSWER, "value": float("inf")}, "value", "inf is no number"),
        (Answer, {**ANSWER, "origin": "thin air"}, "origin", "should be 'asked', "),
        (Property, {**PROPERTY, "from": []}, "from", "takes one value, and no list"),
        (Property, {**PROPERTY, "then": {"not_hurt": "left", "criterium": "x"}}, "then.criterium",
         "unknown field; the fields are not_hurt, criterion"),
        (Claim, {**CLAIM, "here": [{"probe": "step", "candidate": "left"}]}, "here.0.outcome", "must be given"),
        (Claim, [], "(the whole entry)", "expected a mapping of names to values"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_where_it_stands(model, data, field, message):
    with pytest.raises(ValidationError) as caught:
        model.model_validate(data)
    mistake = first_mistake(caught.value, model)
    assert (mistake.field, mistake.message[: len(message)]) == (field, message)
