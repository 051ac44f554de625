"""A trade-off: two outcomes that differ in two criteria, of which somebody is asked to choose one."""

from typing import Self

from pydantic import Field, model_validator

from advisor.model.base import ExpandedName, Frozen, Identifier, Sentence
from advisor.model.question import Option, Question
from advisor.model.rule import STRONGEST, Strength

LEFT, RIGHT, EVEN = "left", "right", "even"
THEME = "Trade-offs"


class Side(Frozen):
    """One outcome: better than the other side's under one criterion, and no better under any other."""

    criterion: Identifier
    strength: Strength = Field(gt=0, le=2 * STRONGEST)
    """How much better, in the unit of rules' strengths: as far as evidence of this strength puts two candidates
    apart."""
    text: Sentence
    """The outcome, so that it can be pictured."""
    rules: tuple[ExpandedName, ...] = Field(min_length=1)
    """The rules whose evidence is that far apart, with what they cite."""


class TradeOff(Frozen):
    """A choice between two outcomes; what is chosen says how much the two criteria weigh."""

    id: Identifier
    left: Side
    right: Side

    @model_validator(mode="after")
    def _two_criteria(self) -> Self:
        if self.left.criterion == self.right.criterion:
            raise ValueError("the two sides must differ in their criterion")
        return self

    def question(self) -> Question:
        """The question that it is asked as, answered by `left`, `right` or `even`."""
        rules = ", ".join(dict.fromkeys((*self.left.rules, *self.right.rules)))
        return Question(
            id=self.id,
            theme=THEME,
            text=f"Something for {self.left.criterion} or something for {self.right.criterion}: which would you rather "
            "have, all else being equal?",
            why=f"It shows how {self.left.criterion} weighs against {self.right.criterion}. Each side is as much "
            f"better than its lack as these rules say: {rules}.",
            kind="one",
            options=(
                Option(value=LEFT, text=self.left.text),
                Option(value=RIGHT, text=self.right.text),
                Option(value=EVEN, text="Either; they are worth the same to us"),
            ),
        )
