"""Who would lead with which answer, in a sentence."""

import pytest

from advisor.decision.beliefs import believe, resolve
from advisor.decision.foresee import foresee
from advisor.decision.modelling import model_of
from advisor.tui.wording import leading_words
from tests.support.steps import next_step
from tests.tui.tui_support import DAY, SMALL

MODELS = SMALL.question["models"]
FIRST, SECOND, *_ = (f"“{option.text}”" for option in MODELS.options)


@pytest.mark.parametrize(
    ("leads_to", "sentence"),
    [
        ({}, ""),
        (dict.fromkeys(("standard", "custom-layers"), "pytorch"), "PyTorch would lead whatever the answer."),
        (
            {option.value: "keras-jax" if place == 1 else "pytorch" for place, option in enumerate(MODELS.options)},
            f"With {SECOND} Keras on JAX would lead; otherwise PyTorch would lead.",
        ),
        (
            {option.value: None if place == 0 else "pytorch" for place, option in enumerate(MODELS.options)},
            f"With {FIRST} none would be feasible; otherwise PyTorch would lead.",
        ),
    ],
)
def test_who_would_lead(leads_to, sentence):
    assert leading_words(SMALL, MODELS, leads_to) == sentence


def test_who_would_lead_is_who_is_first_most_often_where_the_answer_is_given():
    model = model_of(SMALL, {}, None, as_of=DAY)
    beliefs = believe(SMALL, model.program, resolve(SMALL, {}, None), None)
    outlook = foresee(model, beliefs)
    found = next_step(SMALL, {}, None, as_of=DAY).prospect.leads_to
    assert set(found) == {e.question for e in beliefs.open if not e.independent and e.question in found}
    assert found
    for entry in (entry for entry in beliefs.open if entry.question in found):
        expected = {}
        for place, label in enumerate(entry.labels):
            rows = outlook.shares[outlook.choices[entry.question] == place]
            if len(rows):
                expected[label] = SMALL.candidates[int(rows.mean(axis=0).argmax())].id
        assert found[entry.question] == expected
