"""What a run tells while it goes on."""

from typing import Literal

from advisor.model.base import Frozen
from advisor.model.measurement import Status


class Event(Frozen):
    """A probe was started or has finished."""

    kind: Literal["started", "finished"]
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
    """Of a finished probe that failed: why."""
    figures: dict[str, float] = {}
    """Of a finished probe: by metric, the median over the blocks of this launch."""
    eta_s: float | None = None
    """Seconds that the rest is expected to take, once there is anything to go by."""
