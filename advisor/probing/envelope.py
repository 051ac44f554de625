"""The envelope in which a probe's result travels, as the parent accepts it: nothing in it is taken on trust."""

import json
from collections.abc import Sequence
from statistics import fmean
from typing import Annotated, Literal, NoReturn

from pydantic import AfterValidator, Field, ValidationError

from advisor.model.base import Frozen
from advisor.model.measurement import WORKING, Cause, Quantity, Status
from advisor.probing.shared import printable

Text = Annotated[str, AfterValidator(printable)]


class Envelope(Frozen):
    """What one run of one probe of one candidate gave."""

    envelope: Literal[1] = 1
    probe: str
    candidate: str
    status: Status
    cause: Cause = ""
    detail: Text = ""
    extras: Annotated[tuple[Text, ...], Field(max_length=20)] = ()
    samples: Annotated[dict[str, tuple[Quantity, ...]], Field(max_length=50)] = {}
    """Per metric one number a block, in the metric's unit."""
    findings: Annotated[dict[Text, Text | int | float | bool | None], Field(max_length=200)] = {}
    others: float | None = None
    """How many processors other work kept busy meanwhile; the parent sees that."""

    @property
    def works(self) -> bool:
        """Whether the probe did what it is for."""
        return self.status in WORKING


def merged(parts: Sequence[Envelope]) -> Envelope:
    """One launch's envelope from those of its turns: all their samples, the first's findings, what others kept
    busy on average. Where a turn failed, that one."""
    lost = next((part for part in parts if not part.works), None)
    if lost is not None:
        return lost
    samples: dict[str, tuple[float, ...]] = {}
    for part in parts:
        for metric, blocks in part.samples.items():
            samples[metric] = (*samples.get(metric, ()), *blocks)
    others = [part.others for part in parts if part.others is not None]
    return parts[0].model_copy(update={"samples": samples, "others": fmean(others) if others else None})


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")


def parse_envelope(line: bytes, probe: str, candidate: str) -> Envelope:
    """The envelope in a line that answers for this probe and candidate.

    Raises ValueError saying what is wrong with any other line.
    """
    try:
        document = json.loads(line, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    try:
        envelope = Envelope.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    if (envelope.probe, envelope.candidate) != (probe, candidate):
        raise ValueError(f"an answer for {envelope.candidate} {envelope.probe} came back")
    return envelope
