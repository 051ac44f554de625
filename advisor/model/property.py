"""A property: something that must hold of the rules for all answers, written beside them and proven."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Tag

from advisor.model.base import ExpandedName, Frozen, Identifier, Scalar, Sentence, by_key


class NotLower(Frozen):
    """The value of an ordered fact does not fall."""

    not_lower: Identifier


class NotHurt(Frozen):
    """A candidate's evidence does not become less under any criterion, or under one, and nothing rules it out that did
    not before."""

    not_hurt: Identifier
    criterion: Identifier | None = None


class NotHelp(Frozen):
    """A candidate's evidence does not become more under any criterion, or under one."""

    not_help: Identifier
    criterion: Identifier | None = None


class OnlyWeights(Frozen):
    """No evidence and no veto changes: at most the weights do."""

    only_weights: Literal[True]


Guarantee = Annotated[
    Annotated[NotLower, Tag("not_lower")]
    | Annotated[NotHurt, Tag("not_hurt")]
    | Annotated[NotHelp, Tag("not_help")]
    | Annotated[OnlyWeights, Tag("only_weights")],
    by_key("not_lower", "not_hurt", "not_help", "only_weights"),
]


class Property(Frozen):
    """Whenever one fact changes and all others stay, `then` holds."""

    id: ExpandedName
    """One written once for several candidates is expanded at loading and called `property@candidate`."""
    text: Sentence
    rises: Identifier
    """The fact that changes: an ordered one from any value to a higher one, unless `from` and `to` are given."""
    from_: Scalar | None = Field(None, alias="from")
    to: Scalar | None = None
    then: Guarantee
