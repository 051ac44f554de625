"""A fact: a variable of the knowledge base, with the finite or numeric domain its value comes from."""

from typing import Literal

from advisor.model.base import Frozen, Identifier, Scalar, Sentence

FactKind = Literal["asked", "measured", "derived"]


class Fact(Frozen):
    """A variable that conditions test.

    *asked* facts follow from answers and may be unknown; *measured* facts come from the probes and are always
    known ("not tried" is one of their values); *derived* facts are concluded by rules.
    """

    id: Identifier
    text: Sentence
    kind: FactKind
    values: tuple[Scalar, ...] = ()
    """The domain, lowest first where it is ordered; empty for a number."""
    ordered: bool = False
    """Whether `at_least` and `at_most` make sense on `values`."""
    default: Scalar | None = None
    """Of a derived fact: its value when no rule derives one."""
    minimum: float | None = None
    """Of a number: the least value it may take."""
    maximum: float | None = None
    """Of a number: the greatest value it may take."""
    whole: bool = False
    """Of a number: whether it has no fractions."""

    @property
    def numeric(self) -> bool:
        """Whether the domain is a range of numbers rather than a list of values."""
        return not self.values
