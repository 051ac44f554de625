"""What a run has told of one candidate so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from advisor.model.measurement import WORKING, Quality
from advisor.probing.events import Event


@dataclass
class Tally:
    """How far a candidate is, and what came of it."""

    done: int = 0
    """Probes that are over, counting each launch."""
    total: int = 0
    """Probes that are over or to come."""
    left_s: float | None = None
    """Seconds that its own probes will still take; None while that isn't known."""
    lost: int = 0
    """How many times a probe failed or was not tried."""
    unsteady: dict[str, Quality] = field(default_factory=dict)
    """Probes whose numbers can be trusted less, noisy or unusable."""
    at: Event | None = None
    """The start of the probe that is at work; None between two."""

    @property
    def share(self) -> float:
        """How much of its probes is over, between 0 and 1."""
        return self.done / self.total if self.total else 0.0

    def take(self, event: Event) -> None:
        """Take an event of the candidate's into account."""
        self.done, self.total, self.left_s = event.own_done, event.own_total, event.own_eta_s
        if event.kind == "judged":
            if event.quality is not None:
                self.unsteady[event.probe] = event.quality
            return
        self.at = event if event.kind == "started" else None
        if event.kind == "finished" and event.status not in WORKING:
            self.lost += 1
