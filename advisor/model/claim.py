"""A claim: a familiar statement about the candidates, judged by sources and, where one can, by this machine."""

from typing import Literal

from pydantic import Field

from advisor.model.base import Frozen, Identifier, Sentence
from advisor.model.measurement import Word

Judgement = Literal["holds", "holds-with-qualification", "outdated", "wrong"]
Here = Literal["holds", "does-not-hold", "undecided", "not-measured"]
"""What this machine says of a claim."""


class Tried(Frozen):
    """Holds if a probe came out so for a candidate."""

    probe: Identifier
    candidate: Identifier
    outcome: Literal["works", "fails"]
    """`works` includes working with an extra package."""


class Compared(Frozen):
    """Holds if two candidates compare so by a metric."""

    metric: Identifier
    candidate: Identifier
    rival: Identifier
    word: Word


class Claim(Frozen):
    """An entry of the ledger."""

    id: Identifier
    claim: Sentence
    """The statement as people make it."""
    verdict: Judgement
    why: Sentence
    """What of it holds, for whom, and since when."""
    sources: tuple[Identifier, ...] = Field(min_length=1)
    probes: tuple[Identifier, ...] = ()
    """Those that test it."""
    here: tuple[Tried | Compared, ...] = ()
    """It holds on a machine where all of these hold."""
    rules: tuple[Identifier, ...] = ()
    """Those that rest on it; of a rule written for several candidates, the name it is written under."""
