"""A rule: a condition over facts, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, StrictBool, Tag, model_validator

from advisor.model.base import ExpandedName, Frozen, Identifier, Real, Scalar, Sentence, by_key

STRONGEST = 3
"""No strength, for or against, goes beyond it."""
LEAST = 0.01
"""No strength, and no weight, but 0 is nearer to 0: it would say nothing, and be taken for a tie."""


def _not_tiny(strength: float) -> float:
    if 0 < abs(strength) < LEAST:
        raise ValueError(f"a strength this near to 0 says nothing; the least is {LEAST:g}")
    return strength


Strength = Annotated[Real, AfterValidator(_not_tiny)]
"""How much evidence counts."""


class Leaf(Frozen):
    """A test of one fact, by exactly one of its comparisons."""

    fact: Identifier
    is_: Scalar | None = Field(None, alias="is")
    in_: tuple[Scalar, ...] | None = Field(None, alias="in")
    at_least: Scalar | None = None
    at_most: Scalar | None = None
    known: StrictBool | None = None
    """Only of measured facts: whether it was tried. An unanswered question may still be answered, so a rule must
    not conclude anything from its being unknown."""

    @cached_property
    def comparisons(self) -> dict[str, Any]:
        """The comparisons given, by the name they have in YAML."""
        every = {
            "is": self.is_,
            "in": self.in_,
            "at_least": self.at_least,
            "at_most": self.at_most,
            "known": self.known,
        }
        return {name: operand for name, operand in every.items() if operand is not None}

    @model_validator(mode="after")
    def _one_comparison(self) -> Self:
        if len(self.comparisons) != 1:
            raise ValueError("a test of a fact takes exactly one of: is, in, at_least, at_most, known")
        return self


class All(Frozen):
    """True when every part is."""

    all: tuple[Condition, ...] = Field(min_length=1)


class AnyOf(Frozen):
    """True when some part is."""

    any: tuple[Condition, ...] = Field(min_length=1)


class Not(Frozen):
    """True when its part is false."""

    not_: Condition = Field(alias="not")


class Derive(Frozen):
    """Concludes a value of a derived fact; of several conclusions the highest stands."""

    derive: Identifier
    value: Scalar


class Veto(Frozen):
    """Rules a candidate out, whatever its score."""

    veto: Identifier


class Evidence(Frozen):
    """Speaks for (or with a negative strength against) a candidate under a criterion."""

    evidence: Identifier
    criterion: Identifier
    strength: Strength = Field(ge=-STRONGEST, le=STRONGEST)
    """1 is slight, 2 is clear, 3 is strong."""


class Compare(Frozen):
    """Turns a measured number into evidence for and against the candidates measured."""

    compare: Identifier
    """The metric."""
    criterion: Identifier
    strength: Strength = Field(gt=0, le=STRONGEST)
    """What each doubling relative to the geometric mean of the candidates is worth."""


class Warn(Frozen):
    """Tells the user of a risk, whoever wins, or of one candidate's."""

    warn: Sentence
    candidate: Identifier | None = None


class Advise(Frozen):
    """What to do next, whoever wins, or if this candidate does."""

    advise: Sentence
    candidate: Identifier | None = None


Condition = Annotated[
    Annotated[Leaf, Tag("fact")]
    | Annotated[All, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")],
    by_key("fact", "all", "any", "not"),
]
Consequence = Annotated[
    Annotated[Derive, Tag("derive")]
    | Annotated[Veto, Tag("veto")]
    | Annotated[Evidence, Tag("evidence")]
    | Annotated[Compare, Tag("compare")]
    | Annotated[Warn, Tag("warn")]
    | Annotated[Advise, Tag("advise")],
    by_key("derive", "veto", "evidence", "compare", "warn", "advise"),
]


class Rule(Frozen):
    """If `when` holds, then everything in `then` does, because of what the sources say."""

    id: ExpandedName
    """A rule written once for several candidates is expanded at loading and called `rule@candidate`."""
    theme: str
    """The file it was read from, without its ending."""
    when: Condition | None = None
    """None always holds."""
    then: tuple[Consequence, ...] = Field(min_length=1)
    because: Sentence
    sources: tuple[Identifier, ...] = Field(min_length=1)
    overlay: str | None = None
    """The overlay that it comes from, or the last that changed it; None as it ships."""

    @property
    def written(self) -> str:
        """The id under which it stands in its file."""
        return self.id.partition("@")[0]

    def leaves(self) -> Iterator[Leaf]:
        """The tests in its condition, from left to right."""
        yield from leaves(self.when)


def leaves(condition: Condition | None) -> Iterator[Leaf]:
    """The tests in a condition, from left to right."""
    match condition:
        case Leaf():
            yield condition
        case All(all=parts) | AnyOf(any=parts):
            for part in parts:
                yield from leaves(part)
        case Not(not_=part):
            yield from leaves(part)


for _model in (All, AnyOf, Not, Rule):
    _model.model_rebuild()
