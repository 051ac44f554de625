"""What `advisor scan` found in a folder, and the answers that it proposes."""

from __future__ import annotations

from advisor.model.answer import AnswerValue
from advisor.model.base import FormatVersion, Frozen
from advisor.model.recommendation import Tool
from advisor.model.sign import Sureness


class Sighting(Frozen):
    """A sign, where it was seen first in one file."""

    sign: str
    file: str
    """From the folder that was scanned, with `/` between the parts."""
    line: int
    """From 1; 0 where a file has no lines."""
    text: str
    """What stands there."""
    minor: bool = False
    """In a folder of tests, examples or the like, in a lock file, or in what is installed only on demand."""


class Support(Frozen):
    """What speaks for one answer."""

    value: AnswerValue
    """None: for none of the answers that the question offers."""
    sure: Sureness
    files: int
    """In how many files."""
    because: tuple[str, ...]
    """What the signs mean, the strongest first."""
    sightings: tuple[Sighting, ...]
    """The first few, the strongest first."""


class Proposal(Frozen):
    """An answer that the files speak for."""

    question: str
    text: str
    value: AnswerValue
    sure: Sureness
    support: tuple[Support, ...]
    """What it rests on; for a question with several answers, one entry an answer."""
    against: tuple[Support, ...]
    """What speaks for other answers."""


class Unsettled(Frozen):
    """A question on which the files speak with more than one voice, or for none of its answers."""

    question: str
    text: str
    support: tuple[Support, ...]


class LeftOut(Frozen):
    """Something that was not read, and why."""

    what: str
    count: int
    example: str


class ScanReport(Frozen):
    """The whole of it, as `advisor scan --json` prints it."""

    format_version: FormatVersion = "1.0"
    tool: Tool
    folder: str
    signs_hash: str
    """Of the knowledge that was used, as `sha256:…`."""
    files: int
    """How many were seen."""
    read: int
    """Of how many the contents were looked at."""
    proposals: tuple[Proposal, ...]
    """In the order of the questions."""
    unsettled: tuple[Unsettled, ...]
    left_out: tuple[LeftOut, ...]
