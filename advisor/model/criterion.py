"""A criterion: one respect in which candidates are compared, and the scale of importance."""

from itertools import pairwise
from typing import Annotated

from pydantic import Field, field_validator

from advisor.model.base import A_NUMBER, Frozen, Identifier, Real, Sentence
from advisor.model.rule import LEAST
from advisor.model.source import Grade, Kind


class Group(Frozen):
    """Criteria that belong together. It has no weight of its own: what it weighs is what its criteria weigh."""

    id: Identifier
    title: Sentence
    text: Sentence


class Criterion(Frozen):
    """One respect in which candidates differ."""

    id: Identifier
    group: Identifier | None = None
    """Where the knowledge base has groups, the one that it belongs to."""
    title: Sentence
    text: Sentence
    importance: Identifier
    """The fact, asked or derived, whose value is a level of importance and so gives the weight."""


Share = Annotated[float, Field(ge=0, le=1), A_NUMBER]


class ImportanceLevel(Frozen):
    """One level of importance and the weight that it stands for (a ratio scale: 4 counts twice as much as 2)."""

    value: Identifier
    weight: Real = Field(ge=0, le=1000)

    @field_validator("weight")
    @classmethod
    def _not_tiny(cls, weight: float) -> float:
        if 0 < weight < LEAST:
            raise ValueError(f"a weight this near to 0 can't be told from it; the least is {LEAST:g}")
        return weight


class Settings(Frozen):
    """The constants of the decision, kept beside the rules because a team may want to discuss them."""

    importance: tuple[ImportanceLevel, ...] = Field(min_length=2)
    """Least important first."""
    recommend_share: Real = Field(gt=0, lt=1)
    """The first-rank share from which a candidate is recommended."""
    worth_asking: Real = Field(0.05, gt=0, lt=1)
    """By how much of a share answering all that is open is expected to make the leader surer, for nobody to be
    recommended before."""
    weight_spread: Real = Field(ge=1, le=10)
    """How far a weight may be off, as a factor: drawn between weight / spread and weight × spread."""
    range_sensitivity: tuple[Share, Share] = (0.0, 1.0)
    """How far importance is taken to be that of a criterion's whole range: a strength counts by the range to the power
    of minus this, which is drawn between the two numbers. At 1 criteria that are equally important can tell equally
    much in all, at 0 a strength counts the same under each."""
    consistency: tuple[Annotated[float, Field(gt=0), A_NUMBER], ...] = Field((1.0, 2.0, 4.0, 8.0), min_length=1)
    """How consistently somebody may choose in a trade-off, all taken to be equally likely: the odds are the ratio of
    what the two sides are worth to this power."""
    usual_share: Real = Field(gt=0, lt=1)
    """How likely the usual answer to a question is, as long as it isn't answered."""
    strength_error: dict[Grade, Annotated[float, Field(ge=0, le=3), A_NUMBER]]
    """Standard error of a strength that rests on a source of each grade, as a share of the strength."""
    saturates: Real = Field(ge=0.01, le=20)
    """Doublings of speed (or halvings of size) after which a measured advantage counts no more."""
    review_months: dict[Kind, Annotated[int, Field(gt=0, le=1200), A_NUMBER]]
    """Months after which a source of each kind is past its review date."""

    @field_validator("importance")
    @classmethod
    def _rises(cls, levels: tuple[ImportanceLevel, ...]) -> tuple[ImportanceLevel, ...]:
        for low, high in pairwise(levels):
            if high.weight <= low.weight:
                raise ValueError(f"the weights must rise: {high.value} must weigh more than {low.value}")
        return levels

    @field_validator("range_sensitivity")
    @classmethod
    def _from_low_to_high(cls, ends: tuple[float, float]) -> tuple[float, float]:
        if ends[0] > ends[1]:
            raise ValueError("the lower number comes first")
        return ends
