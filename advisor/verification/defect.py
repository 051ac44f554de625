"""Something wrong with a knowledge base."""

from __future__ import annotations

from dataclasses import dataclass, field

from advisor.model.base import Scalar


@dataclass(frozen=True)
class Defect:
    """What is wrong with which entry."""

    kind: str
    subject: str
    text: str
    witness: dict[str, Scalar] = field(default_factory=dict)
    """Answers and outcomes that show it; empty where it holds for all."""
