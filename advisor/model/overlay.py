"""An overlay: a folder of a team's own knowledge on top of what ships, and what it changes there."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Tag

from advisor.model.base import Frozen, Real, Sentence, by_key

RuleName = Annotated[str, Field(min_length=1)]
"""As a rule is written; or `rule@candidate` for one of the rules that it stands for."""


class Retire(Frozen):
    """Takes a rule out."""

    retire: RuleName
    because: Sentence


class Reweigh(Frozen):
    """Multiplies the strengths of a rule's evidence."""

    reweigh: RuleName
    by: Real = Field(gt=0)
    because: Sentence


Revision = Annotated[
    Annotated[Retire, Tag("retire")] | Annotated[Reweigh, Tag("reweigh")],
    by_key("retire", "reweigh"),
]


class Overlay(Frozen):
    """What an overlay did to the rules below it."""

    name: str
    """The folder's name, without the path to it."""
    added: tuple[str, ...] = ()
    """Rules, as they are written."""
    replaced: tuple[str, ...] = ()
    changes: tuple[Revision, ...] = ()
