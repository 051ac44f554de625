"""What a run tells while it goes on."""

from typing import Literal

from advisor.model.base import Frozen
from advisor.model.measurement import Quality, Status


class Event(Frozen):
    """A probe was started or has finished, or its numbers were judged: found to be worth less than others."""

    kind: Literal["started", "finished", "judged"]
    candidate: str
    interpreter: str
    probe: str
    launch: int
    """Counted from 1, of `launches`."""
    launches: int
    index: int
    """Counted from 1, of `total` probes in the run; probes that turn out to be pointless are passed over."""
    total: int
    status: Status | None = None
    """Of a finished probe."""
    text: str = ""
    """Why a finished probe failed, or why numbers that were judged can be trusted less."""
    figures: dict[str, float] = {}
    """Of a finished probe: by metric, the median over the blocks of this launch."""
    quality: Quality | None = None
    """Of numbers that were judged. It may get worse, and be told again, but not better."""
    eta_s: float | None = None
    """Seconds that the rest is expected to take, once there is anything to go by."""
    own_done: int = 0
    """Probes of this candidate that are over, counting each launch."""
    own_total: int = 0
    """Probes of this candidate that are over or to come."""
    own_eta_s: float | None = None
    """Seconds that the candidate's own probes are expected to take still, without those of others between them."""
