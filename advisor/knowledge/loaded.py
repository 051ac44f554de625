"""What has been read so far, with the place of every entry."""

from dataclasses import dataclass, field
from typing import Any

from advisor.errors import InvalidInput
from advisor.knowledge.document import Document, Location
from advisor.knowledge.mistakes import field_names
from advisor.model.base import Frozen
from advisor.model.candidate import Candidate
from advisor.model.claim import Claim
from advisor.model.criterion import Criterion, Group
from advisor.model.fact import Fact
from advisor.model.probe import Probe
from advisor.model.property import Property
from advisor.model.question import Question
from advisor.model.rule import Rule
from advisor.model.source import Source
from advisor.model.trade_off import TradeOff

SECTIONS: dict[str, type[Frozen]] = {
    "candidates": Candidate,
    "groups": Group,
    "criteria": Criterion,
    "questions": Question,
    "probes": Probe,
    "derived": Fact,
    "sources": Source,
    "rules": Rule,
    "claims": Claim,
    "properties": Property,
    "trade_offs": TradeOff,
}
"""The lists a file may hold, in the order in which they are read."""

ENTRY_NAMES = {
    "candidates": "candidate",
    "groups": "group",
    "criteria": "criterion",
    "questions": "question",
    "probes": "probe",
    "derived": "derived fact",
    "sources": "source",
    "rules": "rule",
    "claims": "claim",
    "properties": "property",
    "trade_offs": "trade-off",
}
"""What one entry of each list is called in messages."""

FILLED_IN = {"derived": ("kind", "minimum", "maximum", "whole"), "rules": ("theme", "overlay")}
"""What entries of a list have that isn't written in files."""
FOR_SEVERAL = ("rules", "properties")
"""The lists whose entries may be written once `for` several candidates."""


def written_fields(section: str) -> list[str]:
    """The fields that an entry of a list may have in a file."""
    own = [name for name in field_names(SECTIONS[section]) if name not in FILLED_IN.get(section, ())]
    return [*own, *(["for"] if section in FOR_SEVERAL else []), "replaces"]


@dataclass
class Loaded:
    """What was read, and where each entry stands, for messages about entries that don't fit together."""

    entries: dict[str, dict[str, Any]] = field(default_factory=lambda: {name: {} for name in SECTIONS})
    places: dict[tuple[str, str], tuple[Document, Location]] = field(default_factory=dict)
    single: dict[str, Any] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)
    """Rules that an overlay took out, as they were written."""
    orphans: set[str] = field(default_factory=set)
    """Sources of rules that were taken out or replaced."""

    def problem(self, section: str, entry: str, path: Location, message: str, hint: str = "") -> InvalidInput:
        """The exception for a mistake at `path` inside an entry."""
        document, location = self.places[section, entry]
        return document.problem((*location, *path), f"{ENTRY_NAMES[section]} {entry!r}: {message}", hint)
